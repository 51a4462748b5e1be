"""An address that others can reach has to be meant."""

import pytest
from typer.testing import CliRunner

from gridmap.cli import app
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
