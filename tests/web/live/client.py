"""A browser in Python: hello, snapshot, numbered changes, exactly as docs/architecture.md says."""

import json
import threading
import time
from contextlib import ExitStack
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from gridmap.domain.board import COLUMNS, BoardRow
from gridmap.domain.snapshot import decode_snapshot


class LiveClient:
    """Follows one server in a thread; what it was told stands in its attributes."""

    def __init__(self, address: str, *, epoch: str = "", revision: int = 0, snapshot_delay_s: float = 0.0) -> None:
        self.rows: dict[int, BoardRow] = {}
        self.epoch, self.revision = epoch, revision
        self.messages: list[dict[str, Any]] = []
        self.received_at: list[float] = []
        self.faults: list[str] = []
        self._address = address
        self._delay_s = snapshot_delay_s
        self._stack = ExitStack()
        url = f"ws://{address}/ws/live?epoch={epoch}&revision={revision}"
        self._socket = self._stack.enter_context(connect(url, max_size=None))
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Go away."""
        self._stack.close()
        self._thread.join(5)

    @property
    def kinds(self) -> list[str]:
        """The kinds of the messages so far."""
        return [message["k"] for message in self.messages]

    def wait_until(self, is_reached: Any, timeout_s: float = 10.0) -> bool:
        """Wait until the condition holds."""
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            if is_reached():
                return True
            time.sleep(0.01)
        return bool(is_reached())

    def _follow(self) -> None:
        try:
            for text in self._socket:
                message = json.loads(text)
                self.messages.append(message)
                self.received_at.append(time.monotonic())
                if message["k"] == "hello" and message["snapshot"]:
                    self._load()
                elif message["k"] == "d":
                    self._apply(message)
        except ConnectionClosed:
            pass

    def _load(self) -> None:
        # What is sent meanwhile waits in the socket and is applied after.
        time.sleep(self._delay_s)
        answer = httpx.get(f"http://{self._address}/api/board", timeout=20)
        answer.raise_for_status()
        header, columns = decode_snapshot(answer.content)
        values = zip(*(columns[column.name].tolist() for column in COLUMNS), strict=True)
        self.rows = {row[0]: BoardRow(*row) for row in values}
        self.epoch, self.revision = header["epoch"], header["revision"]

    def _apply(self, message: dict[str, Any]) -> None:
        if message["r"] <= self.revision:
            return
        if message["r"] != self.revision + 1:
            self.faults.append(f"after {self.revision} came {message['r']}")
        self.revision = message["r"]
        for row in message["rows"]:
            self.rows[row[0]] = BoardRow(*row)
        for number in message["gone"]:
            if self.rows.pop(number, None) is None:
                self.faults.append(f"{number} gone twice")
