"""The style of a layer in QGIS's own format (QML): outlines as in the layer file, fills by responsible unit."""

from xml.etree import ElementTree as Xml

import geopandas as gpd

from gridmap.domain.layers import Fill, Layer, LayerKind, Style
from gridmap.domain.palette import make_colour

# A CSS pixel is 1/96 inch.
_MM_PER_PIXEL = 25.4 / 96
_FALLBACK_LINE = "#5b6470"
_NO_UNIT_FILL = "#e8ebee"


def make_qml(frame: gpd.GeoDataFrame, layer: Layer) -> str:
    """Make the style document.

    Areas that are coloured by lateness, jurisdictions and incidents get one category per unit, with the unit's own
    colour, and one for the rest; everything else one symbol.

    Parameters
    ----------
    frame
        Columns unit_code, unit_name and colour_slot where the layer has units.
    """
    root = Xml.Element("qgis", version="3.28.0", styleCategories="Symbology")
    has_units = "unit_code" in frame.columns and (layer.fill is Fill.OVERDUE or layer.kind is not LayerKind.AREA)
    if has_units:
        units = (
            frame[["unit_code", "unit_name", "colour_slot"]]
            .dropna()
            .drop_duplicates("unit_code")
            .sort_values("colour_slot")
        )
        renderer = Xml.SubElement(
            root, "renderer-v2", type="categorizedSymbol", attr="unit_code", symbollevels="0", enableorderby="0"
        )
        categories = Xml.SubElement(renderer, "categories")
        symbols = Xml.SubElement(renderer, "symbols")
        rows = zip(units["unit_code"], units["unit_name"], units["colour_slot"], strict=True)
        for position, (code, name, slot) in enumerate(rows):
            # A line in the colour of its unit is drawn twice as wide, so that it can be told.
            Xml.SubElement(
                categories, "category", symbol=str(position), value=str(code), label=str(name), render="true"
            )
            _add_symbol(symbols, str(position), layer, fill=make_colour(int(slot)))
        rest = str(len(units))
        Xml.SubElement(categories, "category", symbol=rest, value="", label="", render="true")
        _add_symbol(symbols, rest, layer, fill=_NO_UNIT_FILL)
    else:
        renderer = Xml.SubElement(root, "renderer-v2", type="singleSymbol", symbollevels="0", enableorderby="0")
        _add_symbol(Xml.SubElement(renderer, "symbols"), "0", layer, fill=layer.style.fill_colour)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + Xml.tostring(root, encoding="unicode")


def _add_symbol(symbols: Xml.Element, name: str, layer: Layer, *, fill: str) -> None:
    style = layer.style
    if layer.kind is LayerKind.INCIDENT:
        _add(
            symbols,
            name,
            "marker",
            "SimpleMarker",
            alpha="1",
            name_="circle",
            size="2.4",
            color=_rgba(fill),
            **_outline(style),
        )
    elif layer.kind is LayerKind.FEATURE and layer.source.kind != "settlement":
        line = {
            "line_color": _rgba(style.line or _FALLBACK_LINE),
            "line_width": _mm(style),
            "line_width_unit": "MM",
            "line_style": "solid",
        }
        _add(symbols, name, "line", "SimpleLine", alpha="1", **line)
    else:
        brush = {"color": _rgba(fill or "#ffffff"), "style": "solid" if fill else "no"}
        # Half transparent: what lies below, and borders of other levels, stay readable.
        _add(symbols, name, "fill", "SimpleFill", alpha="0.6" if fill else "1", **brush, **_outline(style))


def _add(symbols: Xml.Element, name: str, kind: str, drawn_by: str, *, alpha: str, **options: str) -> None:
    symbol = Xml.SubElement(symbols, "symbol", type=kind, name=name, alpha=alpha, clip_to_extent="1", force_rhr="0")
    drawn = Xml.SubElement(symbol, "layer", {"class": drawn_by}, enabled="1", locked="0", **{"pass": "0"})
    listed = Xml.SubElement(drawn, "Option", type="Map")
    for key, value in options.items():
        Xml.SubElement(listed, "Option", type="QString", name=key.rstrip("_"), value=value)


def _outline(style: Style) -> dict[str, str]:
    drawn = {
        "outline_color": _rgba(style.line or _FALLBACK_LINE),
        "outline_width": _mm(style),
        "outline_width_unit": "MM",
    }
    return drawn | {"outline_style": "dash" if style.dash else "solid"}


def _mm(style: Style) -> str:
    return f"{style.line_width * _MM_PER_PIXEL:.3f}"


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[start : start + 2], 16)) for start in (1, 3, 5)) + ",255"
