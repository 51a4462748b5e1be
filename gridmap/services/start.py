"""What a process needs before it can serve: the layer files, a database of this version."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridmap.domain.layers import Layers
from gridmap.errors import MigrationError
from gridmap.services.calendar import seed_calendar
from gridmap.storage import layers as layer_storage
from gridmap.storage.database import Database, DatabaseSettings, open_database
from gridmap.storage.migrate import migrate, migration_status


@contextmanager
def open_ready_database(settings: DatabaseSettings) -> Iterator[Database]:
    """Open the database for a block, with its tables of this version.

    The private database is brought up to date; a server of one's own is only checked: when its tables change is for
    its owner to say. The years of the working calendar that are known get into both.

    Raises
    ------
    MigrationError
        If a server of one's own has other tables; the message says what to do.
    DatabaseError
        If the database can't be opened.
    """
    with open_database(settings) as database:
        with database.connect(autocommit=True) as connection:
            if database.is_private:
                migrate(connection)
            elif pending := migration_status(connection).pending:
                raise MigrationError(
                    f"The database ({database.where}) lacks {len(pending)} migrations, the first is "
                    f"{pending[0].number:04d}_{pending[0].name}. Apply them: gridmap db migrate"
                )
        seed_calendar(database)
        yield database


def revive_database(database: Database) -> bool:
    """Start the private server again when it died, and tell whether it was; one stopped on purpose stays stopped.

    A server of one's own is its owner's: nothing is done.

    Raises
    ------
    ServerError
        If it can't be started; the message says why.
    """
    return database.revive()


def read_layers(folder: Path) -> tuple[Layers, str]:
    """Read the layer files, and their hash for the version of the tiles.

    Raises
    ------
    InputError
        Names each file and key that can't be used.
    """
    return layer_storage.read_layers(folder), layer_storage.hash_layers(folder)


def hash_files(*folders: Path) -> str:
    """Hash names and contents of all files below the folders: 10 hexadecimal digits."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:10]
