"""What differs between two versions of the list, field by field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gridmap.domain.responsibility.item import Item, PartyRole
from gridmap.domain.responsibility.words import make_limit_text, make_stages_text


@dataclass(frozen=True, order=True)
class FieldName:
    """A field: of the item, of a party (role and unit type), or a duty of a party (its number too)."""

    role: str = ""
    unit_type: str = ""
    number: int = 0
    name: str = ""

    def __str__(self) -> str:
        """Name it for people, such as `lead police duty 2`."""
        return " ".join(filter(None, (self.role, self.unit_type, self.name, str(self.number or ""))))


@dataclass(frozen=True)
class FieldChange:
    """A field that differs; empty text where there is none."""

    field: FieldName
    old: str
    new: str


@dataclass(frozen=True)
class ItemRef:
    """An item by code and name."""

    code: str
    name: str


@dataclass(frozen=True)
class ItemChange:
    """An item that both versions hold, and its fields that differ."""

    item: ItemRef
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True)
class ListDiff:
    """Added and changed items in the order of the new version, removed ones in that of the old."""

    added: tuple[ItemRef, ...]
    removed: tuple[ItemRef, ...]
    changed: tuple[ItemChange, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing differs."""
        return not (self.added or self.removed or self.changed)


def compare_lists(old: Iterable[Item], new: Iterable[Item]) -> ListDiff:
    """Compare two versions item by item; items are the same by code."""
    before = {item.code: item for item in old}
    after = {item.code: item for item in new}
    changed = []
    for code, item in after.items():
        if code in before and item != before[code]:
            changed.append(ItemChange(_make_ref(item), compare_items(before[code], item)))
    return ListDiff(
        added=tuple(_make_ref(item) for code, item in after.items() if code not in before),
        removed=tuple(_make_ref(item) for code, item in before.items() if code not in after),
        changed=tuple(changed),
    )


def compare_items(old: Item, new: Item) -> tuple[FieldChange, ...]:
    """Compare two forms of an item; empty exactly when they are equal."""
    before, after = list_fields(old), list_fields(new)
    names = sorted({**before, **after})
    changes = (FieldChange(name, before.get(name, ""), after.get(name, "")) for name in names)
    return tuple(change for change in changes if change.old != change.new)


def list_fields(item: Item) -> Mapping[FieldName, str]:
    """List all that an item says, by field; two items are equal exactly when their fields are."""
    fields = {
        FieldName(name="class_name"): item.class_name,
        FieldName(name="name"): item.name,
        FieldName(name="level"): item.level.value,
        FieldName(name="legal_basis"): item.legal_basis,
        FieldName(name="limit"): make_limit_text(item.limit),
        FieldName(name="stages"): make_stages_text(item.stages),
        FieldName(name="needs_power"): "yes" if item.needs_power else "no",
    }
    for role, name in ((PartyRole.LEAD, "leads"), (PartyRole.ASSIST, "assistants")):
        fields[FieldName(name=name)] = ", ".join(party.unit_type for party in item.list_parties(role))
    for party in item.parties:
        of = (party.role.value, party.unit_type)
        fields[FieldName(*of, name="position")] = str(party.position)
        fields[FieldName(*of, name="legal_basis")] = party.legal_basis
        fields[FieldName(*of, name="contact")] = party.contact
        fields[FieldName(*of, name="telephone")] = party.telephone
        for duty in party.duties:
            fields[FieldName(*of, duty.number, "duty")] = duty.text
    return fields


def _make_ref(item: Item) -> ItemRef:
    return ItemRef(item.code, item.name)
