"""The parties of an item and their duties, from their drafts."""

from collections.abc import Collection

from gridmap.domain.responsibility.columns import describe_role
from gridmap.domain.responsibility.drafts import ItemDraft, PartyDraft
from gridmap.domain.responsibility.faults import Fault
from gridmap.domain.responsibility.item import Duty, Party, PartyRole, sort_parties
from gridmap.domain.responsibility.words import ROLE_WORDS
from gridmap.errors import InputError

_MOST = 32_767
"""What a number of the database's smallint holds."""


def make_parties(draft: ItemDraft, unit_types: Collection[str], faults: list[Fault]) -> tuple[Party, ...]:
    """Make the parties of an item, sorted; what is wrong is added to `faults`."""
    known = [(role, party) for party in draft.parties.values() if (role := _find_role(party, faults)) is not None]
    positions = {role: _number_parties([party for of, party in known if of is role], faults) for role in PartyRole}
    first: dict[str, tuple[PartyRole, int]] = {}
    parties = []
    for role, party in known:
        _check_type(role, party, unit_types, faults)
        before = first.setdefault(party.unit_type, (role, party.row))
        if before[1] != party.row:
            what = f"{party.unit_type} is {describe_role(before[0])} in row {before[1]}, and {describe_role(role)} here"
            faults.append(Fault(party.row, "role", what, f"Item {draft.code}: keep one of the two"))
        parties.append(
            Party(
                role=role,
                unit_type=party.unit_type,
                position=positions[role][id(party)],
                duties=_make_duties(party, faults),
                legal_basis=party.read("party_legal_basis"),
                contact=party.read("contact"),
                telephone=party.read("telephone"),
            )
        )
    if not any(party.role is PartyRole.LEAD for party in parties):
        what = f"item {draft.code} has no lead"
        faults.append(Fault(draft.row, "role", what, "Give at least one row with the role lead"))
    return sort_parties(parties)


def _find_role(party: PartyDraft, faults: list[Fault]) -> PartyRole | None:
    role = ROLE_WORDS.get(party.role.lower())
    if role is None:
        what = f"{party.role[:40]!r} is no role"
        faults.append(Fault(party.row, "role", what, f"Give one of {', '.join(ROLE_WORDS)}"))
        # Its other cells are looked at as well, so that nobody finds their faults only after the role is put right.
        _number_parties([party], faults)
        _make_duties(party, faults)
    return role


def _check_type(role: PartyRole, party: PartyDraft, unit_types: Collection[str], faults: list[Fault]) -> None:
    if party.unit_type in unit_types:
        return
    is_warning = role is PartyRole.ASSIST
    faults.append(
        Fault(
            party.row,
            "unit_type",
            f"no unit has the type {party.unit_type[:60]}",
            "Nobody can be asked to assist until such a unit is imported"
            if is_warning
            else "Import such a unit first (gridmap import units), or correct the type",
            is_warning,
        )
    )


def _number_parties(parties: list[PartyDraft], faults: list[Fault]) -> dict[int, int]:
    """Number the parties of one role: as given, the others with the free numbers in the order of the file."""
    numbers: dict[int, int] = {}
    for party in parties:
        if not party.read("position"):
            continue
        row = party.rows["position"]
        try:
            number = _make_number(party.read("position"))
        except InputError as error:
            faults.append(Fault(row, "position", str(error), "Number the parties of a role from 1, or leave it empty"))
            number = 0
        if number in numbers.values() and number:
            what = f"position {number} is given to two parties of the role {party.role}"
            faults.append(Fault(row, "position", what, "Number them from 1 in the order in which they answer"))
        numbers[id(party)] = number
    free = 0
    for party in parties:
        if id(party) not in numbers:
            free = next(number for number in range(free + 1, len(parties) + free + 2) if number not in numbers.values())
            numbers[id(party)] = free
    return numbers


def _make_duties(party: PartyDraft, faults: list[Fault]) -> tuple[Duty, ...]:
    duties: dict[int, tuple[Duty, int]] = {}
    for row in party.duties:
        text, number_text = row.read("duty"), row.read("duty_number")
        if not text:
            what = f"number {number_text[:40]} has no duty"
            faults.append(Fault(row.number, "duty", what, "Say the duty, or take the number out"))
            continue
        try:
            number = _make_number(number_text) if number_text else max(duties, default=0) + 1
        except InputError as error:
            faults.append(Fault(row.number, "duty_number", str(error), "Number the duties of each party from 1"))
            continue
        if number in duties:
            what = f"duty number {number} of {party.unit_type} stands in row {duties[number][1]} already"
            faults.append(Fault(row.number, "duty_number", what, "Number the duties of each party from 1"))
            continue
        duties[number] = Duty(number, text), row.number
    return tuple(duties[number][0] for number in sorted(duties))


def _make_number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 5 or not 0 < int(text) <= _MOST:
        raise InputError(f"{text[:40]!r} is no whole number from 1")
    return int(text)
