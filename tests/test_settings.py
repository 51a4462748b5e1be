"""What the environment says, read once."""

import pytest

from gridmap.errors import InputError
from gridmap.settings import read_settings


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("", ()),
        ("map.example", ("map.example",)),
        (" Map.Example , 10.0.0.5,", ("map.example", "10.0.0.5")),
        ('["map.example", "[FD00::5]"]', ("map.example", "fd00::5")),
        ("[fd00::5]", ("fd00::5",)),
    ],
)
def test_allowed_hosts_are_a_list(monkeypatch: pytest.MonkeyPatch, said: str, read: tuple[str, ...]) -> None:
    monkeypatch.setenv("GRIDMAP_ALLOWED_HOSTS", said)
    assert read_settings().allowed_hosts == read


@pytest.mark.parametrize("said", ["https://map.example", "map.example:8050", "*", "*.example", "[1, 2]", '["a"', "a b"])
def test_what_is_no_host_name_is_refused(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("GRIDMAP_ALLOWED_HOSTS", said)
    with pytest.raises(InputError, match="GRIDMAP_ALLOWED_HOSTS"):
        read_settings()
