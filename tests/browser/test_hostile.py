"""What people, lines and links do to a page: odd names, odd URLs, crowds on one point, a server that falls silent."""

import csv
import json
import os
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyogrio
import pytest
from playwright.sync_api import Request

from tests.browser.conftest import Site, Visit
from tests.browser.steps import find_text, insert_incident, open_page, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(150)]

ATTACK = "<img src=x onerror=\"document.title='owned'\"><b class=owned>x</b>"
LONG = "很长的名称" * 40
POINT_OF = """([lon, lat]) => { const p = gridmap.mount.map().latLngToContainerPoint([lat, lon]);
    const r = gridmap.mount.map().getContainer().getBoundingClientRect(); return [p.x + r.x, p.y + r.y]; }"""


@pytest.fixture(autouse=True)
def _empty_board(site: Site) -> None:
    site.maintain("DELETE FROM gridmap.incident")


@pytest.fixture
def odd_names(site: Site) -> Iterator[Site]:
    """A unit whose name is markup, and an area whose name is too long for any place."""
    site.execute(
        "UPDATE gridmap.unit SET name = %(name)s, short_name = %(name)s WHERE code = 'U-PS1'", {"name": ATTACK}
    )
    site.execute("UPDATE gridmap.area SET name = %(name)s WHERE name = '南村'", {"name": LONG})
    site.stop()
    site.start()
    yield site
    site.execute("UPDATE gridmap.unit SET name = '城区派出所', short_name = '城区所' WHERE code = 'U-PS1'")
    site.execute("UPDATE gridmap.area SET name = '南村' WHERE name = %(name)s", {"name": LONG})
    site.stop()
    site.start()


def _set_view(visit: Visit, lat: float, lon: float, zoom: float) -> None:
    visit.page.evaluate("([a, o, z]) => gridmap.mount.map().setView([a, o], z, {animate: false})", [lat, lon, zoom])
    assert visit.page.evaluate("gridmap.debug.drawn(20000)")


def test_first_view_asks_for_no_tile_in_vain(visit: Visit, site: Site) -> None:
    insert_incident(site, lon=118.816, lat=36.906)
    lost: list[str] = []

    def note(request: Request) -> None:
        if "/tiles/" in request.url:
            lost.append(request.url)

    visit.page.on("requestfailed", note)
    open_page(visit, site, "/?z=15&lat=36.906&lon=118.816")
    assert visit.page.evaluate("gridmap.mount.map().getZoom()") == 15
    open_page(visit, site)
    assert lost == []
    # The county fills the map: the wider of its two sides to nine tenths at least.
    shares = visit.page.evaluate(
        """() => { const [w, s, e, n] = gridmap.config().bounds, map = gridmap.mount.map(), size = map.getSize();
            const a = map.latLngToContainerPoint([n, w]), b = map.latLngToContainerPoint([s, e]);
            return [(b.x - a.x) / size.x, (b.y - a.y) / size.y]; }"""
    )
    assert 0.9 <= max(shares) <= 1
    # A window that changes its size keeps it in view, and the URL stays clean.
    visit.page.set_viewport_size({"width": 1000, "height": 900})
    wait_until(
        lambda: visit.page.evaluate(
            "(([w, s, e, n]) => gridmap.mount.map().getBounds().contains([[s, w], [n, e]]))(gridmap.config().bounds)"
        ),
        5,
    )
    visit.page.wait_for_timeout(800)
    assert "z=" not in visit.page.evaluate("location.href")


def test_names_that_are_markup_or_endless_stay_text(visit: Visit, odd_names: Site) -> None:
    insert_incident(odd_names, lon=118.816, lat=36.906, title=ATTACK)
    open_page(visit, odd_names)
    _set_view(visit, 36.91, 118.82, 14.5)
    wait_until(lambda: find_text(visit, "#legend .unit-name") == ATTACK, 5)
    x, y = visit.page.evaluate(POINT_OF, [118.813, 36.903])
    visit.page.mouse.move(x, y)
    wait_until(lambda: ATTACK in visit.page.locator("#map-hint").inner_text(), 3)
    assert LONG in visit.page.locator("#map-hint").inner_text()
    visit.page.mouse.click(x, y)
    wait_until(lambda: visit.page.locator("#panel .chain").count() == 1, 5)
    assert ATTACK in find_text(visit, "#panel")
    visit.page.fill("#search-text", "<img")
    wait_until(lambda: visit.page.locator("#search-results [role=option]").count() >= 1, 8)
    assert ATTACK in find_text(visit, "#search-results")
    visit.page.fill("#search-text", "<script>document.title='owned'</script>"[:40])
    visit.page.wait_for_timeout(500)
    for width in (1366, 390):
        visit.page.set_viewport_size({"width": width, "height": 800})
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    open_page(visit, odd_names, "/wall?tour=0")
    wait_until(lambda: find_text(visit, ".league-name") == ATTACK, 5)
    assert visit.page.locator(".owned").count() == 0
    assert visit.page.title() != "owned"
    assert visit.faults == []


