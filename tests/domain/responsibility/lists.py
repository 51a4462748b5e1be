"""Lists for tests: a good sheet, and any list that Hypothesis can think of."""

from collections.abc import Iterable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.responsibility.columns import LIST_COLUMNS, make_list_rows
from gridmap.domain.responsibility.item import Duty, Item, Level, Party, PartyRole, Stage, sort_parties
from gridmap.domain.responsibility.sheet import Sheet, SheetRow

some = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
"""For lists: each is a hundred draws, and a loaded machine is no fault."""

UNIT_TYPES = ("enforcement", "police", "township", "water", "planning")

ITEMS = (
    Item(
        "0101",
        "养犬",
        "犬只管理",
        Level.COUNTY,
        Limit(3, LimitUnit.WORKING_DAY),
        (
            Party(
                PartyRole.LEAD,
                "enforcement",
                1,
                (Duty(1, "登记发牌"), Duty(2, "收容流浪犬")),
                "《养犬条例》",
                "值班室",
                "0000-1",
            ),
            Party(PartyRole.LEAD, "police", 2, (Duty(1, "查处伤人"),)),
            Party(PartyRole.ASSIST, "township", 1, (Duty(1, "入户登记"), Duty(2, "劝导牵绳"))),
        ),
        legal_basis="《动物防疫法》",
    ),
    Item(
        "0102",
        "违建",
        "违法建设",
        Level.TOWNSHIP,
        Limit(20, LimitUnit.WORKING_DAY),
        (Party(PartyRole.LEAD, "township", 1, ()),),
        (
            Stage("停工", Limit(4, LimitUnit.WORKING_HOUR)),
            Stage("罚款", Limit(7, LimitUnit.WORKING_DAY)),
            Stage("拆除", Limit(20, LimitUnit.WORKING_DAY)),
        ),
        needs_power=True,
    ),
)


def make_sheet(rows: Iterable[Iterable[str]], columns: Iterable[str] = LIST_COLUMNS) -> Sheet:
    """Make a sheet whose first row is number 2."""
    names = list(columns)
    made = [SheetRow(number, dict(zip(names, row, strict=True))) for number, row in enumerate(rows, start=2)]
    return Sheet(names, made)


def make_item_sheet(items: Iterable[Item]) -> Sheet:
    """Make the sheet that a list is written as."""
    return make_sheet(make_list_rows(items))


# What the reader takes for text: trimmed, printable, in no doubtful encoding.
words = st.text("甲乙丙丁戊己庚辛abcXYZ019=+-@'\"，,;.、 \n", min_size=1, max_size=12).map(str.strip).filter(bool)
names = st.text("甲乙丙丁abc01", min_size=1, max_size=6)
limits = st.builds(
    Limit,
    st.one_of(st.integers(1, 9999).map(float), st.integers(1, 400).map(lambda n: n / 4)),
    st.sampled_from(list(LimitUnit)),
)


@st.composite
def parties(draw: st.DrawFn) -> tuple[Party, ...]:
    """Draw the parties of an item, at least one of them a lead."""
    types = draw(st.permutations(UNIT_TYPES))[: draw(st.integers(1, 5))]
    roles = [PartyRole.LEAD, *(draw(st.sampled_from(list(PartyRole))) for _ in types[1:])]
    made = []
    for role in PartyRole:
        of_role = [unit_type for unit_type, of in zip(types, roles, strict=True) if of is role]
        positions = draw(st.lists(st.integers(1, 99), min_size=len(of_role), max_size=len(of_role), unique=True))
        for unit_type, position in zip(of_role, positions, strict=True):
            numbers = sorted(draw(st.sets(st.integers(1, 40), max_size=3)))
            duties = tuple(Duty(number, draw(words)) for number in numbers)
            said = [draw(st.one_of(st.just(""), words)) for _ in range(3)]
            made.append(Party(role, unit_type, position, duties, *said))
    return sort_parties(made)


@st.composite
def stages(draw: st.DrawFn) -> tuple[Stage, ...]:
    """Draw stages of one unit, from the first to the last."""
    unit = draw(st.sampled_from(list(LimitUnit)))
    values = sorted(draw(st.sets(st.integers(1, 99), max_size=3)))
    said = draw(st.lists(names, min_size=len(values), max_size=len(values), unique=True))
    return tuple(Stage(name, Limit(float(value), unit)) for name, value in zip(said, values, strict=True))


@st.composite
def items(draw: st.DrawFn, code: str) -> Item:
    """Draw an item of a code."""
    steps = draw(stages())
    return Item(
        code,
        draw(words),
        draw(words),
        draw(st.sampled_from(list(Level))),
        steps[-1].limit if steps else draw(limits),
        draw(parties()),
        steps,
        draw(st.one_of(st.just(""), words)),
        draw(st.booleans()),
    )


@st.composite
def lists(draw: st.DrawFn) -> tuple[Item, ...]:
    """Draw a list of up to four items."""
    codes = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    return tuple(draw(items(code)) for code in codes)
