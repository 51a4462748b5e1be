"""Files that are whole or absent."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridmap.errors import InputError


@contextmanager
def write_whole(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, and rename it to `path` when the block ends well.

    An interrupted or failed write leaves the former file as it was. The temporary file has the same suffix,
    because drivers choose by it.

    Raises
    ------
    InputError
        If the folder does not exist or can't be written to.
    """
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name[:40]}.") as folder:
            growing = Path(folder) / path.name
            yield growing
            with growing.open("rb") as opened:
                os.fsync(opened.fileno())
            growing.replace(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        if path.parent.is_dir():
            raise
        raise InputError(
            f"{path} can't be written: there is no folder {path.parent}. Make it, or name another."
        ) from error
    except PermissionError as error:
        raise InputError(f"{path} can't be written: {error.strerror}. Name a place that you may write to.") from error
