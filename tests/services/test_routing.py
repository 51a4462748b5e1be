"""Why, queues, re-routing, assignment and admission, on the small county."""

from datetime import UTC, date, datetime, timedelta

import pytest
from psycopg import errors as pg_errors

from gridmap.domain.admission import AdmissionStatus, AdmissionStep
from gridmap.domain.routing import Queue, Rejection, read_kept_routing
from gridmap.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from gridmap.services.admission import (
    Admission,
    carry_out_step,
    count_attempts,
    find_admission,
    list_admissions,
    request_admission,
)
from gridmap.services.assignment import NoPowerError, NotAdmittedError, check_assignment_on
from gridmap.services.check_jurisdictions import check_jurisdictions
from gridmap.services.explain import explain_incident
from gridmap.services.incidents import IncidentFilter, list_incidents
from gridmap.services.queues import list_queues, reroute_queue
from gridmap.storage.database import Database
from tests.assignment import check_assignment
from tests.county import insert_small_county
from tests.staff import find_unit_id, insert_staff

AT = datetime(2026, 11, 20, 7, tzinfo=UTC)
LATER = AT + timedelta(days=20)
POLICE_AND_ZONE = (118.82, 36.915)


@pytest.fixture
def county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
        connection.execute(
            "INSERT INTO staff (code, role, unit_id) SELECT * FROM (VALUES ('su-2', 'supervisor', NULL::int)) v"
        )
    return fresh_database


def report(database: Database, item: str | None, *, lon: float = 118.805, at: datetime = AT, **more: object) -> int:
    values = {"item_code": item, "reported_lon": lon, "reported_lat": 36.915, "reported_at": at, **more}
    columns, marks = ", ".join(values), ", ".join(f"%({name})s" for name in values)
    with database.connect() as connection:
        row = connection.execute(f"INSERT INTO incident ({columns}) VALUES ({marks}) RETURNING id", values).fetchone()
    assert row
    return int(row[0])


def run(database: Database, statement: str, *values: object) -> list[tuple[object, ...]]:
    with database.connect() as connection:
        cursor = connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []


def add_item(database: Database, code: str, leads: list[str], *, assists: list[str] = [], **columns: object) -> None:  # noqa: B006
    values = {"level": "county", "needs_power": False, **columns}
    with database.connect() as connection:
        row = connection.execute(
            """
            INSERT INTO responsibility_item (list_id, code, class_name, name, level, limit_value, limit_unit,
                needs_power, legal_basis)
            SELECT id, %s, 'c', %s, %s, 5, 'working_day', %s, '《条例》'
            FROM responsibility_list WHERE name = 'list' RETURNING id
            """,
            [code, f"item {code}", values["level"], values["needs_power"]],
        ).fetchone()
        assert row
        for role, types in (("lead", leads), ("assist", assists)):
            for number, unit_type in enumerate(types, start=1):
                connection.execute(
                    """
                    INSERT INTO responsibility_party (item_id, role, unit_type, position, contact, telephone)
                    VALUES (%s, %s, %s, %s, '值班室', '0000-1')
                    """,
                    [row[0], role, unit_type, number],
                )
                connection.execute(
                    """
                    INSERT INTO responsibility_duty (item_id, role, unit_type, number, duty) VALUES (%s, %s, %s, 1, %s)
                    """,
                    [row[0], role, unit_type, f"{role} duty"],
                )


