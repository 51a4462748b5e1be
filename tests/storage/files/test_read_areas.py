"""Files of areas in every format, GBK Shapefiles too, and tables."""

import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely.geometry import box

from gridmap.errors import GridMapError, InputError, NotFoundError
from gridmap.storage.files.area_profile import read_area_profile
from gridmap.storage.files.areas import read_areas
from gridmap.storage.files.atomic import check_writable, write_whole
from gridmap.storage.files.tables import read_table


@pytest.fixture
def villages() -> gpd.GeoDataFrame:
    shapes = [box(118 + i / 100, 36, 118.01 + i / 100, 36.01) for i in range(3)]
    names = ["寿光市洛城街道", "孙家集街道三元朱村", "羊口镇"]
    return gpd.GeoDataFrame({"code": ["01", "02", "03"], "name": names}, geometry=shapes, crs="EPSG:4490")


def _check(read: gpd.GeoDataFrame, villages: gpd.GeoDataFrame) -> None:
    assert list(read["name"]) == list(villages["name"])
    assert list(read["code"]) == list(villages["code"])
    assert list(read.index) == [1, 2, 3]
    assert read.index.name == "row"
    # GeoJSON and GML are written with a limited number of decimals.
    off = shapely.hausdorff_distance(read.geometry.to_numpy(), villages.geometry.to_numpy())
    assert off.max() < 1e-7


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "gml"])
def test_formats(tmp_path: Path, villages: gpd.GeoDataFrame, suffix: str) -> None:
    path = tmp_path / f"villages.{suffix}"
    pyogrio.write_dataframe(villages, path)
    _check(read_areas(path), villages)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("has_code_page", [True, False])
@pytest.mark.parametrize("is_zipped", [True, False])
def test_shapefiles(
    tmp_path: Path, villages: gpd.GeoDataFrame, encoding: str, has_code_page: bool, is_zipped: bool
) -> None:
    path = tmp_path / "villages.shp"
    gdal_name = {"gb18030": "CP936"}.get(encoding, encoding)
    pyogrio.write_dataframe(villages, path, encoding=gdal_name)
    if not has_code_page:
        path.with_suffix(".cpg").unlink()
    if is_zipped:
        packed = tmp_path / "villages.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            for part in tmp_path.glob("villages.???"):
                if part != packed:
                    archive.write(part, part.name)
        path = packed
    _check(read_areas(path), villages)


def test_faults_of_files_are_told(tmp_path: Path, villages: gpd.GeoDataFrame) -> None:
    with pytest.raises(NotFoundError, match=r"There is no file .*absent\.gpkg"):
        read_areas(tmp_path / "absent.gpkg")
    (tmp_path / "text.gpkg").write_text("no package")
    with pytest.raises(InputError, match=r"text\.gpkg can't be read"):
        read_areas(tmp_path / "text.gpkg")
    two = tmp_path / "two.gpkg"
    pyogrio.write_dataframe(villages, two, layer="a")
    pyogrio.write_dataframe(villages, two, layer="b")
    with pytest.raises(InputError, match="2 layers: name one with --layer: a, b"):
        read_areas(two)
    assert len(read_areas(two, layer="b")) == 3
    with pytest.raises(NotFoundError, match="no layer c; it has a, b"):
        read_areas(two, layer="c")
    pyogrio.write_dataframe(villages, tmp_path / "lonely.shp")
    (tmp_path / "lonely.dbf").unlink()
    with pytest.raises(InputError, match=r"no \.dbf beside it"):
        read_areas(tmp_path / "lonely.shp")
    pyogrio.write_dataframe(pd.DataFrame(villages.drop(columns="geometry")), tmp_path / "plain.gpkg")
    with pytest.raises(InputError, match="has no geometry"):
        read_areas(tmp_path / "plain.gpkg")


def test_nasty_files_are_read_or_refused_with_words(real_data: Path) -> None:
    """Not one of 74 broken files of a suite, nor an invalid county, ends in anything but a frame or our own error."""
    read = refused = 0
    for path in sorted((real_data / "nasty_geometry").rglob("*.geojson")):
        try:
            read_areas(path)
            read += 1
        except GridMapError as error:
            refused += path.name in str(error)
    assert read + refused >= 74
    assert read > 0
    assert refused > 0


def test_tables(tmp_path: Path) -> None:
    frame = pd.DataFrame({"code": ["007", "008"], "name": ["水务局", "=1+1"]})
    frame.to_csv(tmp_path / "a.csv", index=False, encoding="utf-8-sig")
    frame.to_csv(tmp_path / "b.csv", index=False, encoding="gb18030")
    frame.to_excel(tmp_path / "c.xlsx", index=False)
    for name in ("a.csv", "b.csv", "c.xlsx"):
        read = read_table(tmp_path / name)
        assert list(read["code"]) == ["007", "008"]
        assert read["name"].iloc[0] == "水务局"
        assert list(read.index) == [2, 3]
    (tmp_path / "d.xlsx").write_text("no workbook")
    for name in ("d.xlsx", "e.ods"):
        (tmp_path / name).touch()
        with pytest.raises(InputError):
            read_table(tmp_path / name)


def test_profiles(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('level = "village"\ndatum = "gcj02"\ncode_column = "dm"\n', encoding="utf-8")
    profile = read_area_profile(path)
    assert profile.model_dump(exclude_none=True) == {"level": "village", "datum": "gcj02", "code_column": "dm"}
    path.write_text('levels = "village"\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"levels: .*The keys are: level, datum"):
        read_area_profile(path)
    with pytest.raises(NotFoundError):
        read_area_profile(tmp_path / "absent.toml")


def test_a_failed_write_leaves_the_former_file(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("former")

    def write_half() -> None:
        with write_whole(target) as growing:
            growing.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert target.read_text() == "former"
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(InputError, match="there is no folder"), write_whole(tmp_path / "no" / "a.csv"):
        pass


def test_a_zip_may_hold_a_folder(tmp_path: Path, villages: gpd.GeoDataFrame) -> None:
    pyogrio.write_dataframe(villages, tmp_path / "villages.shp", encoding="CP936")
    (tmp_path / "villages.cpg").unlink()
    packed = tmp_path / "压 缩.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in tmp_path.glob("villages.???"):
            archive.write(part, f"内部/数据/{part.name}")
        archive.writestr("__MACOSX/内部/数据/._villages.shp", b"shadow")
    _check(read_areas(packed), villages)


def test_what_can_not_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it is a folder"), write_whole(tmp_path):
        pass
    with pytest.raises(InputError, match="can't be written"), write_whole(tmp_path / ("n" * 300)) as growing:
        growing.write_text("too long a name")
    with pytest.raises(InputError, match="is read from"):
        check_writable(tmp_path / "a.csv", sources=[tmp_path / "x" / ".." / "a.csv"])
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="can't be written"):
        check_writable(tmp_path / "file" / "a.csv")


def test_a_broken_workbook_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<broken")
    with pytest.raises(InputError, match="can't be read"):
        read_table(path)
