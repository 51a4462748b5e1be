"""Orders and cards of one incident in real Chromium, in the panel and on the desk; a merging that is taken back."""

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.steps import act_as, carry, find_text, insert_incident, open_desk, open_page, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(150), pytest.mark.usefixtures("fresh_staff")]

LON, LAT = 118.805, 36.905


@pytest.fixture
def handled(site: Site) -> int:
    """An incident in hand at the enforcement bureau; the first township assists by the list."""
    incident, _, _ = insert_incident(site, lon=LON, lat=LAT, item="A02", due="3 days")
    for action, actor in (("accept", "op"), ("dispatch", "di"), ("acknowledge", "enf-1"), ("start", "enf-1")):
        carry(site, incident, action, actor)
    return incident


def _open_panel(visit: Visit, site: Site, incident: int, actor: str, query: str = "lang=en") -> None:
    open_page(visit, site, f"/?{query}&sel=incident:{incident}")
    act_as(visit, actor)
    wait_until(lambda: visit.page.locator("#panel-body .life-bar .piece").count() > 0, 15)


def _offered(visit: Visit) -> set[str]:
    # In one go: while they are asked one by one, some may go.
    return set(visit.page.locator(".around .act").evaluate_all("all => all.map(one => one.dataset.act)"))


def _press(visit: Visit, key: str) -> None:
    wait_until(lambda: key in _offered(visit), 8)
    visit.page.click(f'.around [data-act="{key}"]')


def _submit(visit: Visit, **typed: str) -> None:
    for name, value in typed.items():
        visit.page.locator(f'.desk-form [name="{name}"]').first.fill(value)
    visit.page.locator(".desk-form button[type=submit]").click()
    wait_until(lambda: visit.page.locator(".desk-form").count() == 0, 8)


def _orders(site: Site, incident: int) -> dict[object, tuple[object, ...]]:
    rows = site.execute(
        "SELECT u.code, o.id, o.status, o.duties, o.due_at, o.result, o.reason FROM gridmap.work_order o"
        " JOIN gridmap.unit u ON u.id = o.unit_id WHERE o.incident_id = %(id)s ORDER BY o.id",
        {"id": incident},
    )
    return {row[0]: row[1:] for row in rows}


def test_orders_from_the_list_to_the_lead_s_result_in_the_panel(visit: Visit, site: Site, handled: int) -> None:
    _open_panel(visit, site, handled, "di")
    page = visit.page
    wait_until(lambda: _offered(visit) == {"order", "order_by_hand"}, 8)
    _press(visit, "order")
    wait_until(lambda: page.locator(".around .cards > li").count() == 2, 8)
    assert "Done: Order as listed" in find_text(visit, ".around .said-back")
    lead, assistant = (row[0] for row in _orders(site, handled).values())
    assert _offered(visit) == {"order", "order_by_hand", f"withdraw-{lead}", f"withdraw-{assistant}"}

    # The unit that assists answers for its own order only; nothing else of the page moves.
    act_as(visit, "t1")
    wait_until(lambda: _offered(visit) == {f"acknowledge-{assistant}", f"finish-{assistant}"}, 8)
    page.evaluate("document.getElementById('panel').scrollTop = 150")
    scrolled = page.evaluate("document.getElementById('panel').scrollTop")
    assert scrolled > 0
    page.evaluate("document.querySelector('#incident-around li').gridmapKept = true")
    _press(visit, f"acknowledge-{assistant}")
    wait_until(lambda: _offered(visit) == {f"finish-{assistant}"}, 8)
    assert page.evaluate("document.getElementById('panel').scrollTop") == scrolled
    assert page.evaluate("document.querySelector('#incident-around li').gridmapKept")

    # The lead does not wait: it says why, and resolves the incident.
    act_as(visit, "enf-1")
    wait_until(lambda: f"finish-{lead}" in _offered(visit), 8)
    _press(visit, f"finish-{lead}")
    page.locator(".desk-form button[type=submit]").click()
    assert len([one for one in page.locator(".desk-form .desk-fault").all_inner_texts() if one]) == 3
    _submit(visit, result="dog caught", evidence="photo-1\nphoto-2", override_reason="not needed any more")
    wait_until(lambda: find_text(visit, "#panel-body .pill.open") == "Resolved", 8)
    stored = _orders(site, handled)
    assert stored["U-ENF"][1] == "done"
    assert stored["U-T01"][1:] == ("overridden", [], None, "", "not needed any more")
    wait_until(lambda: "Evidence: photo-1, photo-2" in find_text(visit, "#panel-body .life"), 8)
    assert _offered(visit) == set()
    assert visit.faults == []
    assert visit.outside == []