def test_an_incident_says_why_its_unit_leads(county: Database) -> None:
    add_item(county, "B01", ["police", "water"], assists=["township", "enforcement"])
    said = explain_incident(county, report(county, "B01"))
    assert said.is_kept
    assert said.lead is not None
    assert said.lead.code == "U-PS1"
    assert (said.rule, said.queue, said.day) == ("jurisdiction", None, date(2026, 11, 20))
    assert said.jurisdiction is not None
    assert said.jurisdiction.code == "J-PS1"
    assert (said.list_name, said.effective_from) == ("list", date(2020, 1, 1))
    assert [(one.unit.code, one.rule) for one in said.leads if one.unit] == [
        ("U-PS1", "jurisdiction"),
        ("U-WAT", "county"),
    ]
    assert [(one.unit.code, one.rule) for one in said.assists if one.unit] == [
        ("U-T01", "township"),
        ("U-ENF", "county"),
    ]
    assert [(one.unit.code, one.rejected) for one in said.alternatives if one.unit] == [("U-POL", Rejection.LATER_RULE)]
    assert said.item is not None
    assert said.item.legal_basis == "《条例》"
    assert [(one.role, one.unit_type, one.duties, one.telephone) for one in said.parties] == [
        ("lead", "police", ("lead duty",), "0000-1"),
        ("lead", "water", ("lead duty",), "0000-1"),
        ("assist", "township", ("assist duty",), "0000-1"),
        ("assist", "enforcement", ("assist duty",), "0000-1"),
    ]
    assert [one.kind for one in said.changes] == ["reported"]


def test_what_was_kept_is_said_and_not_what_the_rules_say_today(county: Database) -> None:
    incident_id = report(county, "A01")
    before = explain_incident(county, incident_id)
    run(county, "UPDATE jurisdiction SET unit_id = (SELECT id FROM unit WHERE code = 'U-POL') WHERE code = 'J-PS1'")
    after = explain_incident(county, incident_id)
    assert (after.lead, after.leads, after.alternatives) == (before.lead, before.leads, before.alternatives)


def test_a_row_without_a_record_says_so(county: Database) -> None:
    incident_id = report(county, "A01")
    run(county, "ALTER TABLE incident DISABLE TRIGGER USER")
    run(county, "UPDATE incident SET routing = NULL WHERE id = %s", incident_id)
    said = explain_incident(county, incident_id)
    assert not said.is_kept
    assert said.lead is not None
    assert said.lead.code == "U-PS1"
    assert (said.rule, said.leads, said.alternatives) == ("jurisdiction", [], [])
    assert said.list_name == "list"
    with pytest.raises(NotFoundError):
        explain_incident(county, 10**6)
    with pytest.raises(NotFoundError):
        explain_incident(county, 2**70)


def test_a_power_counts_on_its_days_only_and_its_dates_are_kept(county: Database) -> None:
    add_item(county, "B02", ["police"], needs_power=True)
    waiting = report(county, "B02")
    said = explain_incident(county, waiting)
    assert (said.queue, said.lead, said.rule) == (Queue.NO_POWER, None, "no_power")
    assert {(one.unit.code, one.rejected) for one in said.alternatives if one.unit} == {
        ("U-PS1", Rejection.NO_POWER),
        ("U-POL", Rejection.NO_POWER),
    }
    run(
        county,
        "INSERT INTO unit_power (unit_id, item_code, valid_from, valid_to, is_trial, source) "
        "SELECT id, 'B02', '2026-11-20', '2026-12-20', true, '赋权清单' FROM unit WHERE code = 'U-POL'",
    )
    held = explain_incident(county, report(county, "B02"))
    assert held.lead is not None
    assert held.lead.code == "U-POL"
    assert held.power is not None
    assert (held.power.valid_from, held.power.valid_to, held.power.is_trial) == (
        date(2026, 11, 20),
        date(2026, 12, 20),
        True,
    )
    assert [one.unit_code for one in held.powers] == ["U-POL"]
    day_before = report(county, "B02", at=datetime(2026, 11, 19, 15, 59, tzinfo=UTC))
    assert explain_incident(county, day_before).queue is Queue.NO_POWER
    # 16:00 UTC is the first instant of the 20th in the county.
    first_instant = report(county, "B02", at=datetime(2026, 11, 19, 16, tzinfo=UTC))
    assert explain_incident(county, first_instant).queue is None


