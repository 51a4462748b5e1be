"""The page of an incident: its life by holder, its history by role, its due time by day, and what goes on around it."""

import json
from decimal import Decimal

import pytest
from dash import html
from plotly.utils import PlotlyJSONEncoder

from gridmap.domain.requests import RequestKind
from gridmap.domain.supervision import CardKind
from gridmap.services.explain import explain_incident
from gridmap.services.incident_life import IncidentLife, read_incident_life
from gridmap.services.incidents import IncidentHistory, find_incident
from gridmap.services.proceedings.answer_card import lift_card
from gridmap.services.proceedings.answer_request import approve_request, refuse_request
from gridmap.services.proceedings.give_card import give_card
from gridmap.services.proceedings.make_orders import make_orders
from gridmap.services.proceedings.open_request import open_request
from gridmap.services.search import PlaceSearch, SearchIndex
from gridmap.services.transitions import Action, Carried, carry_out
from gridmap.storage.database import Database
from gridmap.web.i18n import Catalogue, Language, read_catalogue
from gridmap.web.pages.incident_panel import make_incident_panel
from gridmap.web.pages.life_bar import find_centre_code, list_shares, write_life
from gridmap.web.pages.working_time import describe_working_time
from tests.county import insert_small_county
from tests.staff import insert_staff

CHINESE, ENGLISH = read_catalogue(Language.CHINESE), read_catalogue(Language.ENGLISH)
ZONE = "Asia/Shanghai"


@pytest.fixture(scope="module")
def county(module_database: Database) -> Database:
    with module_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
        connection.execute("UPDATE staff SET name = '张三' WHERE code = 'enf-lead'")
    return module_database


@pytest.fixture(scope="module")
def index(county: Database) -> SearchIndex:
    return PlaceSearch().find_index(county)


@pytest.fixture(scope="module")
def handled(county: Database) -> int:
    """An incident that was extended and paused, with orders and a card, and another beside it."""
    one = _report(county)
    _report(county)
    _act(county, one, Action.ACCEPT, "op")
    _act(county, one, Action.DISPATCH, "di")
    _act(county, one, Action.ACKNOWLEDGE, "enf-1")
    _act(county, one, Action.START, "enf-lead")
    _act(county, one, Action.EXTEND, "su", reason="连日下雨", extension=Decimal("0.5"))
    version = find_incident(county, one).incident.version
    asked = open_request(
        county, one, RequestKind.PAUSE, actor="enf-1", expected_version=version, reason="等产权单位<b>"
    )
    approve_request(county, asked.id, actor="su", expected_version=1, decision="限三日")
    make_orders(county, one, actor="di", orders=None)
    give_card(county, one, CardKind.YELLOW, actor="su", reason="拖得太久")
    return one


def _report(county: Database) -> int:
    with county.connect() as connection:
        row = connection.execute(
            "INSERT INTO gridmap.incident (channel, item_code, title, reported_lon, reported_lat, datum, precision) "
            "VALUES ('patrol', 'A02', '<b>dog</b>', 118.805, 36.905, 'cgcs2000', 'exact') RETURNING id"
        ).fetchone()
    assert row is not None
    return int(row[0])


def _act(county: Database, incident: int, action: Action, actor: str, **carried: object) -> None:
    version = find_incident(county, incident).incident.version
    said = Carried(**carried)  # type: ignore[arg-type]
    carry_out(county, incident, action, actor=actor, expected_version=version, carried=said)


def _write(component: object) -> str:
    return json.dumps(component, cls=PlotlyJSONEncoder, ensure_ascii=False)


@pytest.fixture
def read(county: Database, handled: int) -> tuple[IncidentHistory, IncidentLife]:
    return find_incident(county, handled), read_incident_life(county, handled, is_open=True)


