"""As what a person stands to a row."""

import pytest

from gridmap.domain.party import CENTRE_ROLES, Party, list_parties
from gridmap.domain.staff import Actor, Role

TOWN, OTHER_TOWN = "370783001", "370783002"
HERE = frozenset({f"{TOWN}001002", f"{TOWN}001", TOWN})


def parties(role: Role, *, unit: int | None = None, area: str = "", **row: object) -> set[Party]:
    values = {"centre_unit_id": None, "area_codes": HERE, "unit_id": 1, "lead_unit_id": 2, "township_code": TOWN, **row}
    return set(list_parties(Actor(7, "x", role, unit, area), **values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("role", "unit", "expected"),
    [
        (Role.REPORTER, 1, set()),
        (Role.GRID_WORKER, 1, set()),
        (Role.OPERATOR, None, {Party.CENTRE}),
        (Role.VERIFIER, None, {Party.CENTRE}),
        (Role.DISPATCHER, None, {Party.CENTRE, Party.DISPATCHER}),
        (Role.SUPERVISOR, None, {Party.CENTRE, Party.DISPATCHER, Party.SUPERVISOR}),
        (Role.SUPERVISOR, 9, set()),
        (Role.HANDLER, 1, {Party.UNIT}),
        (Role.UNIT_LEAD, 2, {Party.LEAD}),
        (Role.HANDLER, 3, set()),
        (Role.HANDLER, None, set()),
        (Role.TOWNSHIP, 1, {Party.UNIT, Party.TOWNSHIP}),
        (Role.TOWNSHIP, None, {Party.TOWNSHIP}),
    ],
)
def test_role_and_unit(role: Role, unit: int | None, expected: set[Party]) -> None:
    assert parties(role, unit=unit) == expected


@pytest.mark.parametrize("role", Role)
def test_who_holds_it_is_its_handlers_and_their_lead(role: Role) -> None:
    # An official of a township government speaks for the township, and handles nothing.
    is_handler = role in (Role.HANDLER, Role.UNIT_LEAD)
    assert (Party.HOLDER in parties(role, unit=3, holder_unit_id=3)) is is_handler
    assert Party.HOLDER not in parties(role, unit=3, holder_unit_id=4)
    assert Party.HOLDER not in parties(role, unit=None, holder_unit_id=None)
    assert Party.HOLDER not in parties(role, unit=3, holder_unit_id=3, area=OTHER_TOWN)


def test_every_role_was_asked() -> None:
    assert set(Role) > CENTRE_ROLES


@pytest.mark.parametrize(
    ("area", "is_in"), [("", True), ("370783", True), (TOWN, True), (f"{TOWN}001", True), (OTHER_TOWN, False)]
)
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.TOWNSHIP, Role.HANDLER])
def test_outside_the_own_area_nobody_is_anything(role: Role, area: str, is_in: bool) -> None:
    unit = None if role is Role.SUPERVISOR else 1
    assert bool(parties(role, unit=unit, area=area)) is is_in


def test_a_village_official_does_not_call_for_the_township() -> None:
    assert parties(Role.TOWNSHIP, area=f"{TOWN}001", area_codes=frozenset({TOWN})) == set()


def test_a_unit_may_be_the_centre() -> None:
    assert Party.SUPERVISOR in parties(Role.SUPERVISOR, unit=5, centre_unit_id=5)
    assert Party.SUPERVISOR not in parties(Role.SUPERVISOR, unit=4, centre_unit_id=5)


def test_a_row_without_a_unit_is_nobodys() -> None:
    assert parties(Role.HANDLER, unit=None, unit_id=None, lead_unit_id=None) == set()
    assert parties(Role.TOWNSHIP, township_code=None) == set()