def test_overlapping_jurisdictions_wait_with_both_named(county: Database) -> None:
    run(
        county,
        "INSERT INTO jurisdiction (code, name, kind, unit_id, geom) SELECT 'J-POL', 'x', 'police', id, "
        "ST_Multi(ST_MakeEnvelope(118.80, 36.90, 118.81, 36.92, 4490)) FROM unit WHERE code = 'U-POL'",
    )
    said = explain_incident(county, report(county, "A01"))
    assert (said.queue, said.lead) == (Queue.OVERLAPPING_JURISDICTIONS, None)
    assert {one.unit.code for one in said.alternatives if one.unit} == {"U-PS1", "U-POL"}
    # Off the overlap one of them leads; on its border the one that holds the point within.
    assert explain_incident(county, report(county, "A01", lon=118.815)).queue is None
    border = explain_incident(county, report(county, "A01", lon=118.81))
    assert border.lead is not None
    assert border.lead.code == "U-PS1"
    assert [one.rejected for one in border.alternatives] == [Rejection.ON_BORDER]


def test_queues_are_counted_with_their_oldest_and_listed(county: Database) -> None:
    old = report(county, "Z1", at=AT - timedelta(days=9))
    report(county, "Z1")
    report(county, None)
    closed = report(county, "Z1")
    run(county, "UPDATE incident SET status = 'rejected' WHERE id = %s", closed)
    found = list_queues(county)
    by_name = {one.queue: one for one in found.queues}
    assert set(by_name) == {str(one) for one in Queue}
    waiting = by_name["item_not_in_list"]
    assert (waiting.count, waiting.oldest_incident_id, waiting.oldest_at) == (3, old, AT - timedelta(days=9))
    assert by_name["no_unit"].count == 0
    assert [(one.item_code, one.count) for one in found.items] == [("Z1", 2), (None, 1)]
    listed = list_incidents(county, IncidentFilter(queue=Queue.ITEM_NOT_IN_LIST))
    assert len(listed) == 3
    assert closed not in {one.id for one in listed}
    assert list_incidents(county, IncidentFilter(queue=Queue.NO_POWER)) == []


def test_a_queue_is_routed_anew_after_the_list_changed(county: Database) -> None:
    known, unknown = report(county, "N1"), report(county, "Z1")
    other = report(county, "A05", lon=118.9)  # no_unit: not in the queue that is asked for
    due_before = run(county, "SELECT due_at FROM incident WHERE id = %s", known)
    run(county, "INSERT INTO responsibility_list (name, effective_from) VALUES ('next', '2026-12-01')")
    run(
        county,
        "WITH i AS (INSERT INTO responsibility_item (list_id, code, class_name, name, level, limit_value, limit_unit) "
        "SELECT id, 'N1', 'c', 'n', 'county', 10, 'working_day' FROM responsibility_list WHERE name = 'next' "
        "RETURNING id) "
        "INSERT INTO responsibility_party (item_id, role, unit_type, position) SELECT id, 'lead', 'police', 1 FROM i",
    )
    assert reroute_queue(county, "item_not_in_list", at=AT).changed == []
    dry = reroute_queue(county, "item_not_in_list", is_dry_run=True, at=LATER)
    assert dry.looked_at == 2
    assert [(one.incident_id, one.unit_code, one.rule) for one in dry.changed] == [(known, "U-PS1", "jurisdiction")]
    assert explain_incident(county, known).queue is Queue.ITEM_NOT_IN_LIST
    done = reroute_queue(county, "item_not_in_list", at=LATER)
    assert done.changed == dry.changed
    said = explain_incident(county, known)
    assert (said.queue, said.rule, said.list_name) == (None, "jurisdiction", "next")
    assert said.lead is not None
    assert said.lead.code == "U-PS1"
    assert said.day == date(2026, 12, 10)
    assert [one.kind for one in said.changes] == ["reported", "routed"]
    assert said.changes[1].unit_code == "U-PS1"
    # Ten working days instead of the ordinary three, from the report.
    due = run(county, "SELECT due_at FROM incident WHERE id = %s", known)
    assert due == [(datetime(2026, 12, 4, 7, tzinfo=UTC),)]
    assert due != due_before
    for untouched in (unknown, other):
        assert [one.kind for one in explain_incident(county, untouched).changes] == ["reported"]
    assert reroute_queue(county, "item_not_in_list", at=LATER).changed == []


