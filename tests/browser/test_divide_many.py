"""Many villages on /divide in real Chromium: choose, divide with progress, look through, publish, discard."""

import numpy as np
import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.steps import find_text, wait_until
from tests.county import COUNTY, TOWNSHIPS, VILLAGES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(150)]

WEST, EMPTY = VILLAGES[2], VILLAGES[3]


@pytest.fixture(scope="module", autouse=True)
def _addresses(site: Site) -> None:
    rng = np.random.default_rng(8)
    with site.database.connect() as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO gridmap.address (households, geom)"
            " VALUES (1, public.ST_SetSRID(public.ST_MakePoint(%s, %s), 4490))",
            rng.uniform((118.8205, 36.9005), (118.8295, 36.9195), (300, 2)).tolist(),
        )


def _open(visit: Visit, site: Site, query: str) -> None:
    visit.page.goto(f"{site.url}/divide{query}")
    wait_until(lambda: visit.page.evaluate("Boolean(window.gridmap && gridmap.dividePage.overview)"), 20)
    wait_until(lambda: visit.page.evaluate("gridmap.dividePage.busy === 0"), 10)


def test_a_township_is_divided_looked_through_and_published(visit: Visit, site: Site) -> None:
    before = site.execute("SELECT id FROM gridmap.generation")
    incident, grid = site.execute(
        "INSERT INTO gridmap.incident (channel, item_code, reported_lon, reported_lat, precision)"
        " VALUES ('patrol', 'A01', 118.8251, 36.9151, 'exact') RETURNING id, area_id"
    )[0]
    _open(visit, site, "")
    # A click on the map chooses the township; the URL can be sent.
    visit.page.click("[data-scope=many]")
    assert visit.page.locator("#divide-run").is_disabled()
    place = visit.page.evaluate(
        "async () => { const map = await gridmap.divideMap.ready, p = map.latLngToContainerPoint([36.91, 118.833]),"
        " box = map.getContainer().getBoundingClientRect(); return [p.x + box.left, p.y + box.top]; }"
    )
    visit.page.mouse.click(*place)
    assert visit.page.locator("#divide-area").input_value() == TOWNSHIPS[1]
    assert f"within={TOWNSHIPS[1]}" in visit.page.url
    assert "2 个村（社区）" in find_text(visit, "#divide-facts")
    assert visit.page.locator("#divide-start").input_value() == "today"
    visit.page.locator("#divide-start").select_option("fresh")
    visit.page.click("#divide-run")
    wait_until(lambda: "草案" in find_text(visit, "#divide-draft-name"), 30)
    # One row per village: what it got, or why it was left out, first.
    rows = [row.split("\t") for row in visit.page.locator(".villages tbody tr").all_inner_texts()]
    assert [row[0].strip() for row in rows] == ["北村", "西村"]
    assert rows[0][2] == f"{EMPTY} 内没有住址，请先导入住址数据。"
    assert [cell.strip() for cell in rows[1][1:5]] == ["2 → 3", "100–100", "0", "0"]
    assert "1 个村（社区）：3 个网格替换原 2 个。" in find_text(visit, "#divide-draft-words")
    assert site.execute("SELECT count(*) FROM gridmap.generation WHERE published_at IS NOT NULL") == [(len(before),)]

    # In words before it can't be undone; Escape leaves all as it is.
    visit.page.click("#divide-draft-publish")
    assert "3 个网格替换原 2 个" in find_text(visit, "dialog[open]")
    visit.page.keyboard.press("Escape")
    assert visit.page.locator("dialog[open]").count() == 0
    visit.page.click("#divide-draft-publish")
    visit.page.click("#divide-draft-confirm")
    wait_until(lambda: "已发布" in find_text(visit, "#divide-hint"), 20)
    assert visit.page.locator("#divide-draft-publish").is_hidden()
    now = site.execute("SELECT area_id FROM gridmap.incident WHERE id = %(id)s", {"id": incident})[0][0]
    assert now != grid
    kinds = site.execute(
        "SELECT kind FROM gridmap.incident_event WHERE incident_id = %(id)s ORDER BY id", {"id": incident}
    )
    assert kinds == [("reported",), ("rejoined",)]
    assert visit.faults == []
    assert visit.outside == []


def _hover(visit: Visit, lon: float, lat: float) -> None:
    place = visit.page.evaluate(
        "async ([lon, lat]) => { const map = await gridmap.divideMap.ready, p = map.latLngToContainerPoint([lat, lon]),"
        " box = map.getContainer().getBoundingClientRect(); return [p.x + box.left, p.y + box.top]; }",
        [lon, lat],
    )
    visit.page.mouse.move(*place)


def _count_colour(visit: Visit, red: int, green: int, blue: int) -> int:
    """Count the pixels of a colour on the canvas of the division."""
    return int(
        visit.page.evaluate(
            "([r, g, b]) => { const c = document.querySelector('.leaflet-gridmap-divide-pane canvas'), d ="
            " c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 0; i < d.length;"
            " i += 4) if (d[i] === r && d[i + 1] === g && d[i + 2] === b && d[i + 3] === 255) n += 1; return n; }",
            [red, green, blue],
        )
    )


