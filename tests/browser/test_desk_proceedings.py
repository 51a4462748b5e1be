"""The lists of proceedings on the desk in real Chromium: dispute, card, admission, and a call to a point of the map."""

import re

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.steps import act_as, carry, find_text, insert_incident, open_desk, open_page, wait_until
from tests.county import TOWNSHIPS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.usefixtures("fresh_staff")]

LON, LAT = 118.805, 36.905


def _offered(visit: Visit) -> set[str]:
    return set(visit.page.locator(".desk-record [data-act]").evaluate_all("all => all.map(one => one.dataset.act)"))


def _press(visit: Visit, act: str) -> None:
    wait_until(lambda: act in _offered(visit), 8)
    visit.page.locator(f'.desk-record [data-act="{act}"]').first.click()


def _submit(visit: Visit, **typed: str) -> None:
    for name, value in typed.items():
        visit.page.fill(f'.desk-form [name="{name}"]', value)
    visit.page.click(".desk-form button[type=submit]")
    wait_until(lambda: visit.page.locator(".desk-form").count() == 0, 10)


def test_a_dispute_is_decided_with_its_panel_and_becomes_a_precedent(visit: Visit, site: Site) -> None:
    incident, _, _ = insert_incident(site, lon=LON, lat=LAT, item="A02", due="3 days")
    carry(site, incident, "accept", "op")
    carry(site, incident, "dispute", "di", reason="谁的事")
    open_desk(visit, site, "disputes", "di")
    wait_until(lambda: "谁的事" in find_text(visit, ".desk-records"), 8)
    # A dispatcher reads; the panel sits with a supervisor.
    assert _offered(visit) == set()
    act_as(visit, "su")
    _press(visit, "decide")
    visit.page.click(".desk-form button[type=submit]")
    faults = [one for one in visit.page.locator(".desk-form .desk-fault").all_inner_texts() if one]
    assert len(faults) == 2, faults  # unit and reason
    visit.page.fill(".desk-form [name=unit]", "U-POL")
    visit.page.fill(".desk-form [name=panel]", "县社会治理中心、张主任")
    visit.page.check(".desk-form [name=is_precedent]")
    _submit(visit, reason="按清单认定")
    wait_until(lambda: visit.page.locator(".desk-record").count() == 0, 8)
    assert site.execute(
        "SELECT i.status, u.code, d.decision, d.is_precedent, d.panel[2] FROM gridmap.dispute d"
        " JOIN gridmap.incident i ON i.id = d.incident_id JOIN gridmap.unit u ON u.id = i.lead_unit_id"
    ) == [("dispatched", "U-POL", "按清单认定", True, "张主任")]
    visit.page.locator(".desk-tools input[type=checkbox]").check()
    _press(visit, "mark")
    wait_until(lambda: site.execute("SELECT is_precedent FROM gridmap.dispute") == [(False,)], 8)
    assert visit.faults == []


def test_a_card_of_the_list_is_answered_by_its_unit_and_lifted(visit: Visit, site: Site) -> None:
    incident, _, _ = insert_incident(site, lon=LON, lat=LAT, item="A02", due="3 days")
    for action, actor in (("accept", "op"), ("dispatch", "di"), ("acknowledge", "enf-1")):
        carry(site, incident, action, actor)
    open_desk(visit, site, "cards", "su")
    visit.page.locator(".desk-tools .second").first.click()
    visit.page.fill(".desk-form [name=incident]", str(incident))
    visit.page.select_option(".desk-form [name=kind]", "black")
    _submit(visit, reason="久拖不决")
    wait_until(lambda: _offered(visit) == {"lift"}, 8)
    act_as(visit, "pol-1")
    wait_until(lambda: _offered(visit) == set(), 8)
    act_as(visit, "enf-2")
    _press(visit, "answer")
    _submit(visit, answer="今日办结")
    # What is answered leaves the list of those that wait.
    wait_until(lambda: visit.page.locator(".desk-record").count() == 0, 8)
    visit.page.locator(".desk-tools input[type=checkbox]").check()
    act_as(visit, "su")
    _press(visit, "lift")
    _submit(visit, reason="已整改")
    wait_until(lambda: visit.page.locator(".desk-record").count() == 0, 8)
    assert site.execute("SELECT kind, cause, answer, lift_reason FROM gridmap.supervision") == [
        ("black", "hand", "今日办结", "已整改")
    ]
    assert visit.faults == []


