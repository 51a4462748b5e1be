"""An incident is carried from its report to its call-back by clicks, each step by the person whose it is."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.steps import find_text, insert_incident, open_page, wait_until
from tests.staff import insert_staff

pytestmark = [pytest.mark.browser, pytest.mark.timeout(150)]

LON, LAT = 118.805, 36.905


@pytest.fixture(autouse=True)
def _staff(site: Site) -> Iterator[None]:
    site.maintain("DELETE FROM gridmap.incident")
    with site.database.connect() as connection:
        connection.execute("DELETE FROM gridmap.staff")
        insert_staff(connection)
    yield
    site.maintain("DELETE FROM gridmap.incident")


def _open_incident(visit: Visit, site: Site, incident: int, query: str = "lang=en") -> None:
    open_page(visit, site, f"/?{query}&sel=incident:{incident}")
    wait_until(lambda: visit.page.locator("#panel-body .life-bar .piece").count() > 0, 15)


def _become(visit: Visit, code: str) -> None:
    visit.page.click("#actor-said")
    visit.page.fill(".actor-filter", code)
    wait_until(lambda: visit.page.locator(".actor-choice").count() > 0, 5)
    visit.page.locator(".actor-choice", has=visit.page.locator(f"small:text-is('{code}')")).click()


def _find_buttons(visit: Visit) -> list[str]:
    buttons = visit.page.locator("#incident-actions .act").all()
    return [one.get_attribute("data-action") or "" for one in buttons]


def _press(visit: Visit, action: str) -> None:
    wait_until(lambda: action in _find_buttons(visit), 8)
    visit.page.click(f"#incident-actions [data-action={action}]")


def _wait_for(visit: Visit, site: Site, incident: int, status: str, pill: str) -> None:
    """Wait until it is stored and seen."""
    wait_until(lambda: find_text(visit, "#panel-body .pill.open") == pill, 8)
    assert site.execute("SELECT status FROM gridmap.incident WHERE id = %(id)s", {"id": incident}) == [(status,)]


def test_from_report_to_call_back_by_clicks(visit: Visit, site: Site) -> None:
    incident, _, _ = insert_incident(site, lon=LON, lat=LAT, item="A02")
    _open_incident(visit, site, incident)
    assert "Read only" in find_text(visit, "#incident-actions")
    assert _find_buttons(visit) == []

    _become(visit, "op")
    _press(visit, "accept")
    _wait_for(visit, site, incident, "accepted", "Accepted")
    assert "Done: Accept" in find_text(visit, "#incident-actions .said-back")

    _become(visit, "di")
    _press(visit, "dispatch")
    visit.page.click("#incident-actions .go")  # to the unit that the rules found
    _wait_for(visit, site, incident, "dispatched", "Dispatched")
    _become(visit, "enf-1")
    _press(visit, "acknowledge")
    _wait_for(visit, site, incident, "acknowledged", "Acknowledged")
    _press(visit, "start")
    _wait_for(visit, site, incident, "handling", "Handling")

    _press(visit, "resolve")
    visit.page.click("#incident-actions .go")
    assert "Still needed: Evidence" in find_text(visit, "#incident-actions .said-back")
    assert visit.page.evaluate("document.activeElement.name") == "evidence"
    visit.page.fill("#incident-actions [name=evidence]", "photo-1\nphoto-2")
    visit.page.click("#incident-actions .go")
    _wait_for(visit, site, incident, "resolved", "Resolved")
    wait_until(lambda: "Evidence: photo-1, photo-2" in find_text(visit, "#panel-body .life"), 5)

    # Who handled it does not verify it.
    wait_until(lambda: _find_buttons(visit) == [], 5)
    _become(visit, "enf-2")
    wait_until(lambda: "nothing for you to do" in find_text(visit, "#incident-actions"), 8)
    _become(visit, "ve")
    _press(visit, "verify")
    _wait_for(visit, site, incident, "verified", "Verified")
    _become(visit, "op")
    _press(visit, "call_back")
    visit.page.check("#incident-actions [value=unreached]")
    visit.page.click("#incident-actions .go")
    wait_until(lambda: "Not reached" in find_text(visit, "#panel-body"), 8)
    _press(visit, "call_back")
    visit.page.check("#incident-actions [value=satisfied]")
    visit.page.click("#incident-actions .go")
    _wait_for(visit, site, incident, "called_back", "Called back")
    assert visit.faults == []
    assert visit.outside == []


def test_a_lost_race_says_what_it_is_now_and_keeps_what_was_typed(visit: Visit, site: Site) -> None:
    incident, _, _ = insert_incident(site, lon=LON, lat=LAT, item="A02", due="3 days")
    _open_incident(visit, site, incident)
    _become(visit, "op")
    _press(visit, "reject")
    visit.page.fill("#incident-actions [name=reason]", "not ours")
    version = int(visit.page.get_attribute("#incident-actions", "data-version") or 0)
    # Another desk is faster, and this page has not heard of it yet.
    visit.page.evaluate("gridmap.panel.reload = () => {}")
    visit.page.evaluate(
        """([id, version]) => fetch(`/api/incidents/${id}/transitions`, {method: "POST",
            headers: {"Content-Type": "application/json", "X-Gridmap-Actor": "di"},
            body: JSON.stringify({action: "accept", expected_version: version})})""",
        [incident, version],
    )
    wait_until(lambda: find_text(visit, "#panel-body .pill.open") == "Accepted", 8)
    assert visit.page.input_value("#incident-actions [name=reason]") == "not ours"
    # As if it had not been told: an older version is sent.
    visit.page.evaluate("v => { document.getElementById('incident-actions').dataset.version = v; }", str(version))
    visit.page.click("#incident-actions .go")
    assert "Yes, for good" in find_text(visit, "#incident-actions .go")
    visit.page.click("#incident-actions .go")
    wait_until(lambda: "Somebody was faster: it is “Accepted” now" in find_text(visit, "#incident-actions"), 8)
    assert site.execute("SELECT status FROM gridmap.incident WHERE id = %(id)s", {"id": incident}) == [("accepted",)]


def test_keyboard_alone_chooses_a_person_and_acts(visit: Visit, site: Site) -> None:
    incident, _, _ = insert_incident(site, lon=LON, lat=LAT, item="A02")
    _open_incident(visit, site, incident, query="lang=zh")
    page = visit.page
    page.focus("#actor-said")
    page.keyboard.press("Enter")
    wait_until(lambda: page.evaluate("document.activeElement.className") == "actor-filter", 5)
    page.keyboard.type("受理员")
    wait_until(lambda: page.locator(".actor-choice").count() == 1, 5)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait_until(lambda: find_text(visit, "#actor-said").startswith("受理员"), 5)
    wait_until(lambda: "reject" in _find_buttons(visit), 8)
    page.focus("#incident-actions [data-action=reject]")
    page.keyboard.press("Enter")
    wait_until(lambda: page.evaluate("document.activeElement.name") == "reason", 5)
    page.keyboard.press("Escape")
    wait_until(lambda: page.locator("#incident-actions form").count() == 0, 5)
    assert page.evaluate("document.activeElement.dataset.action") == "reject"
    page.focus("#incident-actions [data-action=accept]")
    page.keyboard.press("Enter")
    _wait_for(visit, site, incident, "accepted", "已受理")
    # The choice outlives the page.
    page.reload()
    wait_until(lambda: find_text(visit, "#actor-said").startswith("受理员"), 15)