@pytest.mark.parametrize(
    "query",
    [
        "?lang=xx&unit=NOPE&class=none&status=x&state=late&channel=y&days=5&from=2026-02-31&sel=area:999999",
        "?z=999&lat=1e9&lon=abc&sel=incident:99999999999&measure=%00",
        "?z=12&lat=91&lon=181&from=2026-13-01&to=x&sel=area:12;drop",
    ],
)
def test_nonsense_in_the_url_is_ignored(visit: Visit, site: Site, query: str) -> None:
    insert_incident(site, lon=118.816, lat=36.906)
    open_page(visit, site, "/" + query)
    assert visit.page.evaluate("document.documentElement.lang") == "zh-CN"
    assert sum(visit.page.evaluate("gridmap.debug.stateCounts()")) == 1
    if "sel=area:999999" in query or "sel=incident" in query:
        wait_until(lambda: visit.page.locator("#panel-body").inner_text().strip() != "", 6)
    assert visit.faults == []


def test_filter_of_many_values_and_days_is_in_the_url(visit: Visit, site: Site) -> None:
    insert_incident(site, lon=118.805, lat=36.905, item="A01")
    insert_incident(site, lon=118.806, lat=36.905, item="A04")
    insert_incident(site, lon=118.807, lat=36.905, item="A02")
    open_page(visit, site)
    wait_until(lambda: visit.page.locator("#filters .choice").count() == 3, 5)
    visit.page.locator("#filters .choice summary").first.click()
    for name in ("治安", "民生"):
        visit.page.locator("#filters .choice").first.get_by_label(name, exact=True).check()
    wait_until(lambda: sum(visit.page.evaluate("gridmap.debug.stateCounts()")) == 2, 2)
    wait_until(lambda: visit.page.evaluate("location.href").count("class=") == 2, 2)
    assert find_text(visit, "#filters .choice-said") == "已选 2 项"
    # Reported 30 days ago: a range that ends the day before, by the county's calendar, shows none.
    day = str(
        site.execute("SELECT (reported_at AT TIME ZONE 'Asia/Shanghai')::date FROM gridmap.incident LIMIT 1")[0][0]
    )
    before = str(site.execute("SELECT %(day)s::date - 1", {"day": day})[0][0])
    visit.page.select_option("#filters select", "own")
    visit.page.get_by_label("上报止日").fill(before)
    wait_until(lambda: sum(visit.page.evaluate("gridmap.debug.stateCounts()")) == 0, 2)
    visit.page.get_by_label("上报止日").fill(day)
    visit.page.get_by_label("上报起日").fill(day)
    wait_until(lambda: sum(visit.page.evaluate("gridmap.debug.stateCounts()")) == 2, 2)
    query = "['from', 'to'].map(name => new URLSearchParams(location.search).get(name))"
    wait_until(lambda: visit.page.evaluate(query) == [day, day], 2)
    # The view can be sent, and comes back by the buttons of the browser.
    address = visit.page.evaluate("location.href")
    visit.page.goto("about:blank")
    visit.page.go_back()
    wait_until(lambda: visit.page.evaluate("Boolean(window.gridmap && gridmap.debug)"), 20)
    assert visit.page.evaluate("gridmap.debug.drawn(20000)")
    assert visit.page.evaluate("location.href") == address
    wait_until(lambda: sum(visit.page.evaluate("gridmap.debug.stateCounts()")) == 2, 5)
    wait_until(lambda: visit.page.locator("#filters input[type=date]").count() == 2, 5)
    wait_until(lambda: visit.page.get_by_label("上报起日").input_value() == day, 3)
    visit.page.click("#filter-clear")
    wait_until(lambda: sum(visit.page.evaluate("gridmap.debug.stateCounts()")) == 3, 2)
    wait_until(
        lambda: (
            "class=" not in visit.page.evaluate("location.href") and "from=" not in visit.page.evaluate("location.href")
        ),
        2,
    )
    wait_until(lambda: find_text(visit, "#filters .choice-said") == "全部", 3)
    assert visit.faults == []