@pytest.mark.parametrize("catalogue", [CHINESE, ENGLISH])
def test_the_page_says_all_of_it_without_a_name_or_a_code_of_a_person(
    county: Database, index: SearchIndex, read: tuple[IncidentHistory, IncidentLife], catalogue: Catalogue
) -> None:
    history, life = read
    page = make_incident_panel(
        history,
        index,
        catalogue=catalogue,
        timezone=ZONE,
        explanation=explain_incident(county, history.incident.id),
        life=life,
    )
    written = _write(page)
    text = catalogue.text
    for words in (
        text("Its time"),
        text("How its due time was counted"),
        text("Why this unit"),
        text("May be the same matter"),
        f"{text('action:extend')} → {text('status:extended')}",
        text("role:supervisor"),
        text("role:unit_lead"),
        "连日下雨",
        text("Requests for a pause or an extension"),
        text("request:pause"),
        text("request:approved"),
        "等产权单位<b>",
        "限三日",
        text("On request {n}", n=life.requests[0].id),
        text("clock:handling"),
        text("The clock stands since {at}: there is no due time until it goes on.").split("{at}")[0],
        text("limit:working_day", n="0.5"),
    ):
        assert words in written, words
    # What the pages must not say: names of people, and codes of those who acted.
    assert "张三" not in written
    assert "enf-lead" not in written
    assert "enf-1" not in written
    # As text of a component: nothing is ever set as HTML.
    assert "dangerously" not in written
    # No message stands there as its id.
    for family in (
        "role:",
        "action:",
        "event:",
        "order:",
        "card:",
        "clock:",
        "hold:",
        "limit:",
        "day:",
        "convention:",
        "request:",
    ):
        assert f'"{family}' not in written


def test_the_actions_know_which_version_they_are_of(
    index: SearchIndex, read: tuple[IncidentHistory, IncidentLife]
) -> None:
    history, life = read
    page = make_incident_panel(history, index, catalogue=ENGLISH, timezone=ZONE, life=life)
    actions = next(child for child in page.children if getattr(child, "id", None) == "incident-actions")
    assert isinstance(actions, html.Div)
    said = actions.to_plotly_json()["props"]
    assert said["data-incident"] == str(history.incident.id)
    assert said["data-version"] == str(history.incident.version)
    assert said["data-status"] == "paused"
    assert "data-dispute" not in said


def test_the_place_of_orders_and_cards_changes_with_any_of_them(county: Database, index: SearchIndex) -> None:
    one = _report(county)

    def read_place() -> tuple[str, str]:
        page = make_incident_panel(
            find_incident(county, one),
            index,
            catalogue=ENGLISH,
            timezone=ZONE,
            life=read_incident_life(county, one, is_open=True),
        )
        place = next(child for child in page.children if getattr(child, "id", None) == "incident-around")
        said = place.to_plotly_json()["props"]
        return said["data-incident"], said["data-print"]

    before = read_place()
    assert before[0] == str(one)
    assert read_place() == before
    card = give_card(county, one, CardKind.YELLOW, actor="su", reason="r")
    given = read_place()
    lift_card(county, card.id, actor="su", expected_version=card.version, reason="r")
    assert len({before, given, read_place()}) == 3


def test_the_bar_holds_the_whole_ledger(index: SearchIndex, read: tuple[IncidentHistory, IncidentLife]) -> None:
    _, life = read
    bar = json.loads(write_life(life, index, is_open=True, twice=None))
    assert [(piece["kind"], piece["isCentre"]) for piece in bar["pieces"]] == [
        ("held", True),
        ("held", False),
        ("paused", False),
    ]
    assert bar["due"] is None, "it stands"
    assert bar["pieces"][-1]["to"] is None
    for one, following in zip(bar["pieces"], bar["pieces"][1:], strict=False):
        assert one["to"] == following["from"]
    shares = list_shares(life, index, ENGLISH)
    assert sum(share.working_s for share in shares) == pytest.approx(sum(piece.working_s for piece in life.pieces))
    assert find_centre_code(life.clocks) is None
    assert shares[0].name == "Command centre"


