"""The pages in real Chromium, on a real server and a real database."""

import time

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.steps import find_text, insert_incident, open_page, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(150)]

WITHIN_MS = 1000.0
# Notes the server's time at which an area first looks as wanted, frame by frame: asking from here would also time
# how busy the machine is.
WATCH = """
    ([area, pattern]) => {
        window.seenMs = 0;
        (function look() {
            if (gridmap.debug.colourAt(area).pattern === pattern) window.seenMs = gridmap.store.nowMs();
            else requestAnimationFrame(look);
        })();
    }
"""


@pytest.fixture(autouse=True)
def _empty_board(site: Site) -> None:
    site.maintain("DELETE FROM gridmap.incident")


def _watch(visit: Visit, area: int, pattern: str) -> None:
    visit.page.evaluate(WATCH, [area, pattern])


def _find_seen_ms(visit: Visit) -> float:
    wait_until(lambda: visit.page.evaluate("window.seenMs"), 15)
    return float(visit.page.evaluate("window.seenMs"))


def _find_colour(visit: Visit, unit: int) -> list[int]:
    colour = str(visit.page.evaluate("unit => gridmap.store.units.get(unit).colour", unit))
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _is_near(pixel: list[int] | None, colour: list[int]) -> bool:
    return pixel is not None and all(abs(a - b) <= 3 for a, b in zip(pixel[:3], colour, strict=True))


def _show_small_grids(visit: Visit) -> None:
    visit.page.evaluate("gridmap.mount.map().setView([36.91, 118.82], 14.5, {animate: false})")
    assert visit.page.evaluate("gridmap.debug.drawn(20000)")


def test_map_draws_without_error_and_without_leaving_the_host(visit: Visit, site: Site) -> None:
    insert_incident(site, lon=118.805, lat=36.905)
    open_page(visit, site)
    wait_until(lambda: find_text(visit, "#county-name") == "测试县", 5)
    wait_until(lambda: visit.page.locator("#chart .js-plotly-plot").count() == 1, 15)
    wait_until(lambda: find_text(visit, "#connection") == "实时", 8)
    assert visit.page.evaluate("document.documentElement.lang") == "zh-CN"
    assert find_text(visit, "#on-map") == "上图 1 / 1 件"
    assert visit.faults == []
    assert visit.outside == []


def test_wall_draws_without_error_and_without_scrolling(visit: Visit, site: Site) -> None:
    for number in range(14):
        insert_incident(site, lon=118.801 + number * 0.002, lat=36.905, due=f"-{20 + number} hours")
    open_page(visit, site, "/wall?tour=0")
    wait_until(lambda: visit.page.locator("#league .league-row").count() >= 1, 5)
    for width, height in ((1920, 1080), (3840, 2160), (3840, 1280)):
        visit.page.set_viewport_size({"width": width, "height": height})
        visit.page.wait_for_timeout(300)
        sizes = visit.page.evaluate(
            """() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth,
                Math.min(...[...document.querySelectorAll('.wall-page *')].filter(e => e.children.length === 0
                    && e.textContent.trim() && !e.closest('.leaflet-container') && e.offsetParent)
                    .map(e => parseFloat(getComputedStyle(e).fontSize)))]"""
        )
        assert sizes[0] <= height
        assert sizes[1] <= width
        # The smallest text is 1.6 % of the height: that is what can be read from five metres.
        assert sizes[2] >= 0.016 * height - 0.05
    assert visit.faults == []
    assert visit.outside == []


def test_live_insert_turns_the_right_polygon_to_the_right_colour(visit: Visit, site: Site) -> None:
    open_page(visit, site)
    _show_small_grids(visit)
    place = (118.8155, 36.9055)
    before = visit.page.evaluate("([lon, lat]) => gridmap.debug.pixelAt(lon, lat)", place)
    neighbour = visit.page.evaluate("gridmap.debug.pixelAt(118.8055, 36.9155)")
    area = int(str(site.execute("SELECT id FROM gridmap.area WHERE name = '南村第2微网格'")[0][0]))
    _watch(visit, area, "filled")
    _, placed, unit = insert_incident(site, lon=118.816, lat=36.906)
    inserted_ms = time.time() * 1000
    assert placed == area
    assert _find_seen_ms(visit) - inserted_ms < WITHIN_MS
    colour = _find_colour(visit, unit)
    wait_until(
        lambda: _is_near(visit.page.evaluate("([lon, lat]) => gridmap.debug.pixelAt(lon, lat)", place), colour), 2
    )
    assert not _is_near(before, colour)
    assert visit.page.evaluate("id => gridmap.debug.colourAt(id).pattern", area) == "filled"
    assert visit.page.evaluate("gridmap.debug.pixelAt(118.8055, 36.9155)") == neighbour
    assert visit.faults == []


