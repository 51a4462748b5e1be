"""The measuring zone against the names in PROJ's own database."""

import re

import pytest
from pyproj import CRS

from gridmap.domain.zone import find_measure_crs, find_measure_srid, find_measure_transformer
from gridmap.errors import InputError


@pytest.mark.parametrize("meridian", range(75, 136, 3))
def test_every_zone_has_its_meridian_and_no_prefix(meridian: int) -> None:
    crs = CRS.from_epsg(find_measure_srid(meridian))
    assert re.fullmatch(rf"CGCS2000 / 3-degree Gauss-Kruger CM {meridian}E", crs.name)
    x, _ = find_measure_transformer(meridian).transform(meridian, 37.0)
    assert x == pytest.approx(500_000, abs=1e-6)


@pytest.mark.parametrize(
    ("lon", "srid"), [(73.5, 4534), (76.4999, 4534), (76.5, 4535), (118.499, 4548), (118.5, 4549), (136.4999, 4554)]
)
def test_edges_belong_to_the_east(lon: float, srid: int) -> None:
    assert find_measure_srid(lon) == srid
    assert find_measure_crs(lon).to_epsg() == srid


@pytest.mark.parametrize("lon", [73.4999, 136.5, -75.0, 0.0, 181.0, float("nan")])
def test_no_zone_outside_china(lon: float) -> None:
    with pytest.raises(InputError):
        find_measure_srid(lon)


def test_same_projection_elsewhere() -> None:
    assert find_measure_transformer(15).transform(15.0, 0.0) == pytest.approx((500_000, 0))
