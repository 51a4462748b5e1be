"""The address: one that others can reach has to be meant, and one that is taken is said before anything else."""

import io
import socket
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from gridmap.cli import app
from gridmap.cli.demo import _show_addresses
from gridmap.cli.listen import listen
from gridmap.cli.serve import check_address
from gridmap.errors import InputError


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1", "[::1]"])
def test_this_machine_needs_no_word(host: str) -> None:
    check_address(host, is_open=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "map.example", ""])  # noqa: S104  not bound
def test_any_other_address_needs_the_flag(host: str) -> None:
    with pytest.raises(InputError, match="--allow-anyone-to-read-and-write"):
        check_address(host, is_open=False)
    check_address(host, is_open=True)


def test_the_command_refuses_before_it_opens_anything() -> None:
    result = CliRunner().invoke(app, ["serve", "--host", "0.0.0.0"])  # noqa: S104  refused
    assert result.exit_code == 2
    assert "no access control" in result.output


@pytest.mark.parametrize("command", [["serve"], ["demo", "--no-browser"]])
def test_a_taken_port_is_told_before_anything_is_made(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDMAP_VAR_DIR", str(tmp_path / "var"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(app, [*command, "--port", str(port)])
    assert result.exit_code == 2
    assert f"Can't listen on 127.0.0.1, port {port}: Address already in use." in result.output
    assert "GRIDMAP_PORT, --port" in result.output
    assert "Map http" not in result.output
    assert not (tmp_path / "var").exists()


def test_listening_takes_the_port_and_gives_it_back() -> None:
    with listen("127.0.0.1", 0) as (opened,):
        port = opened.getsockname()[1]
        with pytest.raises(InputError, match="Address already in use"), listen("127.0.0.1", port):
            pass
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            pass
    # The connection above leaves the port in TIME_WAIT, as a server does that was ended: it can be taken again.
    with listen("127.0.0.1", port) as (opened,):
        assert opened.getsockname()[1] == port


def test_localhost_is_listened_on_in_each_family_that_the_machine_has() -> None:
    with listen("localhost", 0) as sockets:
        assert {opened.family for opened in sockets} <= {socket.AF_INET, socket.AF_INET6}
        assert socket.AF_INET in {opened.family for opened in sockets}


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_named(host: str) -> None:
    with pytest.raises(InputError, match=f"Can't listen on {host}, port 8050: .*GRIDMAP_HOST"), listen(host, 8050):
        pass


def test_the_addresses_stay_on_one_line() -> None:
    written = io.StringIO()
    _show_addresses(Console(file=written, width=40), "http://127.0.0.1:8050")
    assert written.getvalue().splitlines() == [
        "Map http://127.0.0.1:8050   Wall http://127.0.0.1:8050/wall   Ctrl-C stops everything"
    ]
