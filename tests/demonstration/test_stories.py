"""Stories: steps that the life cycle allows, in their order, inside the time that the incident has."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from gridmap.demonstration import County, make_incidents
from gridmap.demonstration.stories import Stories, make_assigned_steps, make_stories
from gridmap.demonstration.story_requests import OPEN, make_request_steps
from gridmap.domain.incidents import Status
from gridmap.domain.life_cycle import LIFE_CYCLE, Action, find_target

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def incidents(small_county: County) -> pd.DataFrame:
    return make_incidents(small_county, now=NOW, count=4000)


@pytest.fixture(scope="module")
def stories(small_county: County, incidents: pd.DataFrame) -> Stories:
    return make_stories(small_county, incidents, now=NOW)


def follow(actions: list[str], status: Status) -> Status:
    """Follow the steps of one incident through the table; an impossible one raises KeyError."""
    is_extended = False
    for action in actions:
        if action in ("order", "order_done"):
            continue
        status = find_target(LIFE_CYCLE[Action(action)], status, is_extended=is_extended)
        is_extended = is_extended or action == "extend"
    return status


def test_every_step_is_one_of_the_table_and_ends_where_the_incident_does(
    incidents: pd.DataFrame, stories: Stories
) -> None:
    frame = incidents.set_index("source_key")
    ends = {}
    for key, steps in stories.steps.groupby("source_key"):
        begins = Status.REPORTED if key in stories.told else Status.CALLED_BACK
        ends[key] = follow(steps["action"].tolist(), begins)
    closed_statuses = (Status.RESOLVED, Status.VERIFIED, Status.CALLED_BACK, Status.MERGED)
    told = frame.loc[sorted(stories.told)]
    for key, is_open in told["closed_at"].isna().items():
        is_closed = ends[str(key)] in closed_statuses
        assert is_closed != is_open or ends[str(key)] is Status.MERGED, key
    assert {Status.RETURNED, Status.DISPUTED, Status.PAUSED, Status.EXTENDED} <= set(ends.values())


def test_steps_lie_between_the_report_and_now(incidents: pd.DataFrame, stories: Stories) -> None:
    steps = stories.steps.join(incidents.set_index("source_key")["reported_at"], on="source_key")
    assert (steps["at"] >= steps["reported_at"]).all()
    assert (steps["at"] <= pd.Timestamp(NOW)).all()
    assert steps["at"].is_monotonic_increasing


def test_so_many_have_each_story(incidents: pd.DataFrame, stories: Stories) -> None:
    keys = stories.steps.groupby("action")["source_key"].nunique() / len(incidents)
    assert 0.025 <= keys["return"] <= 0.04
    assert 0.005 <= keys["dispute"] <= 0.015
    assert 0.008 <= keys["pause"] <= 0.02
    assert 0.008 <= keys["extend"] <= 0.02
    assert 0.003 <= keys["merge"] <= 0.04
    asked = incidents["channel"].isin(["hotline", "mailbox", "superior"]) & (incidents["status"] == "called_back")
    assert 0.05 <= len(stories.recalled) / asked.sum() <= 0.09
    assert not stories.told & stories.recalled
    assert set(stories.steps["source_key"]) == stories.told | stories.recalled


def test_what_is_merged_goes_into_one_that_was_open_at_the_same_place(
    incidents: pd.DataFrame, stories: Stories
) -> None:
    frame = incidents.set_index("source_key")
    merges = stories.steps[stories.steps["action"] == "merge"]
    assert len(merges) > 5
    assert not set(merges["other_key"]) & set(merges["source_key"])
    for merge in merges.itertuples():
        this, other = frame.loc[merge.source_key], frame.loc[merge.other_key]
        assert (this["item_code"], this["true_small_grid"]) == (other["item_code"], other["true_small_grid"])
        assert other["reported_at"] <= merge.at
        assert pd.isna(other["closed_at"]) or other["closed_at"] > merge.at


def test_the_same_incidents_give_the_same_stories(
    small_county: County, incidents: pd.DataFrame, stories: Stories
) -> None:
    again = make_stories(small_county, incidents, now=NOW)
    pd.testing.assert_frame_equal(again.steps, stories.steps)
    assert not make_stories(small_county, incidents, now=NOW, seed=2).steps.equals(stories.steps)


def test_what_nobody_leads_waits_when_it_is_new_and_is_given_to_a_unit_when_it_is_not(
    small_county: County, incidents: pd.DataFrame
) -> None:
    chosen = incidents[incidents["status"].isin(["handling", "called_back"])]
    steps = make_assigned_steps(small_county, chosen, now=NOW)
    frame = incidents.set_index("source_key")
    ends = {key: follow(part["action"].tolist(), Status.REPORTED) for key, part in steps.groupby("source_key")}
    assert set(ends) == set(chosen["source_key"])
    for key, status in ends.items():
        row = frame.loc[key]
        if pd.isna(row["closed_at"]):
            is_new = row["reported_at"] > pd.Timestamp(NOW) - pd.Timedelta(days=1.5)
            assert status is (Status.ACCEPTED if is_new else Status.HANDLING)
        else:
            assert status in (Status.RESOLVED, Status.VERIFIED, Status.CALLED_BACK)
    assert set(ends.values()) >= {Status.ACCEPTED, Status.HANDLING, Status.CALLED_BACK}


def test_each_pause_and_extension_was_asked_for_and_some_requests_wait(
    small_county: County, incidents: pd.DataFrame, stories: Stories
) -> None:
    made = make_request_steps(small_county, incidents, stories, now=NOW)
    assert list(made.columns) == list(stories.steps.columns)
    assert made["at"].is_monotonic_increasing
    assert (made["at"] < pd.Timestamp(NOW)).all()
    asked = made[made["action"] == "request"].set_index(["source_key", "unit"])
    assert asked.index.is_unique
    ended = made[made["action"] != "request"].set_index(["source_key", "unit"])
    frame = incidents.set_index("source_key")
    for step in stories.steps[stories.steps["action"].isin(["pause", "extend"])].to_dict("records"):
        request = asked.loc[(step["source_key"], step["action"])]
        start = stories.steps[
            (stories.steps["source_key"] == step["source_key"]) & (stories.steps["action"] == "start")
        ]
        assert start["at"].iat[0] < request["at"] < step["at"]
        assert request["extension"] >= step["extension"]
        assert request["note"] == step["note"]
    granted = stories.steps[stories.steps["action"].isin(["pause", "extend"])].set_index(["source_key", "action"])
    assert not set(ended.index) & set(granted.index)
    assert set(ended.index) <= set(asked.index)
    assert (ended["at"] > asked.loc[ended.index, "at"]).all()
    assert (ended.loc[ended["action"] == "refuse", "note"] != "").all()
    waiting = asked[~asked.index.isin(ended.index) & ~asked.index.isin(granted.index)]
    assert len(waiting) == OPEN
    assert set(frame.loc[waiting.index.get_level_values(0), "status"]) == {"handling"}
    is_late = waiting["at"] < pd.Timestamp(NOW) - pd.Timedelta(hours=1)
    assert 0 < is_late.sum() < OPEN
    counts = ended["action"].value_counts() / len(incidents)
    assert 0.003 <= counts["refuse"] <= 0.005
    assert 0 < counts["withdraw"] < counts["refuse"]
