"""Notes that the program wrote are said in the language of the page; the same words typed by a person are not."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from plotly.utils import PlotlyJSONEncoder

from gridmap.services.explain import explain_incident
from gridmap.services.incident_life import read_incident_life
from gridmap.services.incidents import find_incident
from gridmap.services.pauses import resume_ended_pauses
from gridmap.services.proceedings.list_orders import list_orders
from gridmap.services.proceedings.make_orders import NewOrder, make_orders
from gridmap.services.search import PlaceSearch
from gridmap.services.transitions import Action, Carried, carry_out
from gridmap.storage.database import Database
from gridmap.web.i18n import Language, read_catalogue
from gridmap.web.notes import say_order_reason
from gridmap.web.pages.incident_panel import make_incident_panel
from gridmap.web.said import make_voice
from tests.county import insert_small_county
from tests.staff import insert_staff

TO_HANDLING = ((Action.ACCEPT, "op"), (Action.DISPATCH, "di"), (Action.ACKNOWLEDGE, "enf-1"), (Action.START, "enf-1"))


@pytest.fixture(scope="module")
def county(module_database: Database) -> Database:
    with module_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
    return module_database


def _report(county: Database) -> int:
    with county.connect() as connection:
        row = connection.execute(
            "INSERT INTO gridmap.incident (channel, item_code, title, reported_lon, reported_lat, datum, precision) "
            "VALUES ('patrol', 'A02', 'dog', 118.805, 36.905, 'cgcs2000', 'exact') RETURNING id"
        ).fetchone()
    assert row is not None
    return int(row[0])


def _act(county: Database, incident: int, action: Action, actor: str, carried: Carried = Carried()) -> None:  # noqa: B008
    version = find_incident(county, incident).incident.version
    carry_out(county, incident, action, actor=actor, expected_version=version, carried=carried)


def _draw(county: Database, incident: int, language: Language) -> str:
    history = find_incident(county, incident)
    page = make_incident_panel(
        history,
        PlaceSearch().find_index(county),
        catalogue=read_catalogue(language),
        timezone="Asia/Shanghai",
        explanation=explain_incident(county, incident),
        life=read_incident_life(county, incident, is_open=history.incident.resolved_at is None),
    )
    return json.dumps(page, cls=PlotlyJSONEncoder, ensure_ascii=False)


def test_returned_too_often(county: Database) -> None:
    one = _report(county)
    _act(county, one, Action.ACCEPT, "op")
    while find_incident(county, one).incident.status != "disputed":
        _act(county, one, Action.DISPATCH, "di")
        _act(county, one, Action.RETURN, "enf-1", Carried(reason="returned 9 times"))
    times = sum(event.to_status == "returned" for event in find_incident(county, one).events)
    for language, ours in ((Language.CHINESE, f"已退单 {times} 次"), (Language.ENGLISH, f"returned {times} times")):
        said = _draw(county, one, language)
        # In the history and as the reason of the dispute.
        assert said.count(ours) >= 2
        assert said.count("returned 9 times") >= times
        assert "role:rule" not in said
    assert f"returned {times} times" not in _draw(county, one, Language.CHINESE)


def test_a_pause_that_ends_by_itself_and_orders_that_end_with_the_incident(county: Database) -> None:
    one, other = _report(county), _report(county)
    for action, actor in TO_HANDLING:
        _act(county, one, action, actor)
    _act(county, one, Action.PAUSE, "su", Carried(reason="等产权单位"))
    assert resume_ended_pauses(county, at=datetime.now(UTC) + timedelta(days=400)) == 1
    make_orders(county, one, actor="di", orders=[NewOrder("U-POL")])
    _act(county, one, Action.MERGE, "op", Carried(other_incident_id=other))
    chinese, english = _draw(county, one, Language.CHINESE), _draw(county, one, Language.ENGLISH)
    assert "挂起期满，自动恢复计时" in chinese
    assert "the limit of a pause is over" not in chinese
    assert "the limit of a pause is over" in english
    (assistant,) = [order for order in list_orders(county, incident_id=one) if order.unit_code == "U-POL"]
    assert say_order_reason(assistant, make_voice(Language.CHINESE)) == "事件已并案"
    assert say_order_reason(assistant, make_voice(Language.ENGLISH)) == "incident merged"
    assert "等产权单位" in chinese
