"""Rows of the file gathered by item and party, before they are checked: each cell with the row that gave it."""

from dataclasses import dataclass, field

from gridmap.domain.responsibility.columns import ITEM_CELLS, PARTY_CELLS
from gridmap.domain.responsibility.faults import Fault
from gridmap.domain.responsibility.sheet import Sheet, SheetRow
from gridmap.domain.responsibility.words import ROLE_WORDS


@dataclass
class Cells:
    """The cells that the rows of one item or party share."""

    what: str
    texts: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def take(self, row: SheetRow, columns: tuple[str, ...]) -> list[Fault]:
        """Take the cells of a row, and list those that differ from what an earlier row gave."""
        faults = []
        for column in columns:
            text = row.read(column)
            if not text:
                continue
            known = self.texts.setdefault(column, text)
            first = self.rows.setdefault(column, row.number)
            if known != text:
                faults.append(
                    Fault(
                        row.number,
                        column,
                        f"{text[:60]!r} differs from {known[:60]!r} in row {first}, the same {self.what}",
                        "Give it once, leave the others empty or equal",
                    )
                )
        return faults

    def read(self, column: str) -> str:
        """Read the text that was given; empty for none."""
        return self.texts.get(column, "")


@dataclass
class PartyDraft(Cells):
    """A party: its role and type as written, and the rows of its duties."""

    row: int = 0
    role: str = ""
    unit_type: str = ""
    duties: list[SheetRow] = field(default_factory=list)


@dataclass
class ItemDraft(Cells):
    """An item and its parties in the order of the file."""

    row: int = 0
    code: str = ""
    parties: dict[tuple[str, str], PartyDraft] = field(default_factory=dict)


def gather_items(sheet: Sheet, faults: list[Fault]) -> list[ItemDraft]:
    """Gather the rows by item and party; what can't be gathered is added to `faults`.

    A row without a code belongs to the item above, one without role and unit type to the party above: so a sheet with
    merged cells reads.
    """
    items: dict[str, ItemDraft] = {}
    item: ItemDraft | None = None
    party: PartyDraft | None = None
    for row in sheet.rows:
        code = row.read("code")
        if not code and (item is None or row.read("name") not in {"", item.read("name")}):
            faults.append(Fault(row.number, "code", "no code", "Give the code of the item; it is its key"))
            # What follows without a code must not go to the item above this one.
            item, party = None, None
            continue
        if item is None or code not in {"", item.code}:
            item = items.setdefault(code, ItemDraft(what="item", row=row.number, code=code))
            party = None
        faults += item.take(row, ITEM_CELLS)
        party = _find_party(item, party, row, faults)
        if party is not None:
            faults += party.take(row, PARTY_CELLS)
            if row.read("duty") or row.read("duty_number"):
                party.duties.append(row)
    return list(items.values())


def _find_party(item: ItemDraft, above: PartyDraft | None, row: SheetRow, faults: list[Fault]) -> PartyDraft | None:
    role, unit_type = row.read("role"), row.read("unit_type")
    if not role and not unit_type:
        if above is None:
            faults.append(Fault(row.number, "role", "no role and no unit_type", "Say who leads or assists"))
        return above
    if not role or not unit_type:
        column = "role" if not role else "unit_type"
        faults.append(Fault(row.number, column, f"no {column}", "Give both role and unit_type, or neither"))
        return None
    draft = PartyDraft(what="party", row=row.number, role=role, unit_type=unit_type)
    return item.parties.setdefault((ROLE_WORDS.get(role.lower(), role), unit_type), draft)
