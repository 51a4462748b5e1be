"""The map engine under failing tiles: nothing freezes, nothing is lost."""

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Site, Visit

pytestmark = pytest.mark.browser

DRAWN_SCRIPT = "window.gridmap && gridmap.debug ? gridmap.debug.drawn(15000) : false"
SHAPES_SCRIPT = """(layerId) => {
    let count = 0;
    for (const tile of gridmap.debug.engine().ground._live)
        for (const { entry } of tile.parts.get(layerId) || []) count += entry.content ? entry.content.shapes.length : 0;
    return count;
}"""


def wait_until_drawn(page: Page) -> None:
    """Wait for the engine, then for its full picture."""
    for _ in range(200):
        if page.evaluate("Boolean(window.gridmap && gridmap.debug && gridmap.debug.engine())"):
            break
        page.wait_for_timeout(50)
    assert page.evaluate(DRAWN_SCRIPT)


def test_layers_come_back_after_failed_and_malformed_tiles(visit: Visit, site: Site) -> None:
    page = visit.page
    broken = {"village": 0, "township": 0}

    def break_tile(route: Route) -> None:
        layer = next((name for name in broken if f"/tiles/{name}/" in route.request.url), None)
        if layer is None:
            route.continue_()
            return
        broken[layer] += 1
        if layer == "village":
            route.fulfill(status=502, body="bad gateway")
        else:
            route.fulfill(status=200, content_type="text/html", body="<!DOCTYPE html><html></html>")

    page.route("**/tiles/**", break_tile)
    page.goto(site.url)
    page.wait_for_timeout(2500)
    assert all(broken.values()), "the broken answers were never asked for"
    assert page.evaluate(SHAPES_SCRIPT, "township") == 0
    assert not page.evaluate("gridmap.debug.isDrawn()")
    page.unroute("**/tiles/**")
    wait_until_drawn(page)
    assert page.evaluate(SHAPES_SCRIPT, "township") > 0


def test_tiles_that_leave_give_their_memory_back(visit: Visit, site: Site) -> None:
    page = visit.page
    page.goto(site.url)
    wait_until_drawn(page)
    page.evaluate(
        """() => {
            window.gone = [];
            gridmap.debug.engine().ground.on("tileunload", (event) => gone.push(event.tile.gridmapTile));
            const map = gridmap.mount.map();
            map.setView(map.getCenter(), map.getZoom() + 2, { animate: false });
        }"""
    )
    wait_until_drawn(page)
    page.wait_for_timeout(500)
    sizes = page.evaluate("gone.flatMap((tile) => Object.values(tile.canvases).map((canvas) => canvas.width))")
    assert sizes, "no painted tile left the map"
    assert set(sizes) == {0}
