"""From what the server printed to what the user can do about it."""

from pathlib import Path

from gridmap.errors import ServerError
from gridmap.storage.server.place import ServerPlace

_TAIL_CHARS = 1500
_HANDED_OVER = "redirecting log output to logging collector process"
_FIRST_WORDS = "starting PostgreSQL"
# Text of the server, in English since it runs with LC_ALL=C -> what to do.
_ADVICE = (
    ("No space left on device", "The disk is full: make room and start again; the data that was committed is safe."),
    ("Disk quota exceeded", "The disk quota is used up: make room and start again; committed data is safe."),
    ("Permission denied", "The server's user {user} lacks a permission: give it back the folder {home}."),
    ("has wrong ownership", "Give the folder back to the user {user}: chown -R {user} {data}."),
    ("has group or world access", "Take the rights of others away: chmod 0700 {data}."),
    ("has invalid permissions", "Take the rights of others away: chmod 0700 {data}."),
    ("is not compatible with this version", "Install the PostgreSQL version that made {data}."),
    ("could not map anonymous shared memory", "There is too little free memory: end other programs and start again."),
    ("Cannot allocate memory", "There is too little free memory: end other programs and start again."),
    ("pre-existing shared memory block", "Processes of a killed server still live: end them and start again."),
    ("could not access file", "A library is missing: reinstall the PostgreSQL and PostGIS packages."),
)


def make_fault(action: str, output: str, place: ServerPlace) -> ServerError:
    """Make the error for a failed step of the private server.

    Parameters
    ----------
    action
        What was tried, to complete "The database server ... could not be ...", such as "started".
    output
        What the program printed.
    place
        Where the server lives; the end of its logs is read as well.
    """
    text = "\n".join(part for part in (output.strip(), read_log_tail(place)) if part)
    advice = "See the log in {log}."
    for sign, what_to_do in _ADVICE:
        if sign in text:
            advice = what_to_do
            break
    advice = advice.format(user=place.account.name, home=place.home, data=place.data_dir, log=place.log_dir)
    return ServerError(f"The database server in {place.home} could not be {action}. {advice}\n{text[-_TAIL_CHARS:]}")


def read_log_tail(place: ServerPlace) -> str:
    """Read the end of what the server said since its last start.

    It speaks into the start log until its collector of logs runs, and then into the log of the day.
    """
    start_text = _read_tail(place.start_log)
    if _HANDED_OVER not in start_text:
        return start_text
    daily = list(place.log_dir.glob("postgresql-*.log"))
    if not daily:
        return start_text
    text = _read_tail(max(daily, key=lambda log: log.stat().st_mtime))
    return text[max(text.rfind(_FIRST_WORDS), 0) :]


def _read_tail(log: Path) -> str:
    try:
        return log.read_bytes()[-_TAIL_CHARS:].decode("utf-8", errors="replace").strip()
    except OSError:
        return ""