def test_change_of_state_clears_the_polygon(visit: Visit, site: Site) -> None:
    incident, area, _ = insert_incident(site, lon=118.816, lat=36.906)
    open_page(visit, site)
    _show_small_grids(visit)
    assert visit.page.evaluate("id => gridmap.debug.colourAt(id).pattern", area) == "filled"
    _watch(visit, area, "none")
    site.execute("UPDATE gridmap.incident SET status = 'rejected' WHERE id = %(id)s", {"id": incident})
    resolved_ms = time.time() * 1000
    assert _find_seen_ms(visit) - resolved_ms < WITHIN_MS


def test_item_turns_overdue_by_the_clock_alone(visit: Visit, site: Site) -> None:
    _, area, _ = insert_incident(site, lon=118.816, lat=36.906, due="12 seconds")
    open_page(visit, site)
    _show_small_grids(visit)
    wait_until(lambda: visit.page.evaluate("id => gridmap.debug.colourAt(id).pattern", area) == "outline", 3)
    assert visit.page.evaluate("gridmap.debug.stateCounts()") == [0, 1, 0, 0]
    frames: list[str] = []
    visit.page.on("websocket", lambda _socket: frames.append("opened"))
    _watch(visit, area, "filled")
    late_ms = _find_seen_ms(visit) - visit.page.evaluate("gridmap.store.dueS(0) * 1000")
    assert 0 <= late_ms < WITHIN_MS
    wait_until(lambda: find_text(visit, ".state-overdue b") == "1", 2)
    assert visit.page.evaluate("gridmap.debug.stateCounts()") == [0, 0, 1, 0]
    assert frames == []


def test_layer_is_ticked_off_and_on(visit: Visit, site: Site) -> None:
    insert_incident(site, lon=118.816, lat=36.906)
    open_page(visit, site)
    _show_small_grids(visit)
    point = (118.8155, 36.9055)
    assert visit.page.evaluate("([lon, lat]) => gridmap.debug.pixelAt(lon, lat)", point)[3] > 0
    control = visit.page.locator(".leaflet-control-layers").bounding_box()
    assert control is not None
    # Not hover(): the opened control covers the button that the pointer is over.
    visit.page.mouse.move(control["x"] + 8, control["y"] + 8)
    box = visit.page.locator(".leaflet-control-layers-overlays label", has_text="小网格").locator("input")
    box.uncheck()
    wait_until(
        lambda: (visit.page.evaluate("([lon, lat]) => gridmap.debug.pixelAt(lon, lat)", point) or [0] * 4)[3] == 0, 5
    )
    box.check()
    wait_until(
        lambda: (visit.page.evaluate("([lon, lat]) => gridmap.debug.pixelAt(lon, lat)", point) or [0] * 4)[3] > 0, 5
    )
    assert visit.faults == []


def test_click_opens_the_page_and_what_people_typed_is_text(visit: Visit, site: Site) -> None:
    attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    incident, _, _ = insert_incident(site, lon=118.816, lat=36.906, title=attack)
    site.execute(
        "UPDATE gridmap.area SET name = %(name)s WHERE name = '东村第1微网格'", {"name": "<b id=owned>东村</b>"}
    )
    open_page(visit, site)
    _show_small_grids(visit)
    x, y = visit.page.evaluate(
        """() => { const p = gridmap.mount.map().latLngToContainerPoint([36.906, 118.816]);
            const r = gridmap.mount.map().getContainer().getBoundingClientRect(); return [p.x + r.x, p.y + r.y]; }"""
    )
    visit.page.mouse.click(x, y)
    wait_until(lambda: visit.page.locator("#panel .said").count() == 1, 5)
    assert find_text(visit, "#panel .said") == attack
    assert "噪声扰民" in find_text(visit, "#panel .title")
    assert "距最近的其他网格" in find_text(visit, "#panel")
    # Working time: minutes on a day off, hours or days on others.
    assert find_text(visit, "#panel .countdown").startswith("逾期 ")
    wait_until(lambda: f"sel=incident:{incident}" in visit.page.evaluate("location.search"), 3)
    # Up the chain to the village, by its link.
    visit.page.locator("#panel .chain a", has_text="南村").first.click()
    wait_until(lambda: find_text(visit, "#panel .title") == "南村", 5)
    assert "共界" in find_text(visit, "#panel")
    assert visit.page.title().startswith("测试县")
    assert visit.page.locator("#owned").count() == 0
    assert visit.faults == []


