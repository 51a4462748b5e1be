"""Every number on the wall and in the legend is what SQL counts at the same instant."""

import random
import re

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.steps import find_text, open_page, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(150)]

INSERT = """
    INSERT INTO gridmap.incident (channel, item_code, title, reported_lon, reported_lat, datum, precision, reported_at)
    VALUES (%(channel)s, %(item)s, 'x', %(lon)s, %(lat)s, 'cgcs2000', %(precision)s, now() - %(age)s::interval)
    RETURNING id
"""
# The limits are set by hand, far from now: no state changes while the numbers are compared.
SET_LIMITS = """
    UPDATE gridmap.incident SET near_due_at = now() + %(near)s::interval, due_at = now() + %(due)s::interval,
        twice_due_at = now() + %(twice)s::interval
    WHERE id = %(id)s
"""
BY_UNIT = """
    SELECT u.letter, count(*) FILTER (WHERE i.due_at <= now()), count(*) FILTER (WHERE i.twice_due_at <= now()),
        count(*)
    FROM gridmap.incident i JOIN gridmap.unit u ON u.id = i.lead_unit_id
    WHERE i.resolved_at IS NULL
    GROUP BY u.id
"""
BY_STATE = """
    SELECT count(*) FILTER (WHERE twice_due_at <= now()),
        count(*) FILTER (WHERE due_at <= now() AND twice_due_at > now()),
        count(*) FILTER (WHERE near_due_at <= now() AND due_at > now()),
        count(*) FILTER (WHERE near_due_at > now()),
        count(*) FILTER (WHERE placement IN ('inside', 'border')), count(*)
    FROM gridmap.incident WHERE resolved_at IS NULL
"""
TODAY = """
    WITH day AS (SELECT date_trunc('day', now() AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai' AS start)
    SELECT (SELECT count(*) FROM gridmap.incident, day WHERE reported_at >= day.start),
        (SELECT count(*) FROM gridmap.incident, day WHERE resolved_at >= day.start
            AND status NOT IN ('merged', 'rejected'))
"""
BY_HOUR = """
    SELECT extract(epoch FROM date_trunc('hour', reported_at))::bigint, count(*)
    FROM gridmap.incident
    WHERE reported_at >= date_trunc('hour', now()) - interval '23 hours'
    GROUP BY 1
"""
SPANS = {  # near, due and twice due from now, and how long ago it was reported, in minutes
    "on time": ("5 days", "10 days", "20 days", (1, 1400)),
    "near": ("-1 day", "5 days", "20 days", (3000, 40000)),
    "overdue": ("-9 days", "-5 days", "9 days", (14000, 40000)),
    "twice": ("-19 days", "-15 days", "-5 days", (28000, 40000)),
}


@pytest.fixture
def board(site: Site) -> None:
    """140 open incidents of all states, units and places, some in no grid or imprecise; 12 resolved today."""
    dice = random.Random(6)
    site.maintain("DELETE FROM gridmap.incident")
    for number in range(152):
        near, due, twice, ages = SPANS[dice.choice(list(SPANS))]
        row = site.execute(
            INSERT,
            {
                "channel": dice.choice(["patrol", "hotline"]),
                "item": dice.choice(["A01", "A02", "A03", "A04", "A05"]),
                "lon": round(dice.uniform(118.801, 118.845), 6),  # the last 0.005 degree lie outside the county
                "lat": round(dice.uniform(36.901, 36.919), 6),
                "precision": dice.choice(["exact"] * 9 + ["township"]),
                "age": f"{dice.randrange(*ages)} minutes",
            },
        )
        site.maintain(SET_LIMITS, {"id": row[0][0], "near": near, "due": due, "twice": twice})
        if number % 13 == 0:
            site.execute("UPDATE gridmap.incident SET status = 'rejected' WHERE id = %(id)s", {"id": row[0][0]})


def _number(text: str) -> int:
    return int(re.sub(r"[^\d]", "", text) or 0)


def _list_units(site: Site) -> dict[str, tuple[int, int, int]]:
    return {str(letter): (int(a), int(b), int(c)) for letter, a, b, c in site.execute(BY_UNIT)}  # type: ignore[call-overload]


def _list_states(site: Site) -> list[int]:
    return [int(value) for value in site.execute(BY_STATE)[0]]  # type: ignore[call-overload]


