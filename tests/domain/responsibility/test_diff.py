"""Two versions compared: nothing is missed, nothing is invented."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.responsibility.diff import compare_items, compare_lists, list_fields
from gridmap.domain.responsibility.item import Duty, Item
from tests.domain.responsibility.lists import ITEMS, items, lists, some


@some
@given(st.tuples(items("1"), items("1")))
def test_the_changes_lead_from_the_old_to_the_new(pair: tuple[Item, Item]) -> None:
    old, new = pair
    fields = dict(list_fields(old))
    for change in compare_items(old, new):
        assert change.old != change.new
        assert fields.get(change.field, "") == change.old
        fields[change.field] = change.new
    wanted = list_fields(new)
    assert {name: text for name, text in fields.items() if text} == {
        name: text for name, text in wanted.items() if text
    }
    assert (not compare_items(old, new)) == (old == new)


@some
@given(lists(), lists())
def test_added_and_removed_change_places(old: tuple[Item, ...], new: tuple[Item, ...]) -> None:
    there, back = compare_lists(old, new), compare_lists(new, old)
    assert there.added == back.removed
    assert there.removed == back.added
    assert {change.item.code for change in there.changed} == {change.item.code for change in back.changed}
    kept = {item.code for item in old} & {item.code for item in new}
    assert len(old) - len(there.removed) == len(new) - len(there.added) == len(kept)
    assert compare_lists(old, old).is_empty


def test_field_by_field() -> None:
    first, second = ITEMS
    leads = list(first.parties)
    leads[0] = replace(leads[0], duties=(Duty(1, "登记发牌"), Duty(2, "收容流浪犬和猫")), telephone="0000-2")
    changed = replace(first, parties=(leads[0], leads[2]), limit=Limit(5, LimitUnit.WORKING_DAY))
    added = replace(second, code="0103")
    found = compare_lists(ITEMS, (changed, added))
    assert [item.code for item in found.added] == ["0103"]
    assert [item.code for item in found.removed] == ["0102"]
    (change,) = found.changed
    assert [(str(one.field), one.old, one.new) for one in change.changes] == [
        ("leads", "enforcement, police", "enforcement"),
        ("limit", "3 working_day", "5 working_day"),
        ("lead enforcement telephone", "0000-1", "0000-2"),
        ("lead enforcement duty 2", "收容流浪犬", "收容流浪犬和猫"),
        ("lead police position", "2", ""),
        ("lead police duty 1", "查处伤人", ""),
    ]
