"""Counties that several tests look at; made once, and not to be changed by a test."""

from pathlib import Path

import pytest

from gridmap.demonstration import County, make_county

DATA_DIR = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    return DATA_DIR


@pytest.fixture(scope="session")
def small_county() -> County:
    """Two townships with their real villages, on a part of the outline."""
    return make_county(DATA_DIR, townships=2)


@pytest.fixture(scope="session")
def whole_county() -> County:
    return make_county(DATA_DIR)