def test_from_queue_to_queue_is_history_too(county: Database) -> None:
    add_item(county, "B03", ["police"], needs_power=True)
    waiting = report(county, "B03")
    run(county, "DELETE FROM jurisdiction")
    run(county, "UPDATE unit SET unit_type = 'other' WHERE unit_type = 'police'")
    done = reroute_queue(county, "no_power", at=AT, actor="di")
    assert [(one.from_queue, one.to_queue) for one in done.changed] == [("no_power", "no_unit")]
    said = explain_incident(county, waiting)
    assert said.queue is Queue.NO_UNIT
    assert [(one.kind, one.actor) for one in said.changes[1:]] == [("routed", "di")]
    assert "no_power" in said.changes[1].note


def test_only_queues_of_the_rules_are_routed_anew(county: Database) -> None:
    assert {row[0] for row in run(county, "SELECT queue FROM queue")} == {str(one) for one in Queue}
    for name in ("disputed", "lost", ""):
        with pytest.raises(InputError, match="no queue"):
            reroute_queue(county, name)


def test_a_matter_that_left_the_list_does_not_go_to_a_township_unasked(county: Database) -> None:
    run(county, "UPDATE responsibility_list SET effective_from = '2019-01-01'")
    run(county, "INSERT INTO responsibility_list (name, effective_from) VALUES ('empty', '2020-01-01')")
    gone = explain_incident(county, report(county, "A05"))
    assert gone.queue is Queue.NOT_ADMITTED
    assert [(one.unit.code, one.rejected) for one in gone.alternatives if one.unit] == [
        ("U-T01", Rejection.NOT_ADMITTED)
    ]
    # A county unit that led by the former list: it is off the list, but no township would get it.
    assert explain_incident(county, report(county, "A04")).queue is Queue.ITEM_NOT_IN_LIST


def admit(database: Database, *, item: str = "Z1", unit: str = "U-T01", valid_to: date | None = None) -> Admission:
    made = request_admission(database, item_code=item, unit_code=unit, reason="就近", actor="enf-1", at=AT)
    for step, actor in ((AdmissionStep.REVIEW, "di"), (AdmissionStep.REVIEW, "ve"), (AdmissionStep.APPROVE, "su")):
        made = carry_out_step(
            database, made.id, step, actor=actor, expected_version=made.version, valid_to=valid_to, at=AT
        )
    return made


def test_a_township_is_given_only_what_is_listed_or_admitted(county: Database) -> None:
    outside, listed = report(county, "Z1"), report(county, "A05")
    with county.connect() as connection:
        t1, t2, water, enforcement = (find_unit_id(connection, code) for code in ("U-T01", "U-T02", "U-WAT", "U-ENF"))
    check_assignment(county, listed, t1)  # leads by the list
    check_assignment(county, outside, water)  # the county's units may be given anything
    with pytest.raises(NotAdmittedError, match="职责准入"):
        check_assignment(county, outside, t1, from_unit_id=enforcement, actor="enf-1", at=AT)
    with pytest.raises(NotAdmittedError):
        check_assignment(county, report(county, None), t1, actor="di", at=AT)
    with pytest.raises(NotAdmittedError):
        check_assignment(county, report(county, "A04"), t1, from_unit_id=enforcement, actor="enf-2", at=AT)
    counted = count_attempts(county)
    assert [(one.unit_code, one.attempts, one.items) for one in counted] == [("U-ENF", 2, 2), (None, 1, 0)]
    assert count_attempts(county, until=AT) == []
    admit(county, valid_to=date(2026, 12, 1))
    check_assignment(county, outside, t1, at=AT)
    with pytest.raises(NotAdmittedError):
        check_assignment(county, outside, t2, at=AT)
    check_assignment(county, outside, t1, at=datetime(2026, 11, 30, 15, 59, tzinfo=UTC))
    with pytest.raises(NotAdmittedError):
        check_assignment(county, outside, t1, at=datetime(2026, 11, 30, 16, tzinfo=UTC))
    # By the rules it still waits; the township is offered.
    said = explain_incident(county, report(county, "Z1"))
    assert said.queue is Queue.ITEM_NOT_IN_LIST
    assert [(one.unit.code, one.rejected) for one in said.alternatives if one.unit] == [
        ("U-T01", Rejection.BY_HAND_ONLY)
    ]
    for incident_id, unit_id in ((10**6, t1), (outside, 10**6)):
        with pytest.raises(NotFoundError):
            check_assignment(county, incident_id, unit_id)


