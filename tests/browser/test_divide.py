"""The page /divide in real Chromium: run, brush, lasso, undo, lock, publish; the map then shows the new grids."""

import re
import time
from collections.abc import Callable

import numpy as np
import pytest

from tests.browser.conftest import Site, Visit
from tests.county import VILLAGES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(150)]

VILLAGE = VILLAGES[2]
BESIDE = VILLAGES[0]


def _until(is_so: Callable[[], object], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.05)


@pytest.fixture(scope="module", autouse=True)
def _addresses(site: Site) -> None:
    rng = np.random.default_rng(6)
    here, beside = (
        rng.uniform(low, high, (count, 2)).tolist()
        for low, high, count in (
            ((118.8205, 36.9005), (118.8295, 36.9195), 300),
            ((118.8005, 36.9005), (118.8095, 36.9195), 270),
        )
    )
    with site.database.connect() as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO gridmap.address (households, hamlet, geom)"
            " VALUES (1, 'west', public.ST_SetSRID(public.ST_MakePoint(%s, %s), 4490))",
            here + beside,
        )


def _open(visit: Visit, site: Site, query: str = f"?village={VILLAGE}") -> None:
    visit.page.goto(f"{site.url}/divide{query}")
    visit.page.locator("#divide-run:enabled").wait_for(timeout=20_000)


def _run(visit: Visit) -> None:
    visit.page.click("#divide-run")
    visit.page.locator("[data-show=plan][aria-pressed=true]").wait_for(timeout=20_000)


def _counts(visit: Visit) -> list[int]:
    return [int(text) for text in visit.page.locator(".grids tbody .households").all_inner_texts()]


def _place(visit: Visit, lon: float, lat: float) -> tuple[float, float]:
    x, y = visit.page.evaluate(
        "async ([lon, lat]) => { const map = await gridmap.divideMap.ready;"
        " const p = map.latLngToContainerPoint([lat, lon]);"
        " const box = map.getContainer().getBoundingClientRect(); return [p.x + box.left, p.y + box.top]; }",
        [lon, lat],
    )
    return x, y


def _settled(visit: Visit) -> bool:
    return bool(visit.page.evaluate("gridmap.dividePage.busy === 0"))


def _draw(visit: Visit, *places: tuple[float, float]) -> None:
    """Draw with the button down from place to place, in pixels of the page."""
    visit.page.mouse.move(*places[0])
    visit.page.mouse.down()
    for place in places[1:]:
        visit.page.mouse.move(*place, steps=8)
    visit.page.mouse.up()


def _lasso(visit: Visit, west: float, south: float, east: float, north: float) -> None:
    corners = [_place(visit, lon, lat) for lon, lat in ((west, south), (east, south), (east, north), (west, north))]
    _draw(visit, *corners, corners[0])


