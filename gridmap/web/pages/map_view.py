"""The Leaflet map that both pages share: one overlay per layer file, filled by the scripts in assets/."""

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
    children: list[Any] = []
    if base_map is not None:
        children.append(dl.TileLayer(url=base_map.url, attribution=base_map.attribution))
    # Without an explicit list the first un-tick throws in dash-leaflet 1.1.3 and the control is inverted from then on.
    children.append(
        dl.LayersControl(overlays, overlays=shown, position="topright", collapsed=True, id="layers-control")
    )
    if not is_wall:
        children.append(dl.ZoomControl(position="topright"))
        children.append(dl.ScaleControl(position="bottomleft", imperial=False))
    west, south, east, north = bounds
    return dl.MapContainer(
        children,
        id=ids.MAP,
        className="map",
        bounds=[[south, west], [north, east]],
        preferCanvas=True,
        # Each move would otherwise travel through Dash's store and stay in its history.
        trackViewport=False,
        zoomAnimation=False,
        fadeAnimation=False,
        zoomControl=False,
        attributionControl=base_map is not None,
        keyboard=not is_wall,
        # Fine steps, so that the county fills the height; the tiles are painted sharp at any zoom.
        zoomSnap=0.05,
        minZoom=7,
        maxZoom=19,
    )