def test_what_a_township_only_assists_in_is_not_given_to_it_to_lead(county: Database) -> None:
    add_item(county, "T1", ["township", "enforcement"], assists=["police"])
    add_item(county, "T2", ["enforcement"], assists=["township"], level="township")
    add_item(county, "T3", ["enforcement"], assists=["township"], needs_power=True)
    with county.connect() as connection:
        t1, police, enforcement = (find_unit_id(connection, code) for code in ("U-T01", "U-POL", "U-ENF"))
    dogs = report(county, "A02")  # the enforcement bureau leads, the township assists
    with pytest.raises(NotAdmittedError, match=r"only assists in it \(leads: enforcement\).*职责准入.*dispute"):
        check_assignment(county, dogs, t1, from_unit_id=enforcement, actor="enf-1", at=AT)
    assert [(one.unit_code, one.attempts) for one in count_attempts(county)] == [("U-ENF", 1)]
    check_assignment(county, dogs, police, at=AT)  # a county unit may be given anything
    # The list lets it lead: as one of the leads, or as an assistant where the townships are the level that leads.
    for item in ("T1", "T2", "A05"):
        check_assignment(county, report(county, item), t1, at=AT)
    # The power is asked for first, and the level all the same.
    powerful = report(county, "T3")
    with pytest.raises(NoPowerError):
        check_assignment(county, powerful, t1, at=AT)
    run(county, "INSERT INTO unit_power (unit_id, item_code) VALUES (%s, 'T3')", t1)
    with pytest.raises(NotAdmittedError):
        check_assignment(county, powerful, t1, at=AT)
    # An admission lets it, on its days, as for what is on no list.
    admit(county, item="A02", valid_to=date(2026, 12, 1))
    check_assignment(county, dogs, t1, at=AT)
    with pytest.raises(NotAdmittedError):
        check_assignment(county, dogs, t1, at=LATER)
    with pytest.raises(ConflictError, match="may lead in item A05 already"):
        request_admission(county, item_code="A05", unit_code="U-T01", reason="r", actor="enf-1", at=AT)


def test_what_a_panel_decided_may_be_given_again(county: Database) -> None:
    dogs, other = report(county, "A02"), report(county, "A02")
    with county.connect() as connection:
        t1, enforcement = find_unit_id(connection, "U-T01"), find_unit_id(connection, "U-ENF")
        for unit_id in (t1, enforcement):
            connection.execute("UPDATE incident SET status = 'accepted' WHERE status = 'reported'")
            connection.execute("UPDATE incident SET status = 'disputed' WHERE id = %s", [dogs])
            connection.execute(
                "UPDATE incident SET status = 'dispatched', lead_unit_id = %s WHERE id = %s", [unit_id, dogs]
            )
            connection.execute("UPDATE incident SET status = 'returned' WHERE id = %s", [dogs])
            if unit_id == t1:
                connection.commit()
                check_assignment(county, dogs, t1, at=AT)
                with pytest.raises(NotAdmittedError):
                    check_assignment(county, other, t1, at=AT)
    # The last decision counts.
    with pytest.raises(NotAdmittedError):
        check_assignment(county, dogs, t1, at=AT)