def test_run_brush_lasso_undo_lock_and_publish(visit: Visit, site: Site) -> None:
    row = site.execute(
        "INSERT INTO gridmap.incident (channel, item_code, reported_lon, reported_lat, precision)"
        " VALUES ('patrol', 'A01', 118.8251, 36.9151, 'exact') RETURNING id, area_id"
    )[0]
    _open(visit, site)
    assert _counts(visit) == [
        count for (count,) in site.execute(
            "SELECT count(d.id)::integer FROM gridmap.area a JOIN gridmap.address d"
            " ON public.ST_Intersects(a.geom, d.geom)"
            f" WHERE a.level = 'small_grid' AND left(a.code, 12) = '{VILLAGE}' GROUP BY a.code ORDER BY a.code"
        )
    ]  # fmt: skip
    _run(visit)
    assert _counts(visit) == [100, 100, 100]

    # The brush: from inside the first grid over its border; the table counts while the button is down.
    centres = visit.page.evaluate(
        "() => { const s = gridmap.dividePage.state, a = s.village.addresses; return [0, 1].map((g) => {"
        " const rows = [...s.label.keys()].filter((row) => s.label[row] === g);"
        " const mean = (v) => rows.reduce((sum, row) => sum + v[row], 0) / rows.length;"
        " return [mean(a.lon), mean(a.lat)]; }); }"
    )
    visit.page.keyboard.press("b")
    first, second = (_place(visit, *centre) for centre in centres)
    visit.page.mouse.move(*first)
    visit.page.mouse.down()
    share = 0.7
    visit.page.mouse.move(
        first[0] + share * (second[0] - first[0]), first[1] + share * (second[1] - first[1]), steps=15
    )
    _until(lambda: _counts(visit)[0] > 100, 3)
    visit.page.mouse.up()
    _until(lambda: _settled(visit), 10)
    brushed = _counts(visit)
    assert brushed[0] > 100
    assert sum(brushed) == 300
    assert visit.page.evaluate("gridmap.dividePage.state.drawn.grids.map((grid) => grid.households)") == brushed

    # Undo and redo by keyboard.
    visit.page.keyboard.press("Control+z")
    _until(lambda: _settled(visit) and _counts(visit) == [100, 100, 100], 10)
    visit.page.keyboard.press("Control+y")
    _until(lambda: _settled(visit) and _counts(visit) == brushed, 10)

    # A lock holds households back.
    visit.page.locator(".grids tbody tr").nth(2).locator(".lock").click()
    visit.page.keyboard.press("l")
    _lasso(visit, 118.8201, 36.9001, 118.8299, 36.9199)
    assert visit.page.evaluate("gridmap.dividePage.state.selected.size") == 300
    visit.page.locator(".grids tbody tr").nth(0).locator(".give").click()
    _until(lambda: _settled(visit), 10)
    held = _counts(visit)
    assert len(held) == 2
    assert sorted(held) == sorted([brushed[0] + brushed[1], brushed[2]])
    visit.page.keyboard.press("Control+z")
    _until(lambda: _settled(visit) and _counts(visit) == brushed, 10)

    # What would fall apart is refused, in words, and taken back.
    far = visit.page.evaluate(
        "() => { const s = gridmap.dividePage.state, a = s.village.addresses; const centre = (g) => {"
        " const rows = [...s.label.keys()].filter((row) => s.label[row] === g);"
        " return rows.reduce((sum, row) => sum + a.lat[row], 0) / rows.length; };"
        " const order = [0, 1].sort((g, h) => centre(g) - centre(h)); const rows = [...s.label.keys()]"
        ".filter((row) => s.label[row] === order[1]).sort((p, q) => a.lat[q] - a.lat[p]); return [rows[0], order[0]]; }"
    )
    visit.page.evaluate(
        "([row, grid]) => { gridmap.dividePage.select([row], false); gridmap.dividePage.assign(grid); }", far
    )
    _until(lambda: "会断开" in visit.page.locator("#divide-hint").inner_text(), 10)
    _until(lambda: _counts(visit) == brushed, 5)
    assert [fault for fault in visit.faults if "422" not in fault] == []
    visit.faults.clear()

    # Publish, after a confirmation.
    visit.page.click("#divide-publish")
    assert "替换原 2 个" in visit.page.locator("dialog[open]").inner_text()
    visit.page.click("#divide-confirm")
    _until(lambda: "已发布" in visit.page.locator("#divide-hint").inner_text(), 20)
    _until(lambda: _counts(visit) == brushed, 10)
    grids = site.execute(
        "SELECT a.code, a.households FROM gridmap.area a WHERE a.level = 'small_grid' AND left(a.code, 12) = %(code)s"
        " AND a.generation_id = gridmap.generation_at(now()) ORDER BY a.code",
        {"code": VILLAGE},
    )
    assert [households for _, households in grids] == brushed

    # The open incident is in its new grid; its history has the old one.
    moved = site.execute("SELECT area_id FROM gridmap.incident WHERE id = %(id)s", {"id": row[0]})[0][0]
    assert moved != row[1]
    events = site.execute(
        "SELECT kind, area_id FROM gridmap.incident_event WHERE incident_id = %(id)s ORDER BY id", {"id": row[0]}
    )
    assert ("reported", row[1]) in events
    assert ("rejoined", moved) in events

    # And the map draws the new grids.
    visit.page.goto(f"{site.url}/map")
    _until(lambda: visit.page.evaluate("Boolean(window.gridmap && gridmap.debug && gridmap.store.tree)"), 20)
    assert visit.page.evaluate("gridmap.debug.drawn(20000)")
    assert visit.page.evaluate("area => gridmap.store.tree.households(area)", moved) in brushed
    assert visit.faults == []
    assert visit.outside == []