def test_legend_filters_map_chips_chart_and_url(visit: Visit, site: Site) -> None:
    insert_incident(site, lon=118.835, lat=36.903, item="A02")
    insert_incident(site, lon=118.805, lat=36.905, item="A01")
    insert_incident(site, lon=118.806, lat=36.906, item="A01")
    open_page(visit, site)
    wait_until(lambda: visit.page.locator("#legend .unit").count() == 2, 3)
    assert [line.split("\n")[1] for line in visit.page.locator("#legend .unit").all_inner_texts()] == [
        "城区所",
        "执法局",
    ]
    visit.page.locator("#legend .unit", has_text="执法局").click()
    wait_until(lambda: sum(visit.page.evaluate("gridmap.debug.stateCounts()")) == 1, 2)
    wait_until(lambda: find_text(visit, "#on-map") == "上图 1 / 1 件", 2)
    wait_until(lambda: "unit=U-ENF" in visit.page.evaluate("location.href"), 2)
    wait_until(
        lambda: visit.page.evaluate("document.querySelector('#chart .js-plotly-plot')?.data?.[0]?.y.length") == 1, 15
    )
    # Both units stay in the legend, so that the other one can be chosen too; the view can be sent as it is.
    assert visit.page.locator("#legend .unit").count() == 2
    open_page(visit, site, "/" + visit.page.evaluate("location.href").removeprefix(site.url).lstrip("/"))
    assert sum(visit.page.evaluate("gridmap.debug.stateCounts()")) == 1
    visit.page.click("#filter-clear")
    wait_until(lambda: sum(visit.page.evaluate("gridmap.debug.stateCounts()")) == 3, 2)
    assert visit.faults == []


def test_both_languages_and_the_switch_keeps_the_view(visit: Visit, site: Site) -> None:
    insert_incident(site, lon=118.805, lat=36.905)
    open_page(visit, site, "/map?measure=open&z=13&lat=36.91&lon=118.82")
    wait_until(lambda: "lang=en" in str(visit.page.get_attribute("#language-link", "href")), 3)
    visit.page.click("#language-link")
    wait_until(lambda: visit.page.evaluate("document.documentElement.lang") == "en", 10)
    wait_until(lambda: visit.page.locator("#states .state").count() == 4, 15)
    assert "Twice overdue" in find_text(visit, "#states")
    assert "lang=en" in visit.page.evaluate("location.href")
    assert "measure=open" in visit.page.evaluate("location.href")
    assert visit.page.evaluate("gridmap.mount.map().getZoom()") == 13
    assert visit.page.get_attribute("[data-measure=open]", "aria-checked") == "true"
    chinese = visit.page.evaluate(
        r"[...document.querySelectorAll('h2, button.quiet, .field > span, summary')].map(e => e.textContent).join()"
    )
    assert not any("一" <= letter <= "鿿" for letter in chinese)
    assert visit.faults == []


def test_search_by_pinyin_initials_flies_there(visit: Visit, site: Site) -> None:
    open_page(visit, site)
    visit.page.fill("#search-text", "bc")
    wait_until(lambda: visit.page.locator("#search-results [role=option]").count() >= 1, 8)
    assert "北村" in find_text(visit, "#search-results [role=option]")
    visit.page.keyboard.press("Enter")
    wait_until(
        lambda: visit.page.locator("#panel .title").count() == 1 and find_text(visit, "#panel .title") == "北村", 5
    )
    centre = visit.page.evaluate("[gridmap.mount.map().getCenter().lng, gridmap.mount.map().getCenter().lat]")
    assert centre == pytest.approx([118.835, 36.91], abs=0.003)


