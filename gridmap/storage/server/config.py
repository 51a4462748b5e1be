"""The configuration of the private server: what differs from PostgreSQL's defaults, and why."""

import os
import pwd
from pathlib import Path

from gridmap.storage.server.account import Account

CONFIG_NAME = "gridmap.conf"
SUPERUSER = "gridmap"
_MEMORY_SHARE = 8
_MAX_SHARED_BUFFERS_MB = 256
_MIN_SHARED_BUFFERS_MB = 32


def make_config(*, socket_dir: Path, port: int, log_dir: Path, durable: bool, memory_bytes: int) -> str:
    """Write the server's settings, included at the end of postgresql.conf and renewed at each start.

    Parameters
    ----------
    socket_dir
        Folder of the unix socket, the only way in.
    port
        Number in the name of the socket.
    log_dir
        Folder of the daily logs.
    durable
        False only for tests: a power cut may then lose the whole cluster.
    memory_bytes
        Memory of the machine or of the container.
    """
    buffers_mb = max(_MIN_SHARED_BUFFERS_MB, min(_MAX_SHARED_BUFFERS_MB, memory_bytes // _MEMORY_SHARE // 2**20))
    durability = "on" if durable else "off"
    values = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "port": str(port),
        "max_connections": "60",
        "shared_buffers": f"{buffers_mb}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "fsync": durability,
        "synchronous_commit": durability,
        "full_page_writes": durability,
        "wal_level": "replica",
        "max_wal_size": "2GB",
        # Compiling costs more than it saves in statements of a few milliseconds.
        "jit": "off",
        # The cluster stands on a solid-state disk nowadays, and geometry indexes are read at random.
        "random_page_cost": "1.1",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # Seven files, each overwritten after a week: a wall runs for months.
        "logging_collector": "on",
        "log_directory": str(log_dir),
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_checkpoints": "off",
        # The detail of a refused row and the context of a refused COPY repeat the row: what people wrote.
        "log_error_verbosity": "terse",
        "log_line_prefix": "%m [%p] %q%a ",
    }
    lines = [f"{name} = '{_quote(value)}'" for name, value in values.items()]
    return "# Written by gridmap at each start of the server; changes here are lost.\n" + "\n".join(lines) + "\n"


def make_access_rules() -> str:
    """Write pg_hba.conf: the socket alone, and the kernel says who is at its other end."""
    return "# type database user method\nlocal all all peer map=gridmap\nlocal replication all peer map=gridmap\n"


def make_access_map(account: Account) -> str:
    """Write pg_ident.conf: root and the user who runs the server are let in, as the cluster's one role."""
    names = dict.fromkeys([account.name, pwd.getpwuid(0).pw_name])
    return "".join(f'gridmap "{name}" {SUPERUSER}\n' for name in names)


def read_memory_bytes() -> int:
    """Read how much memory the machine has, or the container when that is less."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return total
    return min(total, int(limit)) if limit.isdigit() else total


def _quote(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
