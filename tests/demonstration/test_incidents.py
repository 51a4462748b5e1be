"""Incidents: times that fit the limits, places that fit the declared datum, structure in space and by unit."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap.demonstration import County, make_incident, make_incidents
from gridmap.demonstration.incident_times import draw_used_shares, make_clock
from gridmap.domain.datum import find_datum, to_storage
from gridmap.domain.supervision import Card, CardKind, list_black_by_count

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
OPEN = {"reported", "accepted", "dispatched", "acknowledged", "handling"}


@pytest.fixture(scope="module")
def incidents(whole_county: County) -> pd.DataFrame:
    return make_incidents(whole_county, now=NOW)


@pytest.fixture(scope="module")
def used(whole_county: County, incidents: pd.DataFrame) -> pd.Series:
    """Share of its limit that each incident has used, until it was closed or until now."""
    items = whole_county.items.set_index("code").loc[incidents["item_code"]]
    limit_us = (items["working_days"] * 24 + items["working_hours"]).to_numpy() * 3_600_000_000
    clock = make_clock(NOW, 60)
    start = incidents["reported_at"].dt.as_unit("us").astype(np.int64).to_numpy()
    end = incidents["closed_at"].fillna(pd.Timestamp(NOW)).dt.as_unit("us").astype(np.int64).to_numpy()
    return pd.Series((clock.count_working_us(end) - clock.count_working_us(start)) / limit_us, index=incidents.index)


def locate(incidents: pd.DataFrame) -> np.ndarray:
    """Return the points in EPSG:4490 as the declared datum says."""
    lonlat = np.zeros((len(incidents), 2))
    for datum, rows in incidents.groupby("datum").indices.items():
        part = incidents.iloc[rows]
        lonlat[rows] = np.column_stack(
            to_storage(part["lon"].to_numpy(), part["lat"].to_numpy(), find_datum(str(datum)))
        )
    return lonlat


def test_same_seed_gives_the_same_incidents(whole_county: County, incidents: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(make_incidents(whole_county, now=NOW), incidents)
    assert not make_incidents(whole_county, now=NOW, seed=2)["lon"].equals(incidents["lon"])


def test_times_and_states_agree(incidents: pd.DataFrame) -> None:
    assert len(incidents) == 12_000
    assert incidents["source_key"].is_unique
    assert str(incidents["reported_at"].dt.tz) == "UTC"
    assert incidents["reported_at"].is_monotonic_increasing
    assert incidents["reported_at"].max() <= NOW
    assert incidents["reported_at"].min() >= NOW - timedelta(days=90)
    is_open = incidents["closed_at"].isna()
    assert set(incidents.loc[is_open, "status"]) <= OPEN
    assert (
        {"resolved", "called_back"} <= set(incidents.loc[~is_open, "status"]) <= {"resolved", "verified", "called_back"}
    )
    assert (incidents.loc[~is_open, "closed_at"] > incidents.loc[~is_open, "reported_at"]).all()
    assert (incidents.loc[~is_open, "closed_at"] <= NOW).all()


def test_as_many_are_open_as_a_county_has_and_a_minority_is_overdue(incidents: pd.DataFrame, used: pd.Series) -> None:
    is_open = incidents["closed_at"].isna()
    assert 1_500 <= is_open.sum() <= 2_500
    overdue = is_open & (used >= 1.0)
    assert 0.07 <= overdue.sum() / is_open.sum() <= 0.3
    assert 3 <= (is_open & (used >= 2.0)).sum() <= 20
    assert (is_open & used.between(0.75, 1.0)).sum() >= 50


@pytest.mark.parametrize("now", [NOW, datetime(2026, 7, 8, 3, tzinfo=UTC), datetime(2026, 11, 27, 20, tzinfo=UTC)])
def test_a_black_card_is_given_a_few_times_a_month(whole_county: County, now: datetime) -> None:
    # By the rules as they stand: red at twice the limit, black at three times it or at three red ones in 30 days.
    table = make_incidents(whole_county, now=now)
    items = whole_county.items.set_index("code").loc[table["item_code"]]
    limit_us = (items["working_days"] * 24 + items["working_hours"]).to_numpy() * 3_600_000_000
    clock = make_clock(now, 60)
    start = clock.count_working_us(table["reported_at"].dt.as_unit("us").astype(np.int64).to_numpy())
    end = table["closed_at"].fillna(pd.Timestamp(now)).dt.as_unit("us").astype(np.int64).to_numpy()
    used = (clock.count_working_us(end) - start) / limit_us
    holders = {name: number for number, name in enumerate(sorted(set(_list_leads(whole_county, table))))}
    units = [holders[name] for name in _list_leads(whole_county, table)]
    cards = [
        Card(row, units[row], kind, datetime.fromtimestamp(instants[row] / 1e6, UTC))
        for kind, times in ((CardKind.RED, 2), (CardKind.BLACK, 3))
        for instants in [clock.find_instants((start + times * limit_us).astype(np.int64))]
        for row in np.flatnonzero(used >= times)
    ]
    month = timedelta(days=30)
    given = [*cards, *list_black_by_count(cards, reds=3, within=month)]
    counts = Counter(card.kind for card in given if card.at > now - month)
    assert 10 <= counts[CardKind.RED] <= 35
    assert 1 <= counts[CardKind.BLACK] <= 8


@pytest.mark.parametrize("hour", [1, 7, 15])
def test_some_fall_due_within_the_hour_on_a_working_day(whole_county: County, hour: int) -> None:
    now = NOW.replace(hour=hour)
    table = make_incidents(whole_county, now=now)
    table = table[table["closed_at"].isna()]
    items = whole_county.items.set_index("code").loc[table["item_code"]]
    limit_us = (items["working_days"] * 24 + items["working_hours"]).to_numpy() * 3_600_000_000
    start = table["reported_at"].dt.as_unit("us").astype(np.int64).to_numpy()
    due = make_clock(now, 60).calendar.add_working_us(start, limit_us)
    left_min = (due - round(now.timestamp() * 1e6)) / 60e6
    assert ((left_min > 0) & (left_min <= 60)).sum() >= 20
    assert ((left_min > 0) & (left_min <= 10)).sum() >= 4


@pytest.fixture(scope="module")
def leads(whole_county: County, incidents: pd.DataFrame) -> pd.Series:
    return _list_leads(whole_county, incidents)


def _list_leads(county: County, incidents: pd.DataFrame) -> pd.Series:
    """List the lead of each incident: its unit type, and the township where each township has a unit of the type."""
    kind = county.items.set_index("code")["lead_unit_type"][incidents["item_code"]].reset_index(drop=True)
    local = set(county.units.loc[county.units["level"] == "township", "unit_type"])
    return kind + np.where(kind.isin(local), incidents["true_small_grid"].str[:9], "")


def test_eleven_units_hold_three_quarters_of_what_is_overdue(
    incidents: pd.DataFrame, used: pd.Series, leads: pd.Series
) -> None:
    overdue = incidents["closed_at"].isna() & (used >= 1.0)
    assert 130 <= overdue.sum() <= 250
    held = leads[overdue].value_counts()
    assert 0.72 <= held.iloc[:11].sum() / held.sum() <= 0.84
    assert len(held) >= 30
    # Zipf-like: the first has several times what the eleventh has.
    assert held.iloc[0] >= 3 * held.iloc[10]


def test_neighbouring_townships_differ_in_their_worst_unit(
    whole_county: County, incidents: pd.DataFrame, used: pd.Series, leads: pd.Series
) -> None:
    overdue = incidents["closed_at"].isna() & (used >= 1.0) & (incidents["true_small_grid"] != "")
    town = incidents["true_small_grid"].str[:9]
    worst = leads[overdue].groupby(town[overdue]).agg(lambda group: group.value_counts().index[0])
    assert len(worst) == 15
    shapes = whole_county.areas[whole_county.areas["level"] == "township"].set_index("code").geometry
    pairs = [
        (a, b)
        for a, b in combinations(shapes.index, 2)
        if shapely.length(shapely.intersection(shapes[a], shapes[b])) > 0
    ]
    assert len(pairs) >= 25
    assert [pair for pair in pairs if worst[pair[0]] == worst[pair[1]]] == []


def test_what_is_late_lies_in_hot_spots(incidents: pd.DataFrame, used: pd.Series) -> None:
    overdue = incidents["closed_at"].isna() & (used >= 1.0) & (incidents["true_small_grid"] != "")
    by_village = incidents.loc[overdue, "true_small_grid"].str[:12].value_counts()
    # Half of it in a twentieth of the 1,013 villages.
    assert by_village.iloc[:50].sum() > 0.5 * by_village.sum()


def test_the_day_s_figures_are_those_of_a_good_county(incidents: pd.DataFrame, used: pd.Series) -> None:
    midnight = pd.Timestamp(NOW).tz_convert("Asia/Shanghai").normalize()
    reported, closed = incidents["reported_at"] >= midnight, incidents["closed_at"] >= midnight
    assert 0.95 <= (incidents.loc[reported, "status"] != "reported").mean() <= 0.995
    assert 0.83 <= (used[closed] < 1.0).mean() <= 0.95
    assert 0.3 <= reported[closed].mean() <= 0.6
    dispatched = incidents[incidents["dispatched_at"].notna()]
    instants = [
        table.dt.as_unit("us").astype(np.int64).to_numpy()
        for table in (dispatched["reported_at"], dispatched["dispatched_at"])
    ]
    clock = make_clock(NOW, 60)
    taken = clock.count_working_us(instants[1]) - clock.count_working_us(instants[0])
    assert 0.93 <= (taken <= 24 * 3_600_000_000).mean() <= 0.985


def test_a_dispatch_lies_between_the_report_and_the_closing(incidents: pd.DataFrame) -> None:
    known = incidents[incidents["dispatched_at"].notna()]
    assert (known["dispatched_at"] >= known["reported_at"]).all()
    closed = incidents[incidents["closed_at"].notna()]
    assert (closed["dispatched_at"] <= closed["closed_at"]).all()
    waiting = incidents[incidents["status"].isin(["reported", "accepted"])]
    assert len(waiting) > 10
    assert waiting["dispatched_at"].isna().all()


def test_exact_points_lie_in_their_true_grid_when_the_datum_is_right(
    whole_county: County, incidents: pd.DataFrame
) -> None:
    grids = whole_county.areas[whole_county.areas["level"] == "small_grid"].set_index("code").geometry
    exact = incidents["precision"].isin(["exact", "building"]) & (incidents["true_small_grid"] != "")
    points = shapely.points(locate(incidents))[exact.to_numpy()]
    inside = shapely.dwithin(grids[incidents.loc[exact, "true_small_grid"]].to_numpy(), points, 2e-7)
    # Those outside declare a datum that is not theirs: about 0.8 %.
    assert 0.003 < 1.0 - inside.mean() < 0.02


def test_edge_cases_are_there(whole_county: County, incidents: pd.DataFrame) -> None:
    county = whole_county.areas.geometry.iloc[0]
    outside = incidents[incidents["true_small_grid"] == ""]
    assert 10 <= len(outside) <= 120
    assert not shapely.contains_xy(county, outside["lon"], outside["lat"]).any()
    stored = whole_county.areas[whole_county.areas["level"] == "small_grid"]
    vertices = {tuple(xy) for xy in shapely.get_coordinates(stored.geometry.to_numpy())}
    on_vertex = [tuple(xy) in vertices for xy in incidents[["lon", "lat"]].to_numpy()]
    assert sum(on_vertex) >= 40
    vague = incidents[incidents["precision"] == "township"]
    assert len(vague) >= 200
    assert len(set(map(tuple, locate(vague).round(6)))) <= 15 * 4


def test_places_repeat_and_days_have_a_rhythm(incidents: pd.DataFrame) -> None:
    fixed = incidents[incidents["precision"].isin(["exact", "building"])]
    repeats = fixed.groupby(["true_small_grid", "item_code"]).size().sort_values(ascending=False)
    assert repeats.iloc[0] >= 15
    assert (repeats >= 5).sum() >= 30
    local = incidents["reported_at"].dt.tz_convert("Asia/Shanghai")
    assert (local.dt.hour.between(8, 11).mean()) > 5 * local.dt.hour.between(0, 3).mean()
    per_day = local[local.dt.date < NOW.date() - timedelta(days=7)].dt.day_of_week.value_counts()
    assert per_day[[5, 6]].mean() < 0.85 * per_day[[0, 1, 2, 3, 4]].mean()


def test_the_tardy_use_more_of_their_time() -> None:
    rng = np.random.Generator(np.random.PCG64(3))
    good, bad = (draw_used_shares(rng, np.full(4000, t)) for t in (0.8, 1.4))
    assert (bad > 1).mean() > 2 * (good > 1).mean()
    assert good.min() > 0


def test_one_live_incident_has_the_same_columns(whole_county: County, incidents: pd.DataFrame) -> None:
    rng = np.random.Generator(np.random.PCG64(9))
    made = [make_incident(whole_county, rng, now=NOW) for _ in range(200)]
    assert set(made[0]) == set(incidents.columns) - {"source_key"}
    assert {one["status"] for one in made} == {"reported"}
    assert {one["datum"] for one in made} >= {"gcj02", "cgcs2000", "wgs84"}
    assert all(118.4 < float(str(one["lon"])) < 119.3 for one in made)
    assert len({one["item_code"] for one in made}) > 20
