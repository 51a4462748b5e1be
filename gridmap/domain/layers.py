"""Map layers: one file under `layers/` declares one layer; the map, the tiles and the export all read it."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Literal, Self, overload

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from gridmap.errors import InputError, NotFoundError
from gridmap.sentence import list_texts

MAX_ZOOM = 22
"""Deepest zoom that the map offers."""

Zoom = Annotated[int, Field(ge=0, le=MAX_ZOOM)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$|^$")]
"""`#rrggbb` in small letters, or empty: not drawn."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

_LAYER_ID = re.compile(r"[a-z][a-z0-9_]*")


class LayerKind(StrEnum):
    """Where the shapes of a layer come from."""

    AREA = "area"
    JURISDICTION = "jurisdiction"
    FEATURE = "feature"
    INCIDENT = "incident"


class Fill(StrEnum):
    """How the inside of a shape is coloured; `overdue` by the responsible unit."""

    OVERDUE = "overdue"
    PLAIN = "plain"
    NONE = "none"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(_Strict):
    """The name of a layer in each language of the interface."""

    en: Text
    zh_CN: Text  # noqa: N815  the name of the language, as in the catalogues


class Source(_Strict):
    """Which rows of its kind: a level of areas, or a kind of map feature."""

    level: Literal["county", "township", "village", "large_grid", "small_grid", "special_grid"] | None = None
    kind: Literal["road", "river", "settlement"] | None = None


class Style(_Strict):
    """How the shapes are drawn; widths in CSS pixels, `dash` as on a canvas."""

    line: Colour = ""
    line_width: Annotated[float, Field(ge=0, le=20)] = 1.0
    dash: tuple[Annotated[float, Field(gt=0)], ...] = ()
    fill_colour: Colour = ""


class Label(_Strict):
    """Which column names a shape, and from which zoom on it is written there."""

    field: Literal["name", "code"] = "name"
    min_zoom: Zoom = 0


class FeatureClass(_Strict):
    """How one class of a feature layer differs: `width` times the layer's line, drawn from `min_zoom` on only."""

    width: Annotated[float, Field(gt=0, le=10)] = 1.0
    min_zoom: Zoom = 0


class Layer(_Strict):
    """One map layer. The zoom range is inclusive; below `min_zoom` nothing is drawn.

    Tiles are served from `tile_min_zoom` on (`min_zoom` when absent). The browser draws tiles on 512 pixels, that is
    those of one zoom less than the map's: one less than `min_zoom` is enough, and a quarter of the requests.

    `fill_zoom` is the inclusive zoom range in which the inside is coloured, so that of the levels that lie upon each
    other one is filled at a time; empty means the whole zoom range. Beyond `tile_max_zoom` the browser draws the tiles
    of `tile_max_zoom` larger.
    """

    id: str
    title: Title
    order: int
    kind: LayerKind
    source: Source = Source()
    min_zoom: Zoom
    max_zoom: Zoom = MAX_ZOOM
    tile_min_zoom: Zoom | None = None
    tile_max_zoom: Zoom = 15
    fill_zoom: tuple[Zoom, Zoom] | None = None
    visible: bool = True
    fill: Fill = Fill.NONE
    fields: tuple[Text, ...] = ()
    rights: Literal["public"] = "public"
    style: Style = Style()
    style_dark: Style = Style()
    label: Label | None = None
    classes: dict[Text, FeatureClass] = {}

    @model_validator(mode="after")
    def _check(self) -> Self:
        wanted = {LayerKind.AREA: "level", LayerKind.FEATURE: "kind"}.get(self.kind)
        given = {name for name in ("level", "kind") if getattr(self.source, name) is not None}
        if given != ({wanted} if wanted else set()):
            found = ", ".join(sorted(given)) or "none"
            raise ValueError(f"source: a layer of kind {self.kind} takes {wanted or 'no key'}, not {found}")
        if not self.min_zoom <= self.tile_max_zoom <= MAX_ZOOM or self.min_zoom > self.max_zoom:
            raise ValueError("min_zoom must not be greater than max_zoom and tile_max_zoom")
        if self.tile_min_zoom is not None and self.tile_min_zoom > self.min_zoom:
            raise ValueError("tile_min_zoom must not be greater than min_zoom: there would be nothing to draw")
        if self.classes and self.kind is not LayerKind.FEATURE:
            raise ValueError("classes: only a layer of kind feature has them")
        if self.fill_zoom is not None and self.fill_zoom[0] > self.fill_zoom[1]:
            raise ValueError("fill_zoom: the first zoom must not be greater than the second")
        return self

    @property
    def has_tiles(self) -> bool:
        """Whether its shapes come as vector tiles; incidents come over the live channel."""
        return self.kind is not LayerKind.INCIDENT

    @property
    def first_tile_zoom(self) -> int:
        """The lowest zoom at which tiles are served."""
        return self.min_zoom if self.tile_min_zoom is None else self.tile_min_zoom

    def find_tile_zoom(self, zoom: int) -> int:
        """Find the zoom of the tiles that the browser asks for at a zoom of the map; as `tileZoomOf` in
        assets/20_tile_data.js.
        """
        return min(max(zoom - 1, self.first_tile_zoom), self.tile_max_zoom)

    def find_label_field(self, tile_zoom: int) -> str | None:
        """Find the column that tiles of this zoom carry as the label: it is written at the zoom of the map at which
        they are shown first, one more than their own.
        """
        return self.label.field if self.label is not None and tile_zoom + 1 >= self.label.min_zoom else None

    def list_hidden_classes(self, tile_zoom: int) -> list[str]:
        """List the classes that no zoom draws at which tiles of this zoom are shown: they are left out of the tile."""
        if tile_zoom >= self.tile_max_zoom:
            return []
        return sorted(name for name, one in self.classes.items() if one.min_zoom > tile_zoom + 1)


class Layers(Sequence[Layer]):
    """All layers in drawing order, low first; layers of one order by id."""

    def __init__(self, layers: Iterable[Layer]) -> None:
        self._layers = tuple(sorted(layers, key=lambda layer: (layer.order, layer.id)))
        self._by_id = {layer.id: layer for layer in self._layers}
        if len(self._by_id) != len(self._layers):
            raise InputError("Layers: an id is used twice.")

    def find_layer(self, layer_id: str) -> Layer:
        """Find a layer by its id (the stem of its file).

        Raises
        ------
        NotFoundError
            If there is none; the message lists those that there are.
        """
        if layer_id not in self._by_id:
            raise NotFoundError(
                "No layer {layer!r}. There are: {layers}.",
                layer=layer_id,
                layers=list_texts(sorted(self._by_id) or ["none"]),
            )
        return self._by_id[layer_id]

    @overload
    def __getitem__(self, index: int) -> Layer: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Layer]: ...
    def __getitem__(self, index: int | slice) -> Layer | Sequence[Layer]:
        return self._layers[index]

    def __len__(self) -> int:
        return len(self._layers)


def make_layer(layer_id: str, content: dict[str, object]) -> Layer:
    """Make a layer of the content of its file.

    Raises
    ------
    InputError
        If the id is no small-letter word, a key is unknown, or a value can't be used (a `pydantic.ValidationError`,
        which is the `ValueError` that names each key, is turned into it by the reader of the files).
    """
    if not _LAYER_ID.fullmatch(layer_id):
        raise InputError(f"Layer {layer_id!r}: the file name takes small letters, digits and _, a letter first.")
    if "id" in content:
        raise InputError(f"Layer {layer_id!r}: the key id is not written, the file name is the id.")
    return Layer.model_validate({**content, "id": layer_id})