def test_the_grids_of_the_draft_are_drawn_over_todays_and_say_their_figures(visit: Visit, site: Site) -> None:
    _open(visit, site, f"?within={WEST}")
    visit.page.locator("#divide-area").select_option(TOWNSHIPS[1])
    visit.page.locator("#divide-target").fill("60")
    visit.page.locator("#divide-start").select_option("fresh")
    visit.page.click("#divide-run")
    wait_until(lambda: "草案" in find_text(visit, "#divide-draft-name"), 30)
    accent = (0x17, 0x54, 0x9C)
    # A click on the row goes to the village.
    visit.page.locator(".villages tbody tr td").last.click()
    wait_until(lambda: visit.page.evaluate(f"Boolean(gridmap.dividePage.draftGrids.of('{WEST}'))"), 10)
    assert visit.page.evaluate("gridmap.divideMap.ready.then((map) => map.getCenter().lng)") == pytest.approx(
        118.825, abs=0.002
    )
    wait_until(lambda: visit.page.evaluate("gridmap.dividePage.busy === 0"), 10)
    shown = {}
    for show in ("today", "draft", "both"):
        visit.page.click(f"[data-draft-show={show}]")
        visit.page.wait_for_timeout(100)
        shown[show] = _count_colour(visit, *accent)
    # The chosen village is outlined in the same colour, also when only today's grids are shown.
    assert shown["draft"] == shown["both"] > shown["today"] + 300
    _hover(visit, 118.8251, 36.9151)
    wait_until(lambda: "西村" in find_text(visit, "#divide-hover"), 5)
    village, draft, today = find_text(visit, "#divide-hover").split("\n")
    assert village == "西村"
    assert draft.startswith("草案 00")
    assert draft.endswith("：60 户")
    assert today.startswith("现行 00")
    visit.page.click("[data-draft-show=draft]")
    _hover(visit, 118.8252, 36.9150)
    wait_until(lambda: "现行" not in find_text(visit, "#divide-hover"), 5)
    _hover(visit, 118.8151, 36.9151)
    assert visit.page.locator("#divide-hover").is_hidden()
    visit.page.once("dialog", lambda dialog: dialog.accept())
    visit.page.click("#divide-draft-discard")
    wait_until(lambda: "草案已放弃" in find_text(visit, "#divide-hint"), 10)
    wait_until(lambda: _count_colour(visit, *accent) < shown["today"], 5)
    assert visit.faults == []
    assert visit.outside == []


def test_a_running_division_is_found_by_another_page_and_stopped(visit: Visit, site: Site) -> None:
    _open(visit, site, f"?within={COUNTY}")
    # The server holds the division up, as a county would: another session has the lock that storing needs.
    with site.database.connect() as connection:
        connection.execute(b"LOCK TABLE gridmap.generation IN EXCLUSIVE MODE")
        visit.page.click("#divide-run")
        wait_until(lambda: visit.page.locator("#divide-progress").is_visible(), 10)
        _open(visit, site, f"?within={COUNTY}")
        wait_until(lambda: visit.page.locator("#divide-stop").is_visible(), 10)
        assert "测试县" in find_text(visit, "#divide-step")
        assert visit.page.locator("#divide-run").is_disabled()
        visit.page.click("#divide-stop")
        wait_until(lambda: "正在停止" in find_text(visit, "#divide-step"), 5)
        connection.rollback()
    wait_until(lambda: "已停止" in find_text(visit, "#divide-hint"), 20)
    assert site.execute("SELECT count(*) FROM gridmap.generation WHERE published_at IS NULL") == [(0,)]
    assert visit.page.locator("#divide-run").is_enabled()
    assert visit.faults == []


def test_a_draft_that_does_not_tile_is_not_published_and_can_be_discarded(visit: Visit, site: Site) -> None:
    _open(visit, site, f"?within={WEST}")
    visit.page.locator("#divide-area").select_option(TOWNSHIPS[1])
    visit.page.click("#divide-run")
    wait_until(lambda: visit.page.locator("#divide-draft-publish").is_enabled(), 30)
    site.execute(
        "DELETE FROM gridmap.area a USING gridmap.generation g WHERE g.id = a.generation_id AND g.published_at IS NULL"
        " AND a.level = 'small_grid' AND a.code = %(code)s",
        {"code": f"{EMPTY}001"},
    )
    visit.page.click("#divide-draft-publish")
    visit.page.click("#divide-draft-confirm")
    wait_until(lambda: "不能严密覆盖全县" in find_text(visit, "#divide-hint"), 20)
    assert EMPTY in find_text(visit, ".job-told button")
    # The place is named, and a click goes there.
    visit.page.click(".job-told button")
    assert visit.page.evaluate("gridmap.divideMap.ready.then((map) => map.getZoom())") == 17
    visit.page.once("dialog", lambda dialog: dialog.accept())
    visit.page.click("#divide-draft-discard")
    wait_until(lambda: "草案已放弃" in find_text(visit, "#divide-hint"), 10)
    assert site.execute("SELECT count(*) FROM gridmap.generation WHERE published_at IS NULL") == [(0,)]
    assert [fault for fault in visit.faults if "409" not in fault] == []