def _find_border(visit: Visit) -> tuple[list[int], tuple[float, float], tuple[float, float]]:
    """Find a border of the plan: its two grids, its middle in pixels, and a place 40 pixels beside it."""
    found = visit.page.evaluate(
        "() => { const { a, b, line } = gridmap.dividePage.borders().sort((p, q) => p.line.length - q.line.length)[0];"
        " return [[a, b], line[0], line[line.length - 1]]; }"
    )
    one, other = _place(visit, *found[1]), _place(visit, *found[2])
    middle = ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
    length = ((other[0] - one[0]) ** 2 + (other[1] - one[1]) ** 2) ** 0.5
    aside = (40 * (one[1] - other[1]) / length, 40 * (other[0] - one[0]) / length)
    return found[0], middle, (middle[0] + aside[0], middle[1] + aside[1])


def test_a_border_is_dragged_and_counted_without_the_server(visit: Visit, site: Site) -> None:
    _open(visit, site, f"?village={BESIDE}")
    _run(visit)
    assert _counts(visit) == [90, 90, 90]
    grids, middle, aside = _find_border(visit)
    compact = visit.page.locator(".grids tbody .compact").all_inner_texts()
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    visit.page.keyboard.press("d")
    visit.page.mouse.move(*middle)
    visit.page.mouse.down()
    visit.page.mouse.move(*aside, steps=10)
    # The button is down: households, deviation, moved and compactness follow, and nobody was asked.
    _until(lambda: _counts(visit) != [90, 90, 90], 3)
    dragged = _counts(visit)
    assert sum(dragged) == 270
    third = ({0, 1, 2} - set(grids)).pop()
    assert dragged[third] == 90
    totals = dict(
        zip(
            *[visit.page.locator(f".totals tbody {cell}").all_inner_texts() for cell in ("th", "td:nth-child(2)")],
            strict=True,
        )
    )
    assert float(totals["与片区均值的最大偏差"]) == max(abs(count - 90) for count in dragged)
    assert visit.page.locator(".grids tbody .compact").all_inner_texts() != compact
    assert asked == []
    visit.page.mouse.up()
    _until(lambda: _settled(visit) and any(url.endswith("/api/divide/draw") for url in asked), 10)
    assert _counts(visit) == dragged
    assert visit.page.evaluate("gridmap.dividePage.state.drawn.grids.map((grid) => grid.households)") == dragged
    visit.page.keyboard.press("Control+z")
    _until(lambda: _settled(visit) and _counts(visit) == [90, 90, 90], 10)
    # A locked grid's borders stay, in words.
    visit.page.locator(".grids tbody .lock").nth(grids[0]).click()
    _draw(visit, middle, aside)
    assert "已锁定" in visit.page.locator("#divide-hint").inner_text()
    assert _counts(visit) == [90, 90, 90]
    assert visit.faults == []