def _list_chips(visit: Visit) -> list[int]:
    return [_number(find_text(visit, f".state-{name} b")) for name in ("twice", "overdue", "near", "on_time")]


@pytest.mark.usefixtures("board")
def test_legend_chips_and_sums_of_the_map(visit: Visit, site: Site) -> None:
    open_page(visit, site)
    truth, states = _list_units(site), _list_states(site)
    assert min(states) > 0
    wait_until(lambda: _list_chips(visit) == states[:4], 20)
    wait_until(lambda: visit.page.locator("#legend .unit").count() >= len(truth), 5)
    shown = {}
    for line in visit.page.locator("#legend .unit").all():
        cells = [line.locator(f".{name}").inner_text() for name in ("badge", "unit-overdue", "unit-twice", "unit-open")]
        shown[cells[0]] = (_number(cells[1]), _number(cells[2]), _number(cells[3]))
    none = shown.pop("–", (0, 0, 0))  # outside the county no unit of a place answers
    assert shown == truth
    assert sum(open_ for _, _, open_ in shown.values()) + none[2] == states[5]
    # The chips part the open incidents in four; what the legend calls overdue in all is the sum of two of them.
    words = find_text(visit, ".overdue-sum")
    assert [int(one) for one in re.findall(r"\d+", words)] == [states[0] + states[1], states[0]]
    assert sum(overdue for overdue, _, _ in shown.values()) + none[0] == states[0] + states[1]
    assert [int(one) for one in re.findall(r"\d+", find_text(visit, "#on-map"))] == [states[4], states[5]]
    wait_until(lambda: visit.page.locator("#chart .js-plotly-plot").count() == 1, 15)
    bars = "document.querySelector('#chart .js-plotly-plot').data.flatMap(t => t.x).reduce((a, b) => a + b, 0)"
    wait_until(lambda: visit.page.evaluate(bars) == states[0] + states[1], 5)
    assert visit.faults == []


@pytest.mark.usefixtures("board")
def test_every_number_of_the_wall(visit: Visit, site: Site) -> None:
    open_page(visit, site, "/wall?tour=0")
    truth, states = _list_units(site), _list_states(site)
    wait_until(lambda: _list_chips(visit) == states[:4], 20)
    late = {letter: (overdue, twice) for letter, (overdue, twice, _) in truth.items() if overdue}
    wait_until(lambda: visit.page.locator("#league .league-row").count() >= len(late), 5)
    rows = visit.page.evaluate(
        """[...document.querySelectorAll('#league .league-row')].map(row => [row.querySelector('.badge').textContent,
            row.querySelector('.league-count').textContent, row.querySelector('.league-bar i').style.width,
            row.querySelector('.league-bar b').style.width])"""
    )
    most = max(_number(count) for _, count, _, _ in rows)
    for letter, count, bar, hatch in rows:
        if letter == "–":
            continue
        overdue, twice = late.pop(letter)
        assert _number(count) == overdue
        assert float(bar.rstrip("%")) == pytest.approx(100 * overdue / most, abs=0.01)
        assert float(hatch.rstrip("%")) == pytest.approx(100 * twice / most, abs=0.01)
    assert late == {}
    assert [_number(count) for _, count, _, _ in rows] == sorted((_number(row[1]) for row in rows), reverse=True)
    today = [int(value) for value in site.execute(TODAY)[0]]  # type: ignore[call-overload]
    # Figures are sent every 5 s at most.
    values = visit.page.locator("#figures .figure-value")
    wait_until(lambda: [_number(one) for one in values.all_inner_texts()[:2]] == today, 15)
    truth_by_hour = {int(hour): int(count) for hour, count in site.execute(BY_HOUR)}  # type: ignore[call-overload]
    told = {int(hour): int(count) for hour, count, _ in visit.page.evaluate("gridmap.store.figures.by_hour") if count}
    assert told == truth_by_hour
    heights = visit.page.evaluate(
        "[...document.querySelectorAll('#hours .in')].map(bar => parseFloat(bar.style.height))"
    )
    assert len(heights) == 24
    assert max(heights) > 0
    names = visit.page.evaluate("gridmap.debug.engine().labels.drawn().map(label => label.lines.join(''))")
    assert {"一街道", "二镇"} <= set(names)
    assert visit.faults == []