def test_an_admission_is_requested_reviewed_twice_by_two_and_approved(visit: Visit, site: Site) -> None:
    open_desk(visit, site, "admissions", "enf-lead")
    visit.page.locator(".desk-tools .second").first.click()
    visit.page.fill(".desk-form [name=unit_code]", "U-T01")
    visit.page.select_option(".desk-form [name=item_code]", "A04")
    _submit(visit, reason="集中整治")
    wait_until(lambda: visit.page.locator(".desk-record").count() == 1, 8)
    assert _offered(visit) == set()
    for reviewer in ("di", "ve"):
        act_as(visit, reviewer)
        _press(visit, "review")
        _submit(visit, decision="同意")
        wait_until(lambda who=reviewer: who in find_text(visit, ".desk-record .facts"), 8)  # type: ignore[misc]
    # Who has reviewed it does not approve it, and no reviewer is offered to.
    assert _offered(visit) == {"refuse"}
    act_as(visit, "su")
    _press(visit, "approve")
    visit.page.fill(".desk-form [name=valid_to]", "2031-01-01")
    _submit(visit, decision="同意，限期")
    wait_until(lambda: visit.page.locator(".desk-record").count() == 0, 8)
    assert site.execute("SELECT status, valid_to::text FROM gridmap.admission") == [("approved", "2031-01-01")]
    assert visit.faults == []


def test_a_call_names_a_point_of_the_map_that_can_be_dragged_typed_and_shown(visit: Visit, site: Site) -> None:
    open_desk(visit, site, "calls", "op")
    page = visit.page
    page.locator(".desk-tools .second").first.click()
    page.fill(".desk-form [name=matter]", "沟渠污水外溢")
    wait_until(lambda: page.locator(".place-map canvas").count() > 0, 8)
    page.locator(".place-map").scroll_into_view_if_needed()
    box = page.locator(".place-map").bounding_box()
    assert box is not None
    # A click sets it. The county lies in the middle; of its four columns the second is in the first township.
    page.mouse.click(box["x"] + box["width"] / 2 - 12, box["y"] + box["height"] / 2 + 8)
    wait_until(lambda: "一街道 › 南村" in find_text(visit, ".place-said"), 8)
    assert page.input_value(".desk-form [name=township]") == TOWNSHIPS[0]
    first = page.input_value(".desk-form [name=point]")
    # Dragged into the other township: the call is of the first, and the form says so.
    pin = page.locator(".place-pin").bounding_box()
    assert pin is not None
    page.mouse.move(pin["x"] + 14, pin["y"] + 14)
    page.mouse.down()
    page.mouse.move(pin["x"] + 44, pin["y"] + 14, steps=4)
    page.mouse.up()
    wait_until(lambda: "二镇 › 西村" in find_text(visit, ".place-said"), 8)
    assert "不在一街道" in find_text(visit, ".place-said")
    assert page.input_value(".desk-form [name=point]") != first
    # Typed, in the datum of a phone: the pin stands where that truly is, some 500 m off.
    page.select_option(".desk-form [name=datum]", "gcj02")
    page.fill(".desk-form [name=point]", "nowhere")
    page.click(".desk-form button[type=submit]")
    assert "这不是有效坐标" in page.locator(".desk-form .kind-place .desk-fault").inner_text()
    page.fill(".desk-form [name=point]", "118.8109, 36.9055")
    wait_until(lambda: find_text(visit, ".place-said").startswith("一街道 › 东村"), 8)
    _submit(visit)
    wait_until(lambda: page.locator(".desk-record").count() == 1, 8)
    [(lon, lat)] = site.execute(
        "SELECT public.ST_X(geom), public.ST_Y(geom) FROM gridmap.unit_call WHERE township_code = %(code)s",
        {"code": TOWNSHIPS[0]},
    )
    assert isinstance(lon, float)
    assert isinstance(lat, float)
    assert 0.003 < 118.8109 - lon < 0.008
    # The list leads to the map at that place, with a pin on it.
    href = page.locator(".desk-record a.link").get_attribute("href") or ""
    assert f"pin={lon:.6f},{lat:.6f}" in href
    open_page(visit, site, href)
    wait_until(lambda: page.locator(".place-pin").count() == 1, 8)
    centre = page.evaluate("(c => [c.lng, c.lat])(gridmap.view.map().getCenter())")
    assert centre == pytest.approx([lon, lat], abs=1e-4)
    page.click(".place-pin")
    page.locator(".pin-said button").click()
    assert page.locator(".place-pin").count() == 0
    assert not re.search("pin=", page.url)
    assert visit.faults == []
    assert visit.outside == []