def test_all_by_keyboard(visit: Visit, site: Site) -> None:
    _open(visit, site, f"?village={BESIDE}")
    _run(visit)
    press = visit.page.keyboard.press

    def settle(counts: list[int]) -> None:
        _until(lambda: _settled(visit) and _counts(visit) == counts, 10)

    # Without a grid chosen there is a word for it.
    press("s")
    assert "请先选择网格" in visit.page.locator("#divide-hint").inner_text()
    # Choose the first, split it, merge the halves again.
    press("]")
    press("s")
    settle([45, 90, 90, 45])
    visit.page.locator("#divide-neighbour").select_option(index=visit.page.evaluate(
        "[...document.querySelector('#divide-neighbour').options].findIndex((option) => Number(option.value) === 3)"
    ))  # fmt: skip
    visit.page.locator("#divide-neighbour").evaluate("element => element.blur()")
    press("m")
    settle([90, 90, 90])
    press("Control+z")
    settle([45, 90, 90, 45])
    press("Control+z")
    settle([90, 90, 90])
    # The half that was chosen is gone. Shift a border by households: five from the neighbour, then back.
    press("]")
    press("+")
    _until(lambda: _settled(visit) and _counts(visit)[0] == 95, 10)
    press("-")
    settle([90, 90, 90])
    # What is pinned does not go over.
    visit.page.evaluate("gridmap.dividePage.select(gridmap.dividePage.state.label.keys(), false)")
    press("p")
    assert "已固定" in visit.page.locator("#divide-hint").inner_text()
    press("g")
    _until(lambda: "保持不变" in visit.page.locator("#divide-hint").inner_text(), 5)
    assert _counts(visit) == [90, 90, 90]
    press("p")
    # Lock and unlock.
    press("k")
    assert visit.page.evaluate("gridmap.dividePage.state.locked.size") == 1
    press("s")
    _until(lambda: "保持不变" in visit.page.locator("#divide-hint").inner_text(), 5)
    press("k")
    assert visit.page.evaluate("gridmap.dividePage.state.locked.size") == 0
    assert visit.faults == []


def test_a_cut_splits_a_grid_and_the_mouse_merges_it(visit: Visit, site: Site) -> None:
    _open(visit, site, f"?village={BESIDE}")
    _run(visit)
    (one, other), _middle, _aside = _find_border(visit)
    # Across the middle of the first grid, from rim to rim of the village.
    lat = visit.page.evaluate(
        "(grid) => { const s = gridmap.dividePage.state, rows = s.rowsOf(grid);"
        " return rows.map((row) => s.village.addresses.lat[row]).sort((a, b) => a - b)[rows.length >> 1]; }", one
    )  # fmt: skip
    visit.page.keyboard.press("c")
    _draw(visit, _place(visit, 118.7995, lat), _place(visit, 118.8105, lat))
    _until(lambda: _settled(visit) and len(_counts(visit)) == 4, 10)
    assert sum(_counts(visit)) == 270
    visit.page.locator(".grids tbody .name").nth(3).click()
    visit.page.locator("#divide-neighbour").select_option(value=str(one))
    visit.page.click("#divide-merge")
    _until(lambda: _settled(visit) and _counts(visit) == [90, 90, 90], 10)
    assert other != one
    assert visit.faults == []


def test_a_village_is_found_by_its_name_and_stays_in_the_url(visit: Visit, site: Site) -> None:
    visit.page.goto(f"{site.url}/divide?lang=en")
    visit.page.locator("#search-text").fill("北村")
    visit.page.locator("#search-results [role=option]").first.click()
    _until(lambda: f"village={VILLAGES[3]}" in visit.page.evaluate("location.search"), 10)
    _until(lambda: "北村" in visit.page.locator("#divide-village").inner_text(), 5)
    assert "lang=en" in visit.page.evaluate("location.search")
    # No address lies in it: the words say what to do.
    visit.page.locator("#divide-run:enabled").click()
    _until(lambda: "import the addresses" in visit.page.locator("#divide-hint").inner_text(), 10)


def test_on_a_phone_it_is_for_looking(visit: Visit, site: Site) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    _open(visit, site)
    assert not visit.page.locator("#divide-tools .edit").first.is_visible()
    assert not visit.page.locator("#divide-publish").is_visible()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    # On the Chinese page in Chinese, whatever the browser speaks.
    _open(visit, site, f"?village={VILLAGES[3]}")
    visit.page.locator("#divide-run:enabled").click()
    words = f"{VILLAGES[3]} 内没有住址，请先导入住址数据。"
    _until(lambda: words in visit.page.locator("#divide-hint").inner_text(), 10)
    visit.page.evaluate("gridmap.dividePage.state.village.version = 'another'")
    visit.page.locator("#divide-run:enabled").click()
    _until(lambda: "现在不能执行：北村" in visit.page.locator("#divide-hint").inner_text(), 10)
    assert not re.search("[A-Za-z]", visit.page.locator("#divide-hint").inner_text())
