"""The board as bytes: `GMB1`, the length of a JSON header, the header, then the columns (docs/architecture.md)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridmap.domain.board import COLUMNS, Columns
from gridmap.domain.limit_table import find_wait, make_limit_table
from gridmap.errors import InputError

MAGIC = b"GMB1"
FLAG_SHIFTED = 2
"""On the wire only: the limits of this row count from the start of the next working interval."""
_TIMES = ("near", "due", "twice")
_NEIGHBOURS = ("x", "y")

Unsigned = NDArray[np.unsignedinteger[Any]]


class WireColumn(NamedTuple):
    """A column as it is sent, with how it was made."""

    name: str
    values: Unsigned
    delta: bool = False
    after: str = ""


def encode_snapshot(header: Mapping[str, Any], columns: Columns) -> bytes:
    """Encode the columns behind the header, to which `count`, `columns` and `limits` are added.

    Byte planes (all first bytes, then all second bytes …) let a general compressor see the slow high bytes and the
    noise of the low ones apart. A point is sent as the difference to the previous one of the same area, the three due
    times as one index into a table of limits: 50,000 rows are 420 kB with Brotli instead of 660 kB.

    Parameters
    ----------
    header
        JSON-able; see docs/architecture.md.
    columns
        Arrays of one length, sorted by id, as `Board.copy_columns` gives them.
    """
    count = len(columns["id"])
    sent, limits = _make_wire_columns(columns, header.get("calendar", ()))
    described = []
    for column in sent:
        how = {"after": column.after} if column.after else {}
        described.append({"name": column.name, "bytes": column.values.itemsize, "delta": column.delta, **how})
    full = {**header, "count": count, "columns": described, **({} if limits is None else {"limits": limits})}
    head = json.dumps(full, ensure_ascii=False, separators=(",", ":")).encode()
    head += b" " * (-(len(MAGIC) + 4 + len(head)) % 8)
    parts = [MAGIC, len(head).to_bytes(4, "little"), head]
    parts += [c.values.view(np.uint8).reshape(count, c.values.itemsize).T.tobytes() for c in sent]
    return b"".join(parts)


def decode_snapshot(data: bytes) -> tuple[dict[str, Any], Columns]:
    """Decode a snapshot; the inverse of `encode_snapshot`, for clients in Python.

    Raises
    ------
    InputError
        If the bytes are no snapshot or are cut off.
    """
    if data[:4] != MAGIC:
        raise InputError("Snapshot: the bytes do not begin with GMB1.")
    start = 8 + int.from_bytes(data[4:8], "little")
    header: dict[str, Any] = json.loads(data[8:start])
    count = int(header["count"])
    if len(data) != start + count * sum(int(c["bytes"]) for c in header["columns"]):
        raise InputError("Snapshot: the length does not fit the header; it was cut off.")
    read: dict[str, Unsigned] = {}
    for described in header["columns"]:
        width = int(described["bytes"])
        planes = np.frombuffer(data, np.uint8, count * width, start).reshape(width, count)
        values: Unsigned = np.ascontiguousarray(planes.T).view(f"<u{width}").reshape(count)
        if described["delta"]:
            values = np.cumsum(values, dtype=values.dtype)
        if "after" in described:
            values = _add_to_previous(values, read[described["after"]])
        read[described["name"]] = values
        start += count * width
    if "limit" in read:
        _spread_limits(read, header)
    return header, {column.name: read[column.name].view(column.dtype) for column in COLUMNS}


def _make_wire_columns(
    columns: Columns, calendar: Sequence[Sequence[int]]
) -> tuple[list[WireColumn], list[list[int]] | None]:
    plain = {column.name: _to_unsigned(columns[column.name]) for column in COLUMNS}
    table = make_limit_table(
        *(plain[name].astype(np.int64) for name in ("reported", *_TIMES)),
        calendar=calendar,
    )
    sent = []
    for column in COLUMNS:
        values = plain[column.name]
        if column.name in _NEIGHBOURS:
            sent.append(WireColumn(column.name, _subtract_previous(values, plain["area"]), after="area"))
        elif column.is_delta:
            # Modulo 2^(8*bytes): unsigned subtraction wraps.
            sent.append(WireColumn(column.name, np.diff(values, prepend=values.dtype.type(0)), delta=True))
        elif column.name == "flags" and table is not None:
            shifted = table.is_shifted.astype(np.uint8) * np.uint8(FLAG_SHIFTED)
            sent.append(WireColumn(column.name, (values & ~np.uint8(FLAG_SHIFTED)) | shifted))
        elif column.name not in _TIMES or table is None:
            sent.append(WireColumn(column.name, values))
    if table is None:
        return sent, None
    sent.append(WireColumn("limit", table.index.astype("<u2")))
    return sent, table.triples


def _spread_limits(read: dict[str, Unsigned], header: Mapping[str, Any]) -> None:
    triples = np.array(header["limits"], dtype=np.int64).reshape(-1, 3)[read["limit"]]
    is_shifted = (read["flags"] & FLAG_SHIFTED) != 0
    wait = np.where(is_shifted, find_wait(read["reported"].astype(np.int64), header["calendar"]), 0)
    for number, name in enumerate(_TIMES):
        seconds = triples[:, number]
        read[name] = np.where(seconds == 2**32 - 1, seconds, seconds + wait).astype("<u4")
    read["flags"] = read["flags"] & ~np.uint8(FLAG_SHIFTED)


def _subtract_previous(values: Unsigned, groups: Unsigned) -> Unsigned:
    """The zigzag difference to the previous row of the same group, 0 before its first: small numbers, whatever the
    sign.
    """
    order = np.argsort(groups, kind="stable")
    sorted_values = values[order].astype(np.uint32)
    before = np.zeros(len(values), dtype=np.uint32)
    same = groups[order][1:] == groups[order][:-1]
    before[1:][same] = sorted_values[:-1][same]
    difference = (sorted_values - before).view(np.int32)
    zigzag = (difference << 1) ^ (difference >> 31)
    answer = np.empty(len(values), dtype="<u4")
    answer[order] = zigzag.view(np.uint32)
    return answer


def _add_to_previous(values: Unsigned, groups: Unsigned) -> Unsigned:
    zigzag = values.astype(np.uint32)
    difference = (zigzag >> np.uint32(1)) ^ (np.uint32(0) - (zigzag & np.uint32(1)))
    order = np.argsort(groups, kind="stable")
    total = np.cumsum(difference[order], dtype=np.uint32)
    ordered = groups[order]
    is_first = np.ones(len(values), dtype=bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    # What was summed up before a group began is taken off again, modulo 2^32.
    begins = np.flatnonzero(is_first)
    before = np.zeros(len(values), dtype=np.uint32)
    before[begins[1:]] = total[begins[1:] - 1]
    offset = before[begins][np.cumsum(is_first) - 1] if len(values) else before
    answer = np.empty(len(values), dtype="<u4")
    answer[order] = total - offset
    return answer


def _to_unsigned(values: NDArray[np.generic]) -> Unsigned:
    plain = np.ascontiguousarray(values)
    return plain.view(f"<u{plain.dtype.itemsize}")