def test_what_is_not_on_the_map_is_listed(visit: Visit, site: Site) -> None:
    insert_incident(site, lon=118.805, lat=36.905)
    site.execute(
        """
        INSERT INTO gridmap.incident (item_code, title, reported_lon, reported_lat, datum, precision)
        VALUES ('A01', 'far', 119.5, 36.9, 'cgcs2000', 'exact'), ('A02', 'rough', 118.81, 36.91, 'cgcs2000', 'township')
        """
    )
    open_page(visit, site)
    wait_until(lambda: find_text(visit, "#on-map") == "上图 1 / 3 件", 3)
    visit.page.click(".on-map-button")
    wait_until(lambda: visit.page.locator("#list-panel .row").count() == 2, 2)
    words = find_text(visit, "#list-panel")
    assert "未落格" in words
    assert "定位不精确" in words


def test_phone_shows_the_map_first_and_sheets_on_demand(visit: Visit, site: Site) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    open_page(visit, site)
    assert not visit.page.locator("#legend").is_visible()
    assert visit.page.locator("#map-place").bounding_box() is not None
    visit.page.click("#tabs [data-sheet=left]")
    visit.page.locator("#states").wait_for(state="visible", timeout=3000)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_page_survives_a_restart_of_the_server(visit: Visit, site: Site) -> None:
    open_page(visit, site)
    _show_small_grids(visit)
    wait_until(lambda: visit.page.locator("#chart .js-plotly-plot").count() == 1, 15)
    site.stop()
    wait_until(lambda: visit.page.evaluate("!gridmap.store.connection.connected"), 10)
    _, area, _ = insert_incident(site, lon=118.816, lat=36.906)
    site.start()
    # The first try comes within 10 s of the server's return: the longest pause between two tries.
    wait_until(lambda: visit.page.evaluate("id => gridmap.debug.colourAt(id).pattern", area) == "filled", 30)
    _, other, _ = insert_incident(site, lon=118.836, lat=36.906, item="A02")
    wait_until(lambda: visit.page.evaluate("id => gridmap.debug.colourAt(id).pattern", other) == "filled", 5)
    assert [fault for fault in visit.faults if "ERR_CONNECTION_REFUSED" not in fault and "WebSocket" not in fault] == []


def test_page_survives_a_restart_of_the_database(visit: Visit, site: Site) -> None:
    open_page(visit, site)
    _show_small_grids(visit)
    site.postgres.stop()
    time.sleep(1.0)
    site.postgres.start()
    _, area, _ = insert_incident(site, lon=118.816, lat=36.906)
    wait_until(lambda: visit.page.evaluate("id => gridmap.debug.colourAt(id).pattern", area) == "filled", 30)
    visit.page.evaluate("id => gridmap.mount.select({kind: 'area', id})", area)
    wait_until(lambda: visit.page.locator("#panel .title").count() == 1, 10)
    assert "网格" in find_text(visit, "#panel .title")


def test_download_is_what_the_filter_shows(visit: Visit, site: Site) -> None:
    insert_incident(site, lon=118.835, lat=36.903, item="A02")
    insert_incident(site, lon=118.805, lat=36.905, item="A01")
    open_page(visit, site, "/?unit=U-ENF&state=overdue")
    visit.page.click("#download summary")
    wait_until(lambda: "unit=U-ENF" in str(visit.page.get_attribute("#download-menu [data-format=csv]", "href")), 3)
    with visit.page.expect_download() as started:
        visit.page.click("#download-menu [data-format=csv]")
    lines = started.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "犬只管理" in lines[1]


def test_wall_frame_tells_stale_data(visit: Visit, site: Site) -> None:
    open_page(visit, site, "/wall?tour=0")
    colours = []
    for state, age_ms in (("live", 0), ("stale", 16_000), ("lost", 61_000)):
        visit.page.evaluate(
            "([state, ageMs]) => gridmap.store.setConnection({state, ageMs, connected: false})", [state, age_ms]
        )
        colours.append(visit.page.evaluate("getComputedStyle(document.getElementById('wall-page')).borderTopColor"))
    assert colours == ["rgba(0, 0, 0, 0)", "rgb(255, 185, 56)", "rgb(255, 106, 94)"]
