"""A signal ends a wait at once, however often and whenever it comes, and leaves the handlers as they were."""

import os
import signal
import subprocess
import sys
import time

import pytest

from gridmap.cli.ending import asked_to_end

# Signals that come while the thread goes into its wait and out of it, in a process of its own, which may hang.
MANY = """
import os, signal, subprocess, sys, threading
from gridmap.cli.ending import asked_to_end
for turn in range(200):
    with asked_to_end() as asked:
        timer = threading.Timer(0.0005 * (turn % 7), os.kill, (os.getpid(), signal.SIGTERM))
        timer.start()
        while not asked.event.wait(0):
            pass
        timer.join()
    assert asked.number == signal.SIGTERM
print("done")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_is_noted_and_the_handlers_come_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with asked_to_end() as asked:
        assert not asked.event.is_set()
        started = time.monotonic()
        os.kill(os.getpid(), number)
        assert asked.event.wait(5)
        assert time.monotonic() - started < 2
        # The second one is what it always was.
        assert signal.getsignal(number) is before
    assert asked.number == number
    assert signal.getsignal(number) is before


def test_without_a_signal_nothing_is_asked() -> None:
    with asked_to_end() as asked:
        pass
    assert asked.number is None
    assert not asked.event.is_set()


def test_it_never_waits_for_itself() -> None:
    done = subprocess.run([sys.executable, "-c", MANY], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "done"), done.stderr