def test_a_crowd_zooms_in_and_a_stack_is_listed(visit: Visit, site: Site) -> None:
    for _ in range(3):
        insert_incident(site, lon=118.816, lat=36.906)
    for number in range(3):
        insert_incident(site, lon=118.8255 + number * 0.0002, lat=36.914)
    open_page(visit, site)
    _set_view(visit, 36.91, 118.82, 14)
    visit.page.mouse.click(*visit.page.evaluate(POINT_OF, [118.816, 36.906]))
    wait_until(lambda: visit.page.locator("#list-panel .row").count() == 3, 3)
    assert visit.page.evaluate("gridmap.mount.map().getZoom()") == 14
    visit.page.locator("#list-panel .row").first.click()
    wait_until(lambda: visit.page.locator("#panel .title").count() == 1, 5)
    _set_view(visit, 36.91, 118.82, 14)
    visit.page.mouse.click(*visit.page.evaluate(POINT_OF, [118.8257, 36.914]))
    assert visit.page.evaluate("gridmap.mount.map().getZoom()") == 16
    assert visit.faults == []


def test_names_and_lanes_come_with_a_deeper_zoom_of_the_same_tiles(visit: Visit, site: Site) -> None:
    """Between 14.6 and 15.0 the tiles on the screen are the same, but what belongs on them is not."""
    open_page(visit, site)
    _set_view(visit, 36.91, 118.82, 14.6)
    _set_view(visit, 36.91, 118.82, 15)
    names = visit.page.evaluate("gridmap.debug.engine().labels.drawn().map(label => label.lines.join(''))")
    assert any("微网格" in name for name in names), names


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "gpkg", "geojson"])
def test_every_format_of_the_menu_opens(visit: Visit, site: Site, tmp_path: Path, suffix: str) -> None:
    insert_incident(site, lon=118.805, lat=36.905, item="A01")
    insert_incident(site, lon=118.835, lat=36.903, item="A02")
    day = quote("城管")
    open_page(visit, site, f"/?class={day}")
    visit.page.click("#download summary")
    with visit.page.expect_download() as started:
        visit.page.click(f"#download-menu [data-format={suffix}]")
    name = started.value.suggested_filename
    assert name.startswith("未办结事件-20")
    assert name.endswith(suffix)
    path = tmp_path / f"file.{suffix}"
    started.value.save_as(path)
    if suffix == "csv":
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        assert len(rows) == 2
    elif suffix == "geojson":
        assert len(json.loads(path.read_text(encoding="utf-8"))["features"]) == 1
    elif suffix == "gpkg":
        assert len(pyogrio.read_dataframe(path, layer="incident")) == 1
    else:
        with zipfile.ZipFile(path) as book:
            assert "犬只管理" in "".join(book.read(part).decode("utf-8", "ignore") for part in book.namelist())
    assert visit.faults == []


def test_two_tabs_live_side_by_side_and_a_reload_keeps_the_view(visit: Visit, site: Site) -> None:
    open_page(visit, site)
    other = Visit(visit.page.context.new_page())
    open_page(other, site, "/map?lang=en")
    insert_incident(site, lon=118.816, lat=36.906)
    for page in (visit.page, other.page):
        wait_until(lambda page=page: page.evaluate("gridmap.debug.stateCounts()") == [0, 0, 1, 0], 5)
    visit.page.evaluate("gridmap.mount.map().setView([36.905, 118.815], 15, {animate: false})")
    wait_until(lambda: "z=15" in visit.page.evaluate("location.href"), 3)
    visit.page.reload()
    wait_until(lambda: visit.page.evaluate("Boolean(window.gridmap && gridmap.debug)"), 20)
    assert visit.page.evaluate("gridmap.debug.drawn(20000)")
    assert visit.page.evaluate("gridmap.mount.map().getZoom()") == 15
    assert visit.faults == []


def test_a_server_that_falls_silent_turns_the_page_amber_and_it_comes_back(visit: Visit, site: Site) -> None:
    """Stopped, not ended: the line stays open and says nothing, as behind a dead router."""
    open_page(visit, site, "/wall?tour=0")
    state = "document.documentElement.dataset.connection"
    wait_until(lambda: visit.page.evaluate(state) == "live", 5)
    assert site.process is not None
    os.kill(site.process.pid, signal.SIGSTOP)
    try:
        waited_s = wait_until(lambda: visit.page.evaluate(state) == "stale", 25)
    finally:
        os.kill(site.process.pid, signal.SIGCONT)
    assert waited_s >= 9  # the last heartbeat may be 5 s old when it stops
    _, area, _ = insert_incident(site, lon=118.816, lat=36.906)
    wait_until(lambda: visit.page.evaluate(state) == "live", 30)
    wait_until(lambda: visit.page.evaluate("id => gridmap.debug.colourAt(id).pattern", area) == "filled", 10)