def test_orders_by_hand_on_the_desk_with_duties_and_a_due_time_of_the_county(
    visit: Visit, site: Site, handled: int
) -> None:
    open_desk(visit, site, "near_due", "di", "&lang=en")
    page = visit.page
    page.evaluate("id => gridmap.desk.show(id)", handled)
    _press(visit, "order_by_hand")
    rows = page.locator(".desk-row")
    rows.nth(0).locator("[name=unit]").fill("U-WAT")
    rows.nth(0).locator("[name=duties]").fill("close the valve\n\nsay when")
    # The browser stands in New York; the county's clocks count.
    rows.nth(0).locator("[name=due_at]").fill("2030-01-02T09:30")
    page.get_by_text("One more unit").click()
    rows.nth(1).locator("[name=unit]").fill("nothing like it")
    page.locator(".desk-form button[type=submit]").click()
    assert "choose one of the list" in rows.nth(1).inner_text()
    rows.nth(1).locator("[name=unit]").fill("U-POL")
    page.locator(".desk-form button[type=submit]").click()
    wait_until(lambda: page.locator(".desk-around .cards > li").count() == 3, 8)
    stored = _orders(site, handled)
    assert set(stored) == {"U-WAT", "U-POL", "U-ENF"}
    assert stored["U-WAT"][2] == ["close the valve", "say when"]
    assert str(stored["U-WAT"][3]).startswith(("2030-01-02 01:30", "2030-01-02 09:30"))
    # What runs is not offered again; a withdrawn one is, and says why.
    _press(visit, f"withdraw-{stored['U-WAT'][0]}")
    _submit(visit, reason="wrong company")
    wait_until(lambda: "wrong company" in find_text(visit, ".desk-around"), 8)
    _press(visit, "order_by_hand")
    listed = page.locator(".desk-form datalist option").evaluate_all("all => all.map(one => one.value)")
    assert any("U-WAT" in one for one in listed)
    assert not any("U-POL" in one for one in listed)
    assert visit.faults == []


def test_a_card_is_given_answered_and_lifted_in_the_panel(visit: Visit, site: Site, handled: int) -> None:
    _open_panel(visit, site, handled, "su", "lang=zh")
    page = visit.page
    _press(visit, "give")
    page.locator(".desk-form [name=kind]").select_option("red")
    _submit(visit, reason="拖延")
    wait_until(lambda: "红牌" in find_text(visit, ".around[data-part=cards]"), 8)
    [(card,)] = site.execute("SELECT id FROM gridmap.supervision")
    act_as(visit, "pol-1")
    wait_until(lambda: _offered(visit) == set(), 8)
    act_as(visit, "enf-lead")
    _press(visit, f"answer-{card}")
    # A supervisor is faster while the answer is typed: what the card is now stands in the form, with what was typed.
    page.locator(".desk-form [name=answer]").fill("今日办结")
    site.execute("UPDATE gridmap.supervision SET lifted_at = now(), lift_reason = 'r', version = version + 1")
    page.locator(".desk-form button[type=submit]").click()
    wait_until(lambda: "现为“已解除”" in find_text(visit, ".desk-form > .desk-fault"), 8)
    assert page.input_value(".desk-form [name=answer]") == "今日办结"
    page.keyboard.press("Escape")
    site.execute("UPDATE gridmap.supervision SET lifted_at = NULL, lift_reason = '', version = version + 1")
    act_as(visit, "su")
    act_as(visit, "enf-lead")
    _press(visit, f"answer-{card}")
    _submit(visit, answer="今日办结")
    wait_until(lambda: "今日办结" in find_text(visit, ".around[data-part=cards]"), 8)
    act_as(visit, "su")
    _press(visit, f"lift-{card}")
    _submit(visit, reason="已整改")
    wait_until(lambda: "已整改" in find_text(visit, ".around[data-part=cards]"), 8)
    assert site.execute("SELECT answer, lift_reason FROM gridmap.supervision") == [("今日办结", "已整改")]
    assert [fault for fault in visit.faults if "409" not in fault] == []


def test_a_merging_is_taken_back_by_that_name(visit: Visit, site: Site, handled: int) -> None:
    other, _, _ = insert_incident(site, lon=LON, lat=LAT, item="A02", due="3 days", title="again")
    carry(site, other, "merge", "op", other_incident_id=handled)
    for query, name, needed in (
        ("lang=en", "Take out of the merge", "Still needed: Reason"),
        ("lang=zh", "撤销合并", "还需填写：理由"),
    ):
        _open_panel(visit, site, other, "op", query)
        wait_until(lambda: visit.page.locator("#incident-actions [data-action=reopen]").count() == 1, 8)
        assert find_text(visit, "#incident-actions [data-action=reopen]") == name
        visit.page.click("#incident-actions [data-action=reopen]")
        assert find_text(visit, "#incident-actions .go") == name
        visit.page.click("#incident-actions .go")
        assert needed in find_text(visit, "#incident-actions .said-back")
    visit.page.fill("#incident-actions [name=reason]", "两件事")
    visit.page.click("#incident-actions .go")
    wait_until(lambda: "已完成：撤销合并" in find_text(visit, "#incident-actions .said-back"), 8)
    wait_until(lambda: "撤销合并 → 重新办理" in find_text(visit, "#panel-body .life"), 8)
    assert site.execute("SELECT status, merged_into_id FROM gridmap.incident WHERE id = %(id)s", {"id": other}) == [
        ("reopened", None)
    ]
    assert visit.faults == []
