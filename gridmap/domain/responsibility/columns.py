"""The columns of the responsibility list as a file: one row a duty."""

from collections.abc import Iterable
from typing import Final

from gridmap.domain.responsibility.item import Item, PartyRole
from gridmap.domain.responsibility.words import make_stages_text, make_value_text

ITEM_CELLS: Final = (
    "class_name",
    "name",
    "level",
    "legal_basis",
    "limit_value",
    "limit_unit",
    "stages",
    "needs_power",
)
"""Of the item: given in its first row, repeated or left empty in the others."""
PARTY_CELLS: Final = ("position", "party_legal_basis", "contact", "telephone")
"""Of the party: given in its first row, repeated or left empty in the others."""
LIST_COLUMNS: Final = ("code", *ITEM_CELLS, "role", "unit_type", *PARTY_CELLS, "duty_number", "duty")
LIST_REQUIRED: Final = ("code", "class_name", "name", "level", "role", "unit_type")
FORMER_COLUMNS: Final = ("lead_unit_type", "duties_lead")
"""Of the form with one row an item, which is no longer read."""

TITLES: Final = {
    "事项编码": "code",
    "编码": "code",
    "事项类别": "class_name",
    "类别": "class_name",
    "事项名称": "name",
    "名称": "name",
    "主责层级": "level",
    "法律依据": "legal_basis",
    "时限": "limit_value",
    "时限单位": "limit_unit",
    "分段时限": "stages",
    "需要赋权": "needs_power",
    "角色": "role",
    "单位类型": "unit_type",
    "次序": "position",
    "职责依据": "party_legal_basis",
    "联系人": "contact",
    "联系岗位": "contact",
    "电话": "telephone",
    "联系电话": "telephone",
    "职责序号": "duty_number",
    "职责": "duty",
}
"""Chinese titles that are taken for a column as well."""


def make_list_rows(items: Iterable[Item]) -> list[list[str]]:
    """Make the rows of a list, cells in the order of `LIST_COLUMNS`; what rows share stands in the first of them."""
    rows = []
    for item in items:
        of_item = [
            item.class_name,
            item.name,
            item.level.value,
            item.legal_basis,
            make_value_text(item.limit.value),
            item.limit.unit.value,
            make_stages_text(item.stages),
            "yes" if item.needs_power else "no",
        ]
        for party in item.parties:
            of_party = [str(party.position), party.legal_basis, party.contact, party.telephone]
            for duty in party.duties or (None,):
                said = [str(duty.number), duty.text] if duty else ["", ""]
                rows.append([item.code, *of_item, party.role.value, party.unit_type, *of_party, *said])
                of_item = [""] * len(ITEM_CELLS)
                of_party = [""] * len(PARTY_CELLS)
    return rows


def describe_role(role: PartyRole) -> str:
    """Say in one word what a party of the role is."""
    return "lead" if role is PartyRole.LEAD else "assistant"
