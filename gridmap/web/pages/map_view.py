"""The Leaflet map that all pages share, and its overlays: one per layer file, filled by the scripts in assets/."""

from collections.abc import Sequence
from typing import Any

import dash_leaflet as dl

from gridmap.domain.layers import Layer
from gridmap.web.i18n import Catalogue
from gridmap.web.pages import ids
from gridmap.web.pages.facts import BaseMap, Bounds


def find_layer_title(layer: Layer, catalogue: Catalogue) -> str:
    """Find the layer's title in the language of the page."""
    return str(getattr(layer.title, catalogue.language.value))


def make_map(
    layers: Sequence[Layer], *, catalogue: Catalogue, bounds: Bounds, base_map: BaseMap | None, is_wall: bool = False
) -> dl.MapContainer:
    """Make the map of a page.

    Parameters
    ----------
    layers
        The layer files in drawing order.
    bounds
        What is in view at first: west, south, east, north in degrees.
    base_map
        None draws none, and nothing leaves the host. A TileLayer without a URL would ask openstreetmap.org.
    is_wall
        Without controls: nobody stands at a wall screen.
    """
    shown = [find_layer_title(layer, catalogue) for layer in layers if layer.visible]
    overlays = [
        dl.Overlay(
            # The group that Leaflet adds is handed to the scripts, which draw into it.
            dl.LayerGroup(id=f"layer-{layer.id}", eventHandlers={"add": {"variable": f"gridmap.mount.{layer.id}"}}),
            name=find_layer_title(layer, catalogue),
            checked=layer.visible,
        )
        for layer in layers
    ]
    # Without an explicit list the first un-tick throws in dash-leaflet 1.1.3 and the control is inverted from then on.
    control = dl.LayersControl(overlays, overlays=shown, position="topright", collapsed=True, id="layers-control")
    # Fine steps, so that the county fills the height; the tiles are painted sharp at any zoom.
    return make_container(
        [control], bounds=bounds, base_map=base_map, has_controls=not is_wall, keyboard=not is_wall, zoomSnap=0.05
    )


def make_container(
    layers: Sequence[Any],
    *,
    bounds: Bounds,
    base_map: BaseMap | None,
    has_controls: bool = True,
    **options: Any,
) -> dl.MapContainer:
    """Make the Leaflet map that every page uses, with the layers or groups of the page.

    Parameters
    ----------
    bounds
        What is in view at first: west, south, east, north in degrees.
    options
        Of Leaflet, where the page needs others.
    """
    children: list[Any] = []
    if base_map is not None:
        children.append(dl.TileLayer(url=base_map.url, attribution=base_map.attribution))
    children += layers
    if has_controls:
        children.append(dl.ZoomControl(position="topright"))
        children.append(dl.ScaleControl(position="bottomleft", imperial=False))
    west, south, east, north = bounds
    settings: dict[str, Any] = {
        "preferCanvas": True,
        # Each move would otherwise travel through Dash's store and stay in its history.
        "trackViewport": False,
        "zoomAnimation": False,
        "fadeAnimation": False,
        "zoomControl": False,
        "attributionControl": base_map is not None,
        "minZoom": 7,
        "maxZoom": 19,
    }
    return dl.MapContainer(
        children, id=ids.MAP, className="map", bounds=[[south, west], [north, east]], **(settings | options)
    )
