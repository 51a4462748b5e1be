"""Search: a place, a unit or an incident by a part of its name, its pinyin initials, its code or its number."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from gridmap.storage import search as storage
from gridmap.storage.database import Database

LIMIT = 12


@dataclass(frozen=True)
class Place:
    """One thing that can be found: an area or a unit.

    `bounds` is west, south, east, north in degrees (EPSG:4490), None for a unit.
    """

    kind: str
    id: int
    code: str
    name: str
    level: str
    within: str
    bounds: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class _Entry:
    place: Place
    name: str
    exact: frozenset[str]
    initials: tuple[str, ...]
    spelling: tuple[str, ...]
    rank: int


@dataclass(frozen=True)
class SearchIndex:
    """All places of one generation and all units, with their spellings, ready to be looked through."""

    version: tuple[int, int]
    entries: tuple[_Entry, ...]
    by_area: dict[int, Place]
    by_code: dict[tuple[str, str], Place]
    """Areas by level and code: a code is unique within its level only."""
    by_unit_code: dict[str, Place]

    def list_matches(self, text: str, *, limit: int = LIMIT) -> list[Place]:
        """List what the text finds, best first.

        The text matches a part of the name, a part of the pinyin initials, the start of the spelling, or the start
        of the code. A match at the start of the name goes first, then the coarser level, then the shorter name.
        """
        wanted = "".join(text.split()).casefold()
        if not wanted:
            return []
        found: list[tuple[int, int, int, str, Place]] = []
        for entry in self.entries:
            quality = _find_quality(entry, wanted)
            if quality is not None:
                found.append((quality, entry.rank, len(entry.name), entry.place.code, entry.place))
        found.sort(key=lambda match: match[:4])
        return [match[4] for match in found[:limit]]


class PlaceSearch:
    """The search of one process: its index is built once for each generation and each set of units."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: SearchIndex | None = None

    def find_index(self, database: Database) -> SearchIndex:
        """Find the index, built anew when another generation was published or a unit was added."""
        with database.connect() as connection:
            version = storage.find_search_version(connection)
            # One thread builds, the others wait for it: several at once would take longer for each of them.
            with self._lock:
                if self._index is None or self._index.version != version:
                    self._index = make_index(version, storage.list_areas(connection), storage.list_units(connection))
                return self._index

    def list_places(self, database: Database, text: str, *, limit: int = LIMIT) -> list[Place]:
        """List areas, units and incidents that the text finds; a whole number is an incident's number first of all."""
        matches = self.find_index(database).list_matches(text, limit=limit)
        number = text.strip().lstrip("#")
        if number.isascii() and number.isdigit() and len(number) <= 18:
            with database.connect() as connection:
                incident = storage.find_incident(connection, int(number))
            if incident is not None:
                identity, item_name, township = incident
                found = Place(
                    kind="incident", id=identity, code=str(identity), name=item_name, level="", within=township
                )
                matches = [found, *matches][:limit]
        return matches


def make_index(
    version: tuple[int, int], areas: Iterable[storage.AreaRow], units: Iterable[storage.UnitRow]
) -> SearchIndex:
    """Make the index of rows as storage lists them."""
    entries: list[_Entry] = []
    by_area: dict[int, Place] = {}
    for identity, level, rank, code, name, within, *bounds in areas:
        west, south, east, north = bounds
        place = Place("area", identity, code, name, level, within, (west, south, east, north))
        by_area[identity] = place
        entries.append(_make_entry(place, (name,), rank))
    for identity, code, name, short_name, letter in units:
        # A unit stands between townships and villages: a search for a bureau means the bureau.
        place = Place("unit", identity, code, name, "unit", letter)
        entries.append(_make_entry(place, (name, short_name), 2, letters=(letter,)))
    by_unit_code = {entry.place.code: entry.place for entry in entries if entry.place.kind == "unit"}
    by_code = {(place.level, place.code): place for place in by_area.values()}
    return SearchIndex(
        version=version, entries=tuple(entries), by_area=by_area, by_code=by_code, by_unit_code=by_unit_code
    )


def _make_entry(place: Place, names: tuple[str, ...], rank: int, *, letters: tuple[str, ...] = ()) -> _Entry:
    return _Entry(
        place=place,
        name=" ".join(names).casefold(),
        exact=frozenset(text.casefold() for text in (*names, place.code, *letters)),
        initials=tuple(_spell(name, is_short=True) for name in names),
        spelling=tuple(_spell(name, is_short=False) for name in names),
        rank=rank,
    )


def _spell(name: str, *, is_short: bool) -> str:
    # Its dictionary takes half a second to load: at the first search, not when the server starts.
    from pypinyin import Style, pinyin

    # Without heteronym each character has its one usual reading; what is not Chinese passes through.
    style = Style.FIRST_LETTER if is_short else Style.NORMAL
    return "".join(reading[0].casefold() for reading in pinyin(name, style=style, errors="default"))


def _find_quality(entry: _Entry, wanted: str) -> int | None:
    """Find how well an entry matches: 0 best, None not at all."""
    if wanted in entry.exact:
        return 0
    if entry.name.startswith(wanted):
        return 1
    if any(initials.startswith(wanted) for initials in entry.initials):
        return 2
    if wanted in entry.name:
        return 3
    if any(spelling.startswith(wanted) for spelling in entry.spelling):
        return 4
    if any(wanted in initials for initials in entry.initials):
        return 5
    if entry.place.code.casefold().startswith(wanted) and len(wanted) >= 3:
        return 6
    return None
