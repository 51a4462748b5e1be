"""The command line: quick help, one line for an error, and the database commands as processes of their own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gridmap.storage.migrate import list_migrations
from gridmap.storage.server import PrivateServer

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def var_dir(run_dir: Path) -> Iterator[Path]:
    folder = run_dir / f"cli-{os.getpid()}"
    folder.mkdir(mode=0o755)
    yield folder
    server = PrivateServer(folder)
    server.stop()
    server.destroy()


@pytest.fixture
def run(var_dir: Path) -> Run:
    def call(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "GRIDMAP_VAR_DIR": str(var_dir), "COLUMNS": "200", **settings}
        return subprocess.run(
            [sys.executable, "-m", "gridmap", *arguments],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
            timeout=60,
        )

    return call


def test_help_is_quick_and_names_the_groups(run: Run) -> None:
    seconds = []
    for _ in range(3):
        begin = time.perf_counter()
        shown = run("--help")
        seconds.append(time.perf_counter() - begin)
    assert shown.returncode == 0
    assert all(f" {name} " in shown.stdout for name in ("db", "import", "check"))
    assert min(seconds) < 0.5


def test_migrate_then_status_then_psql(run: Run) -> None:
    migrated = run("db", "migrate")
    assert (migrated.returncode, migrated.stderr) == (0, "")
    count = len(list_migrations())
    assert f"{count} applied" in migrated.stdout
    assert "0 applied" in run("db", "migrate").stdout
    status = run("db", "status").stdout
    assert "PostGIS 3." in status
    assert "pending" not in status
    answer = run("db", "psql", "--", "-At", "-c", "SELECT count(*) FROM migration")
    assert answer.stdout.strip() == str(count)
    assert run("db", "psql", "--", "-c", "SELEC").returncode == 1


def test_prune_deletes_old_changes_only(run: Run) -> None:
    assert run("db", "migrate").returncode == 0
    days = "unnest(ARRAY[0, 2, 6, 8, 9])"
    fill = f"INSERT INTO outbox (subject, at) SELECT 'unit', now() - n * interval '1 day' FROM {days} n"
    assert run("db", "psql", "--", "-qc", fill).returncode == 0
    pruned = run("db", "prune")
    assert (pruned.returncode, pruned.stderr) == (0, "")
    assert pruned.stdout == "2 changes deleted, those of the last 7 days are kept.\n"
    assert "2 changes deleted" in run("db", "prune", "--days", "1").stdout
    assert run("db", "psql", "--", "-qAtc", "SELECT count(*) FROM outbox WHERE subject = 'unit'").stdout.strip() == "1"
    assert run("db", "prune", "--days", "0").returncode == 2


def test_start_stays_and_stop_stops(run: Run) -> None:
    assert "running: process" in run("db", "start").stdout
    pid = run("db", "psql", "--", "-At", "-c", "SELECT pg_postmaster_start_time()").stdout
    assert run("db", "psql", "--", "-At", "-c", "SELECT pg_postmaster_start_time()").stdout == pid
    assert run("db", "stop").stdout.strip() == "stopped"
    assert run("db", "stop").stdout.strip() == "not running"


def test_terminated_command_stops_the_server_it_started(var_dir: Path) -> None:
    server = PrivateServer(var_dir)
    command = [sys.executable, "-m", "gridmap", "db", "psql", "--", "-c", "SELECT pg_sleep(60)"]
    process = subprocess.Popen(
        command,
        env={**os.environ, "GRIDMAP_VAR_DIR": str(var_dir)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 20
    while not (server.is_used() and (running := server.find_running()) and running.is_ready):
        assert time.monotonic() < end
        time.sleep(0.05)
    time.sleep(0.3)
    process.terminate()
    assert process.wait(timeout=30) == 143
    assert server.find_running() is None


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (("db", "status"), {"GRIDMAP_DATABASE_URL": "mysql://a:geheim@b/c"}, "is no PostgreSQL URL"),
        (("db", "status"), {"GRIDMAP_DATABASE_URL": "host=/nonexistent password=geheim"}, "No connection"),
        (("db", "stop"), {"GRIDMAP_DATABASE_URL": "host=/nonexistent password=geheim"}, "server of your own"),
        (("db", "status"), {"GRIDMAP_PORT": "geheim"}, "GRIDMAP_PORT"),
        (("db", "start"), {"GRIDMAP_POSTGRES_BIN_DIR": "/nonexistent"}, "No PostgreSQL programs"),
    ],
)
def test_fault_is_a_message_and_exit_code_2(
    run: Run, arguments: tuple[str, ...], settings: dict[str, str], message: str
) -> None:
    failed = run(*arguments, **settings)
    assert failed.returncode == 2
    assert failed.stderr.startswith("gridmap: ")
    assert message in failed.stderr
    assert "Traceback" not in failed.stderr
    assert "geheim" not in failed.stderr


def test_destroy_asks_first(run: Run, var_dir: Path) -> None:
    assert run("db", "status").returncode == 0
    assert run("db", "destroy").returncode == 1
    assert (var_dir / "postgres" / "data").exists()
    assert run("db", "destroy", "--yes").returncode == 0
    assert not (var_dir / "postgres").exists()
