"""Files that are whole or absent."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gridmap.errors import GridMapError, InputError


@contextmanager
def write_whole(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, and rename it to `path` when the block ends well.

    An interrupted or failed write leaves the former file as it was. The temporary file has the same suffix,
    because drivers choose by it.

    Raises
    ------
    InputError
        If the folder does not exist, or the file can't be written (no permission, a folder of that name, a full disk).
    """
    if os.path.isdir(path):  # noqa: PTH112  answers no where Path raises, as for a name too long
        raise InputError(f"{path} can't be written: it is a folder. Name a file.")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name[:40]}.") as folder:
            growing = Path(folder) / path.name
            yield growing
            with growing.open("rb") as opened:
                os.fsync(opened.fileno())
            growing.replace(path)
    except GridMapError:
        raise  # some are OSErrors too, and say already what is wrong
    except OSError as error:
        if not path.parent.is_dir():
            raise InputError(
                f"{path} can't be written: there is no folder {path.parent}. Make it, or name another."
            ) from error
        raise InputError(
            f"{path} can't be written: {error.strerror or error}. Name a place that you may write to, with room on it."
        ) from error


def check_writable(path: Path, *, sources: Iterable[Path] = ()) -> None:
    """Check, before any work is done, that a file can be written there and is none of those that are read; its folder
    is made.

    Raises
    ------
    InputError
        If it is a folder, lies where nothing can be written, or is one of `sources`.
    """
    for source in sources:
        if path.resolve() == source.resolve():
            raise InputError(f"{path} is read from: name another file to write to.")
    if os.path.isdir(path):  # noqa: PTH112  answers no where Path raises, as for a name too long
        raise InputError(f"{path} can't be written: it is a folder. Name a file.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise InputError(
            f"{path} can't be written: {error.strerror}: {path.parent}. Name a place that you may write to."
        ) from error
