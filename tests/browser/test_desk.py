"""The duty officer's desk in real Chromium: many at once with one refused, a call judged, the list alive."""

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.steps import act_as, find_text, insert_incident, open_desk, wait_until
from tests.county import TOWNSHIPS
from tests.staff import insert_staff

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture(scope="module", autouse=True)
def _people(site: Site) -> None:
    with site.database.connect() as connection:
        insert_staff(connection)


@pytest.fixture(autouse=True)
def _nothing_waits(site: Site) -> None:
    site.maintain("DELETE FROM gridmap.incident")


def _ids(visit: Visit) -> list[int]:
    return [int(text) for text in visit.page.locator(".desk-table tbody .c-id").all_inner_texts()]


def _chosen(visit: Visit) -> list[int]:
    return sorted(visit.page.evaluate("[...gridmap.desk.selection.chosen]"))


def _ready(visit: Visit, count: int) -> None:
    wait_until(
        lambda: (
            len(_ids(visit)) == count
            and visit.page.evaluate("gridmap.desk.entries.every(one => gridmap.desk.feed.version(one.id) !== null)")
        ),
        10,
    )


def _status(site: Site, *ids: int) -> list[object]:
    return [site.execute("SELECT status FROM gridmap.incident WHERE id = %(id)s", {"id": one})[0][0] for one in ids]


def test_many_are_accepted_and_dispatched_and_the_refused_one_stays(visit: Visit, site: Site) -> None:
    one = insert_incident(site, lon=118.805, lat=36.905, title="one")[0]
    two = insert_incident(site, lon=118.815, lat=36.905, title="two")[0]
    # Nobody leads in it: it waits in a queue, and a dispatch has to name a unit.
    odd = insert_incident(site, lon=118.825, lat=36.905, item="Z99", title="odd")[0]
    open_desk(visit, site, "to_accept", None)
    _ready(visit, 3)
    page = visit.page
    # Read only, and it says so.
    page.locator(".desk-table tbody tr").first.focus()
    page.keyboard.press("Control+a")
    assert _chosen(visit) == sorted([one, two, odd])
    assert "只读" in find_text(visit, ".desk-said")
    assert page.locator(".desk-acts button").count() == 0
    act_as(visit, "di")
    page.locator(".desk-acts [data-action=accept]").click()
    page.locator(".desk-form button[type=submit]").click()
    wait_until(lambda: _status(site, one, two, odd) == ["accepted"] * 3, 10)
    wait_until(lambda: _ids(visit) == [], 10)
    assert "没有待受理" in find_text(visit, ".desk-empty")

    page.locator("[data-list=to_dispatch]").click()
    assert "list=to_dispatch" in page.url
    _ready(visit, 3)
    page.locator(".desk-table thead input").check()
    page.locator(".desk-acts [data-action=dispatch]").click()
    page.locator(".desk-form button[type=submit]").click()
    wait_until(lambda: _status(site, one, two, odd) == ["dispatched", "dispatched", "accepted"], 10)
    wait_until(lambda: _ids(visit) == [odd], 10)
    # What was done is told though it left; what was refused is still chosen, with the reason.
    assert _chosen(visit) == [odd]
    assert "完成 2 件，1 件未成" in find_text(visit, ".desk-report")
    refused = find_text(visit, ".desk-results li")
    assert refused == f"#{odd} 填写有误： 事件 {odd}：办理“派单”还须填写单位。"
    assert len(page.locator(".desk-results li").all()) == 3
    assert "填写有误" in find_text(visit, ".desk-told.bad")
    assert site.execute(
        "SELECT count(*) FROM gridmap.incident_event WHERE kind = 'status' AND to_status = 'dispatched'"
    ) == [(2,)]

    # Named by a part of its name it goes.
    _ready(visit, 1)
    page.locator(".desk-acts [data-action=dispatch]").click()
    unit = page.locator(".desk-form input[name=unit_code]")
    unit.fill("局")
    page.locator(".desk-form button[type=submit]").click()
    assert "请从列表中选择" in find_text(visit, ".desk-form .desk-fault")
    unit.fill("综合行政")
    page.locator(".desk-form button[type=submit]").click()
    wait_until(lambda: _status(site, odd) == ["dispatched"], 10)
    assert site.execute(
        "SELECT u.code, e.actor FROM gridmap.incident i JOIN gridmap.unit u ON u.id = i.lead_unit_id"
        " JOIN gridmap.incident_event e ON e.incident_id = i.id AND e.to_status = 'dispatched' WHERE i.id = %(id)s",
        {"id": odd},
    ) == [("U-ENF", "di")]
    assert visit.faults == []
    assert visit.outside == []


