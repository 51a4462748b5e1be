"""The layer files of the project load; a wrong one is named with its key."""

from pathlib import Path

import pytest

from gridmap.domain.layers import Fill, LayerKind
from gridmap.errors import InputError, NotFoundError
from gridmap.settings import PROJECT_DIR
from gridmap.storage.layers import hash_layers, read_layers

GOOD = """
title = { en = "Roads", zh_CN = "道路" }
order = 30
kind = "feature"
source = { kind = "road" }
min_zoom = 9
"""


def test_all_layers_of_the_project_load_in_drawing_order() -> None:
    layers = read_layers(PROJECT_DIR / "layers")
    assert {layer.id for layer in layers} == {path.stem for path in (PROJECT_DIR / "layers").glob("*.toml")}
    assert [layer.order for layer in layers] == sorted(layer.order for layer in layers)
    levels = {layer.source.level for layer in layers if layer.kind is LayerKind.AREA}
    assert levels == {"county", "township", "village", "large_grid", "small_grid", "special_grid"}
    assert {layer.source.kind for layer in layers if layer.kind is LayerKind.FEATURE} == {"road", "river", "settlement"}
    assert layers.find_layer("incident").kind is LayerKind.INCIDENT


def test_at_every_zoom_one_level_is_filled() -> None:
    """Two fills upon each other would mix the colours of two units."""
    layers = read_layers(PROJECT_DIR / "layers")
    for zoom in range(6, 23):
        filled = [
            layer.id
            for layer in layers
            if layer.kind is LayerKind.AREA
            and layer.fill is Fill.OVERDUE
            and layer.visible
            and layer.min_zoom <= zoom <= layer.max_zoom
            and (layer.fill_zoom is None or layer.fill_zoom[0] <= zoom <= layer.fill_zoom[1])
        ]
        assert len(filled) == 1, (zoom, filled)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GOOD + 'colour = "#ffffff"\n', "colour"),
        (GOOD.replace("min_zoom = 9", "min_zoom = 90"), "min_zoom"),
        (GOOD.replace('kind = "road"', 'level = "village"'), "source"),
        (GOOD.replace('zh_CN = "道路"', 'fr = "Routes"'), r"title\.zh_CN"),
        (GOOD + '[style]\nline = "red"\n', r"style\.line"),
        (GOOD + 'id = "road"\n', "id"),
        ("title = ", "TOML"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "road.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=rf"(?s)road\.toml.*{named}"):
        read_layers(tmp_path)


def test_all_wrong_files_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(GOOD + "a = 1\n", encoding="utf-8")
    (tmp_path / "two.toml").write_text(GOOD + "b = 1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"(?s)one\.toml.*two\.toml"):
        read_layers(tmp_path)
    with pytest.raises(InputError, match="No layer files"):
        read_layers(tmp_path / "absent")


def test_an_unknown_layer_lists_those_there_are() -> None:
    with pytest.raises(NotFoundError, match="small_grid"):
        read_layers(PROJECT_DIR / "layers").find_layer("smal_grid")


def test_the_hash_follows_the_content(tmp_path: Path) -> None:
    (tmp_path / "road.toml").write_text(GOOD, encoding="utf-8")
    before = hash_layers(tmp_path)
    assert before == hash_layers(tmp_path)
    (tmp_path / "road.toml").write_text(GOOD + "\n", encoding="utf-8")
    assert hash_layers(tmp_path) != before