def test_by_hand_too_only_who_holds_the_power_is_given_what_needs_one(county: Database) -> None:
    add_item(county, "P1", ["enforcement"], needs_power=True)
    incident_id = report(county, "P1")
    with county.connect() as connection:
        holder, other = find_unit_id(connection, "U-ENF"), find_unit_id(connection, "U-WAT")
        connection.execute(
            "INSERT INTO unit_power (unit_id, item_code, valid_from, valid_to) VALUES (%s, 'P1', %s, %s)",
            [holder, date(2026, 11, 1), date(2026, 12, 1)],
        )
    check_assignment(county, incident_id, holder, at=AT)
    with pytest.raises(NoPowerError, match="U-WAT"):
        check_assignment(county, incident_id, other, at=AT)
    with pytest.raises(NoPowerError, match="2026-12-01"):
        check_assignment(county, incident_id, holder, at=datetime(2026, 11, 30, 16, tzinfo=UTC))
    assert count_attempts(county) == []
    # An item that needs none asks for none.
    check_assignment(county, report(county, "A04"), other, at=AT)


def test_a_refused_attempt_is_carried_past_the_rollback(county: Database) -> None:
    outside = report(county, "Z1")
    with county.connect() as connection:
        unit_id = find_unit_id(connection, "U-T01")
        with pytest.raises(NotAdmittedError) as refused:
            check_assignment_on(
                connection, incident_id=outside, unit_id=unit_id, from_unit_id=None, actor="di", at=None
            )
        connection.rollback()
    assert (refused.value.attempt.incident_id, refused.value.attempt.to_unit_id) == (outside, unit_id)
    assert count_attempts(county) == []


def test_an_admission_takes_four_people(county: Database) -> None:
    made = request_admission(county, item_code="Z1", unit_code="U-T01", reason="就近", actor="enf-1", at=AT)
    assert (made.status, made.requested_by_unit_code, made.version) == (AdmissionStatus.REQUESTED, "U-ENF", 1)
    with pytest.raises(ConflictError, match="only review, refuse"):
        carry_out_step(county, made.id, AdmissionStep.APPROVE, actor="su", expected_version=1)
    once = carry_out_step(county, made.id, AdmissionStep.REVIEW, actor="su", expected_version=1)
    with pytest.raises(ConflictError, match="was changed"):
        carry_out_step(county, made.id, AdmissionStep.REVIEW, actor="di", expected_version=1)
    with pytest.raises(NotAllowedError, match="different people"):
        carry_out_step(county, made.id, AdmissionStep.REVIEW, actor="su", expected_version=2)
    twice = carry_out_step(county, made.id, AdmissionStep.REVIEW, actor="di", expected_version=once.version)
    for actor, error in (("su", "different people"), ("di", "may not approve"), ("enf-2", "may not approve")):
        with pytest.raises(NotAllowedError, match=error):
            carry_out_step(county, made.id, AdmissionStep.APPROVE, actor=actor, expected_version=twice.version)
    with pytest.raises(InputError, match="valid_to"):
        carry_out_step(
            county, made.id, AdmissionStep.APPROVE, actor="su-2", expected_version=3, valid_to=date(2026, 11, 20), at=AT
        )
    done = carry_out_step(county, made.id, AdmissionStep.APPROVE, actor="su-2", expected_version=3, at=AT)
    assert (done.status, done.first_reviewed_by, done.second_reviewed_by, done.decided_by) == (
        "approved",
        "su",
        "di",
        "su-2",
    )
    assert done.valid_to is None
    assert find_admission(county, made.id) == done
    with pytest.raises(ConflictError, match="nothing more"):
        carry_out_step(county, made.id, AdmissionStep.REFUSE, actor="ve", expected_version=4, decision="x")
    # The table holds it too, whichever door it comes by.
    with pytest.raises(pg_errors.CheckViolation):
        run(county, "UPDATE admission SET decided_by = requested_by WHERE id = %s", made.id)