def test_the_list_lives_and_choice_focus_and_scroll_stay(visit: Visit, site: Site) -> None:
    for number in range(40):
        insert_incident(
            site, lon=118.8005 + number * 0.00095, lat=36.905, title=f"n{number}", due=f"{number + 10} hours"
        )
    open_desk(visit, site, "to_accept", "op", query="&by=id")
    _ready(visit, 40)
    page, ids = visit.page, _ids(visit)
    assert ids == sorted(ids)
    page.locator(".desk-table tbody tr").nth(20).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    assert _chosen(visit) == ids[20:23]
    page.locator(f'tr[data-id="{ids[25]}"] .c-tick').click(modifiers=["Shift"])
    assert _chosen(visit) == ids[20:26]
    scrolled = page.evaluate("document.querySelector('.desk-list .desk-scroll').scrollTop")
    assert scrolled > 0
    # A new one comes: without a hand, and nothing else moves.
    fresh = insert_incident(site, lon=118.805, lat=36.905, due="1 hour", title="fresh")[0]
    wait_until(lambda: fresh in _ids(visit), 10)
    assert _chosen(visit) == ids[20:26]
    assert page.evaluate("document.activeElement.dataset.id") == str(ids[25])
    assert page.evaluate("document.querySelector('.desk-list .desk-scroll').scrollTop") == scrolled
    # Somebody else takes one of the chosen: it goes, and it is said.
    site.execute("UPDATE gridmap.incident SET status = 'accepted' WHERE id = %(id)s", {"id": ids[22]})
    wait_until(lambda: ids[22] not in _ids(visit), 10)
    assert _chosen(visit) == sorted({*ids[20:26]} - {ids[22]})
    assert "1 件已被他人办理" in find_text(visit, ".desk-report")
    # Filter and order stand in the URL; a row opens beside the list and leads to the map.
    page.locator("select[data-filter=township]").select_option(TOWNSHIPS[1])
    wait_until(lambda: 0 < len(_ids(visit)) < 40, 5)
    assert f"township={TOWNSHIPS[1]}" in page.url
    page.locator(".desk-table thead .c-id button").click()
    assert _ids(visit) == sorted(_ids(visit), reverse=True)
    page.locator(".desk-table tbody .what").first.click()
    wait_until(lambda: "为何由该单位负责" in find_text(visit, ".desk-incident"), 10)
    assert page.locator(".desk-incident a.link").get_attribute("href") == f"/?sel=incident%3A{_ids(visit)[0]}"
    assert visit.faults == []


def test_a_call_is_made_judged_answered_and_closed(visit: Visit, site: Site) -> None:
    open_desk(visit, site, "calls", "t1")
    page = visit.page

    def submit() -> None:
        page.locator(".desk-form button[type=submit]").click()
        wait_until(lambda: page.locator(".desk-form").count() == 0, 10)

    page.locator(".desk-tools .second").click()
    page.locator(".desk-form textarea[name=matter]").fill("夜市占道")
    # Neither place nor incident: the words of the server stand in the form, and nothing is lost.
    page.locator(".desk-form button[type=submit]").click()
    wait_until(lambda: "填写有误" in find_text(visit, ".desk-form > .desk-fault"), 10)
    page.locator(".desk-form input[name=place]").fill("东门")
    page.locator(".desk-form input[name=wanted]").fill("U-ENF")
    submit()
    wait_until(lambda: page.locator(".desk-record").count() == 1, 10)
    # A unit that was not called has nothing to do here; the centre judges, with those asked for and one more.
    act_as(visit, "pol-1")
    wait_until(lambda: page.locator(".desk-record .acts button").count() == 0, 5)
    act_as(visit, "di")
    page.locator("[data-act=accept]").click()
    assert "综合行政执法局" in find_text(visit, ".desk-chips")
    page.locator(".desk-form input[name=units]").fill("U-WAT")
    submit()
    wait_until(lambda: page.locator(".desk-record tbody tr").count() == 2, 10)
    assert "剩余" in find_text(visit, ".desk-record tbody .desk-clock")
    act_as(visit, "enf-1")
    page.locator("[data-act=respond-U-ENF]").click()
    submit()
    wait_until(lambda: page.locator("[data-act=respond-U-ENF]").count() == 0, 10)
    # The other unit lets it lie: late, in words, at the next look.
    site.execute(
        "UPDATE gridmap.unit_call_answer SET respond_by = now() - interval '5 minutes' WHERE responded_at IS NULL"
    )
    page.evaluate("gridmap.desk.read()")
    wait_until(lambda: "逾期" in find_text(visit, ".desk-clock.late"), 10)
    wait_until(lambda: "1 件超期" in find_text(visit, "[data-list=calls]"), 10)
    act_as(visit, "t1")
    page.locator("[data-act=close]").click()
    page.locator(".desk-form textarea").fill("已清理")
    submit()
    wait_until(lambda: "没有进行中的呼叫" in find_text(visit, ".desk-view .desk-empty"), 10)
    assert site.execute("SELECT status, result, wanted FROM gridmap.unit_call") == [("closed", "已清理", ["U-ENF"])]
    assert [fault for fault in visit.faults if "422" not in fault] == []


def test_on_a_phone_and_in_english(visit: Visit, site: Site) -> None:
    insert_incident(site, lon=118.805, lat=36.905, title="one")
    visit.page.set_viewport_size({"width": 390, "height": 844})
    open_desk(visit, site, "to_accept", "op", query="&lang=en")
    _ready(visit, 1)
    page = visit.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".desk-table tbody .c-tick").click()
    page.locator(".desk-acts [data-action=accept]").click()
    assert page.locator(".desk-form button[type=submit]").inner_text() == "Accept"
    wait_until(lambda: page.evaluate("document.getElementById('right').getBoundingClientRect().bottom") <= 844, 5)
    page.keyboard.press("Escape")
    wait_until(lambda: page.locator(".desk-form").count() == 0, 5)
    # Every page of the desk has its words: nothing of a catalogue's ids is left in sight.
    for name in page.evaluate("gridmap.deskLists.PROCEEDINGS"):
        page.evaluate("name => gridmap.desk.open(name)", name)
        wait_until(lambda: "Loading" not in find_text(visit, "#desk-main"), 10)
        assert not page.evaluate("/[a-z_]+:[a-z_]+/.test(document.getElementById('desk-page').innerText)"), name
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
    assert visit.faults == []
