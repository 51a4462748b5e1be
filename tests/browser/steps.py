"""What the browser tests do again and again: open a page, wait, insert an incident, read a text."""

import time
from collections.abc import Callable

import httpx

from gridmap.storage.maintenance import maintenance
from tests.browser.conftest import Site, Visit

INSERT = """
    INSERT INTO gridmap.incident (channel, item_code, title, reported_lon, reported_lat, datum, precision, reported_at)
    VALUES ('patrol', %(item)s, %(title)s, %(lon)s, %(lat)s, 'cgcs2000', 'exact', now() - interval '30 days')
    RETURNING id, area_id, lead_unit_id
"""
SET_DUE = """
    UPDATE gridmap.incident SET near_due_at = now() + %(due)s::interval - interval '1 hour',
        due_at = now() + %(due)s::interval, twice_due_at = now() + interval '10 days'
    WHERE id = %(id)s
"""


def open_page(visit: Visit, site: Site, path: str = "/") -> None:
    """Open a page of the site and wait until all is drawn."""
    visit.page.goto(site.url + path)
    # Not wait_for_function: it evaluates a string in the page, which the content security policy forbids.
    wait_until(lambda: visit.page.evaluate("Boolean(window.gridmap && gridmap.debug)"), 20)
    assert visit.page.evaluate("gridmap.debug.drawn(20000)")


def wait_until(is_so: Callable[[], object], seconds: float) -> float:
    """Wait until something is so; answers how long it took, fails after `seconds`."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < seconds, f"not within {seconds} s"
        time.sleep(0.03)
    return time.monotonic() - started


def insert_incident(
    site: Site, *, lon: float, lat: float, due: str = "-1 hour", item: str = "A01", title: str = "x"
) -> tuple[int, int, int]:
    """Insert an incident whose limit is used up at now + `due`, whatever the calendar says of today."""
    with site.database.connect() as connection:
        row = connection.execute(INSERT.encode(), {"item": item, "title": title, "lon": lon, "lat": lat}).fetchone()
        assert row is not None
        with maintenance(connection):
            connection.execute(SET_DUE.encode(), {"id": row[0], "due": due})
    return (row[0], row[1], row[2])


def find_text(visit: Visit, selector: str) -> str:
    """Find the text of the first element."""
    return visit.page.locator(selector).first.inner_text()


def act_as(visit: Visit, code: str) -> None:
    """Act for a person of the staff from now on."""
    visit.page.evaluate(
        "code => gridmap.actor.load().then(all => gridmap.actor.choose(all.find(one => one.code === code)))", code
    )


def open_desk(visit: Visit, site: Site, name: str, actor: str | None, query: str = "") -> None:
    """Open a list of the desk, and act for somebody there."""
    visit.page.goto(f"{site.url}/desk?list={name}{query}")
    wait_until(
        lambda: visit.page.evaluate("Boolean(window.gridmap && gridmap.desk && gridmap.desk.feed.rules.length)"), 20
    )
    if actor is not None:
        act_as(visit, actor)


def carry(site: Site, incident: int, action: str, actor: str, **carried: object) -> None:
    """Carry out an action of the life cycle as another page would, on the incident as it is now."""
    found = httpx.get(f"{site.url}/api/incidents/{incident}", trust_env=False).json()
    answer = httpx.post(
        f"{site.url}/api/incidents/{incident}/transitions",
        json={"action": action, "expected_version": found["version"], **carried},
        headers={"X-Gridmap-Actor": actor},
        trust_env=False,
    )
    assert answer.status_code == 200, answer.text
