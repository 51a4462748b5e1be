"""The private PostgreSQL server: one cluster in our own folder, on a unix socket, started and stopped by us."""

from gridmap.storage.server.private import DATABASE_NAME, PrivateServer, open_private_server

__all__ = ["DATABASE_NAME", "PrivateServer", "open_private_server"]