def test_a_dispute_is_decided_from_the_page_by_its_own_version(county: Database, index: SearchIndex) -> None:
    one = _report(county)
    _act(county, one, Action.ACCEPT, "op")
    _act(county, one, Action.DISPUTE, "di", reason="谁的事")
    history, life = find_incident(county, one), read_incident_life(county, one, is_open=True)
    page = make_incident_panel(history, index, catalogue=CHINESE, timezone=ZONE, life=life)
    written = _write(page)
    assert f'"data-dispute": "{life.disputes[0].id}"' in written
    assert f'"data-dispute-version": "{life.disputes[0].version}"' in written
    assert "谁的事" in written
    assert "待认定" in written


def test_what_is_asked_for_stands_on_the_page_and_changes_what_may_be_done(
    county: Database, index: SearchIndex
) -> None:
    one = _report(county)
    for action, actor in ((Action.ACCEPT, "op"), (Action.DISPATCH, "di"), (Action.ACKNOWLEDGE, "enf-1")):
        _act(county, one, action, actor)
    _act(county, one, Action.START, "enf-1")

    def draw() -> str:
        history, life = find_incident(county, one), read_incident_life(county, one, is_open=True)
        return _write(make_incident_panel(history, index, catalogue=CHINESE, timezone=ZONE, life=life))

    assert "data-requests" not in draw()
    assert "挂起与延期申请" not in draw()
    version = find_incident(county, one).incident.version
    longer = open_request(
        county, one, RequestKind.EXTEND, actor="enf-1", expected_version=version, reason="雨", extension=Decimal("1.5")
    )
    pause = open_request(county, one, RequestKind.PAUSE, actor="enf-1", expected_version=version, reason="等")
    written = draw()
    assert f'"data-requests": "{longer.id}.1 {pause.id}.1"' in written
    for words in ("申请：1.5 个工作日", "待审批", "前审批", "延期申请", "挂起申请"):
        assert words in written, words
    approve_request(county, longer.id, actor="su", expected_version=1, extension=Decimal(1))
    refuse_request(county, pause.id, actor="su", expected_version=1, reason="不必")
    written = draw()
    assert "data-requests" not in written
    for words in ("批准：1 个工作日", "已批准", "未同意", "不必"):
        assert words in written, words
    assert "enf-1" not in written


def test_the_days_of_a_due_time_are_in_the_words_of_the_page(county: Database, index: SearchIndex) -> None:
    with county.connect() as connection:
        row = connection.execute(
            "INSERT INTO gridmap.incident (item_code, reported_lon, reported_lat, reported_at) "
            "VALUES ('A02', 118.805, 36.905, '2026-09-30T18:00:00+08:00') RETURNING id"
        ).fetchone()
    assert row is not None
    history, life = find_incident(county, row[0]), read_incident_life(county, row[0], is_open=True)
    for catalogue, words in (
        (CHINESE, ("法定节假日", "工作日", "18:00 上报", "逐日明细")),
        (ENGLISH, ("holiday", "working day", "reported at 18:00", "Day by day")),
    ):
        written = _write(make_incident_panel(history, index, catalogue=catalogue, timezone=ZONE, life=life))
        for one in words:
            assert one in written, one


@pytest.mark.parametrize(
    ("seconds", "day_s", "said"),
    [
        (0, 86_400, "1 min"),
        (3599, 86_400, "59 min"),
        (3600, 86_400, "1 working hours"),
        (86_399, 86_400, "23 working hours"),
        (86_400 * 2.59, 86_400, "2.5 working days"),
        (86_400 * 31.9, 86_400, "31 working days"),
        (26_999, 27_000, "7 working hours"),
        (27_000 * 2.59, 27_000, "2.5 working days"),
    ],
)
def test_working_time_in_the_words_of_the_browser(seconds: float, day_s: int, said: str) -> None:
    # The same table as tests/js/40_page.test.js: the two must not differ when a page comes to life.
    assert describe_working_time(seconds, ENGLISH, day_s=day_s) == said