def test_a_refusal_gives_its_reason_and_admits_nothing(county: Database) -> None:
    made = request_admission(county, item_code="Z1", unit_code="U-T01", reason="就近", actor="enf-1", at=AT)
    with pytest.raises(InputError, match="reason"):
        carry_out_step(county, made.id, AdmissionStep.REFUSE, actor="di", expected_version=1)
    done = carry_out_step(county, made.id, AdmissionStep.REFUSE, actor="di", expected_version=1, decision="非镇街职责")
    assert (done.status, done.decision) == ("refused", "非镇街职责")
    with county.connect() as connection:
        unit_id = find_unit_id(connection, "U-T01")
    with pytest.raises(NotAdmittedError):
        check_assignment(county, report(county, "Z1"), unit_id)
    again = request_admission(county, item_code="Z1", unit_code="U-T01", reason="再议", actor="enf-1")
    assert [one.id for one in list_admissions(county)] == [made.id, again.id]
    assert [one.id for one in list_admissions(county, statuses=[AdmissionStatus.REFUSED])] == [made.id]
    assert list_admissions(county, unit_code="U-T02") == []


def test_a_request_that_makes_no_sense_is_refused(county: Database) -> None:
    refused: list[tuple[dict[str, object], type[Exception]]] = [
        ({"unit_code": "U-POL"}, InputError),
        ({"unit_code": "lost"}, NotFoundError),
        ({"item_code": " "}, InputError),
        ({"reason": " "}, InputError),
        ({"item_code": "A05"}, ConflictError),
        ({"actor": "di"}, NotAllowedError),
        ({"actor": "t1"}, NotAllowedError),
        ({"actor": "lost"}, NotFoundError),
        ({"actor": "a\0b"}, NotFoundError),
        ({"incident_id": 10**6}, NotFoundError),
        ({"incident_id": 2**70}, NotFoundError),
    ]
    for changed, error in refused:
        values = {"item_code": "Z1", "unit_code": "U-T01", "reason": "x", "actor": "enf-1", **changed}
        with pytest.raises(error):
            request_admission(county, **values)  # type: ignore[arg-type]
    assert list_admissions(county) == []


def test_the_same_is_not_requested_twice(county: Database) -> None:
    admit(county)
    with pytest.raises(ConflictError):
        request_admission(county, item_code="Z1", unit_code="U-T01", reason="x", actor="enf-2", at=AT)
    request_admission(county, item_code="Z1", unit_code="U-T02", reason="x", actor="enf-2", at=AT)
    with pytest.raises(NotFoundError):
        find_admission(county, 10**6)
    with pytest.raises(NotFoundError):
        carry_out_step(county, 10**6, AdmissionStep.REVIEW, actor="di", expected_version=1)


def test_jurisdictions_are_checked_by_type_with_who_stands_in(county: Database) -> None:
    result = check_jurisdictions(county)
    assert result.jurisdictions == {"enforcement": 1, "police": 1}
    gaps = {one.unit_type: one for one in result.findings}
    assert {name: (one.kind, one.stand_in) for name, one in gaps.items()} == {
        "police": ("gap", "county"),
        "enforcement": ("gap", "county"),
    }
    # One village of 0.01 by 0.02 degrees is without a station.
    assert gaps["police"].area_km2 == pytest.approx(0.89 * 2.22, rel=0.01)
    run(county, "DELETE FROM jurisdiction")
    with pytest.raises(NotFoundError, match="No jurisdiction"):
        check_jurisdictions(county)


def test_a_kept_routing_that_was_edited_is_said() -> None:
    with pytest.raises(InputError, match="re-route"):
        read_kept_routing({"list_id": 1})
