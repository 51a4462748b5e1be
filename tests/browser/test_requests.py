"""A pause is asked for on the page of its incident and approved on the desk, each page seeing what the other did."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.steps import SET_DUE, find_text, wait_until
from tests.staff import insert_staff

pytestmark = [pytest.mark.browser, pytest.mark.timeout(150)]

INSERT = """
    INSERT INTO gridmap.incident (channel, item_code, title, reported_lon, reported_lat, precision, status, reported_at)
    VALUES ('patrol', 'A02', %(title)s, 118.805, 36.905, 'exact', 'handling', now() - %(since)s::interval)
    RETURNING id
"""


@pytest.fixture(autouse=True)
def _staff(site: Site) -> Iterator[None]:
    site.maintain("DELETE FROM gridmap.incident")
    with site.database.connect() as connection:
        connection.execute("DELETE FROM gridmap.staff")
        insert_staff(connection)
    yield
    site.maintain("DELETE FROM gridmap.incident")
    site.execute("DELETE FROM gridmap.staff")


def _insert(site: Site, title: str, since: str = "1 hour") -> int:
    return int(str(site.execute(INSERT, {"title": title, "since": since})[0][0]))


def _act_as(visit: Visit, code: str) -> None:
    visit.page.evaluate(
        "code => gridmap.actor.load().then(all => gridmap.actor.choose(all.find(one => one.code === code)))", code
    )


def _open(visit: Visit, site: Site, path: str, actor: str) -> None:
    visit.page.goto(site.url + path)
    wait_until(lambda: visit.page.evaluate("Boolean(window.gridmap && gridmap.actor && gridmap.store.header)"), 20)
    _act_as(visit, actor)


def _ask(site: Site, incident: int, kind: str, ago: str) -> None:
    site.execute(
        "INSERT INTO gridmap.clock_request (incident_id, kind, unit_id, reason, extension, requested_at) "
        "SELECT id, %(kind)s, holder_unit_id, 'r', CASE %(kind)s WHEN 'extend' THEN 1.5 END, now() - %(ago)s::interval "
        "FROM gridmap.incident WHERE id = %(id)s",
        {"id": incident, "kind": kind, "ago": ago},
    )


def test_a_handler_asks_a_supervisor_approves_and_the_clock_stops(visit: Visit, site: Site) -> None:
    one = _insert(site, "狗叫")
    panel = visit.page
    _open(visit, site, f"/?lang=en&sel=incident:{one}", "enf-1")
    desk = visit.page.context.new_page()
    desk.on("pageerror", lambda error: visit.faults.append(str(error)))
    desk.goto(f"{site.url}/desk?list=requests&lang=en")
    wait_until(lambda: "No request waits" in desk.locator(".desk-view .desk-empty").inner_text(), 20)

    # A unit does not stop its own clock: it has no such button, but may ask.
    wait_until(lambda: panel.locator("[data-action=request_pause]").count() == 1, 15)
    assert panel.locator("[data-action=pause]").count() == 0
    panel.click("[data-action=request_pause]")
    panel.click("#incident-actions .go")
    assert "Still needed: Reason" in find_text(visit, "#incident-actions .said-back")
    panel.fill("#incident-actions [name=reason]", "waits for <b>the lab</b>")
    panel.click("#incident-actions .go")
    wait_until(lambda: "Done: Request a pause" in find_text(visit, "#incident-actions"), 8)
    wait_until(lambda: "waits for <b>the lab</b>" in find_text(visit, "#panel-body"), 8)
    wait_until(lambda: panel.locator("[data-action=withdraw_pause]").count() == 1, 8)
    assert "left" in find_text(visit, "#panel-body .countdown"), "its clock runs on"

    # The desk of somebody else sees it without a hand.
    wait_until(lambda: desk.locator(".desk-record").count() == 1, 10)
    wait_until(lambda: desk.locator("[data-list=requests] .desk-count").inner_text() == "1", 5)
    said = desk.locator(".desk-record").inner_text()
    for words in ("Request for a pause", "狗叫", "waits for <b>the lab</b>"):
        assert words in said, words
    wait_until(lambda: "working days left" in desk.locator(".desk-left").inner_text(), 5)
    # The same person in both: who asked may only take it back.
    assert [one.get_attribute("data-act") for one in desk.locator(".desk-record .acts button").all()] == ["withdraw"]
    desk.evaluate(
        "code => gridmap.actor.load().then(all => gridmap.actor.choose(all.find(one => one.code === code)))", "su"
    )
    desk.locator("[data-act=approve]").click()
    desk.locator(".desk-form textarea").fill("three days at most")
    desk.locator(".desk-form button[type=submit]").click()
    wait_until(lambda: "No request waits" in desk.locator(".desk-view .desk-empty").inner_text(), 10)
    assert site.execute("SELECT status, stopped_at IS NOT NULL, due_at FROM gridmap.incident") == [
        ("paused", True, None)
    ]
    assert site.execute("SELECT status, decision FROM gridmap.clock_request") == [("approved", "three days at most")]

    # The page of the unit follows: the clock stands, and says on whose word.
    wait_until(lambda: find_text(visit, "#panel-body .pill.open") == "Paused", 10)
    wait_until(lambda: "three days at most" in find_text(visit, "#panel-body"), 8)
    assert "the clock stands" in find_text(visit, "#panel-body .clocks")
    assert "On request" in find_text(visit, "#panel-body .life")
    assert visit.page.locator("#panel-body .piece.paused").count() == 1
    assert visit.faults == []
    assert visit.outside == []


def test_the_desk_shows_the_most_urgent_first_and_what_waits_too_long(visit: Visit, site: Site) -> None:
    calm, urgent = _insert(site, "calm", "1 hour"), _insert(site, "urgent", "30 hours")
    late = _insert(site, "late", "30 days")
    # Whatever days off lie round now.
    site.maintain(SET_DUE, {"id": calm, "due": "30 days"})
    _ask(site, calm, "pause", "61 minutes")
    _ask(site, urgent, "extend", "5 minutes")
    _ask(site, late, "extend", "2 hours")
    page = visit.page
    _open(visit, site, "/desk?list=requests", "su")
    wait_until(lambda: page.locator(".desk-record").count() == 3, 15)
    titles = page.locator(".desk-record h3").all_inner_texts()
    assert [title.split("：")[-1] for title in titles] == ["late", "urgent", "calm"]
    wait_until(lambda: "2 件超期" in find_text(visit, "[data-list=requests]"), 5)
    first, second, third = page.locator(".desk-record").all()
    assert "已逾期" in first.inner_text()
    assert [first.locator("[data-act=approve]").count(), second.locator("[data-act=approve]").count()] == [0, 1]
    assert second.locator(".desk-clock.late").count() == 0
    assert "逾期" in third.locator(".desk-clock.late").inner_text(), "nobody answered for more than an hour"
    wait_until(lambda: "1 小时 1 分" in third.locator(".desk-age").inner_text(), 5)

    # Less than was asked for is granted; more is refused in the form, before it is sent.
    before = site.execute("SELECT due_at FROM gridmap.incident WHERE id = %(id)s", {"id": urgent})[0][0]
    second.locator("[data-act=approve]").click()
    page.locator(".desk-form input[name=extension]").fill("2")
    page.locator(".desk-form button[type=submit]").click()
    assert page.locator(".desk-form .kind-number .desk-fault").inner_text() != ""
    page.locator(".desk-form input[name=extension]").fill("0.5")
    page.locator(".desk-form button[type=submit]").click()
    wait_until(lambda: page.locator(".desk-record").count() == 2, 10)
    after, status, granted = site.execute(
        "SELECT i.due_at, i.status, q.granted_extension::text FROM gridmap.incident i "
        "JOIN gridmap.clock_request q ON q.incident_id = i.id WHERE i.id = %(id)s",
        {"id": urgent},
    )[0]
    assert (status, granted) == ("extended", "0.5")
    assert isinstance(before, datetime)
    assert isinstance(after, datetime)
    assert after > before

    # A refusal needs its reason; then it stands among those that are over.
    page.locator(".desk-record", has_text="calm").locator("[data-act=refuse]").click()
    page.locator(".desk-form button[type=submit]").click()
    assert "此项必填" in find_text(visit, ".desk-form .kind-text .desk-fault")
    page.locator(".desk-form textarea").fill("可先行处置")
    page.locator(".desk-form button[type=submit]").click()
    wait_until(lambda: page.locator(".desk-record").count() == 1, 10)
    page.locator(".desk-tools input").check()
    wait_until(lambda: page.locator(".desk-record").count() == 3, 10)
    assert "可先行处置" in find_text(visit, ".desk-view")
    assert visit.faults == []
