"""The name that services of other parts use for a database they connect to."""

from gridmap.storage.database import Database

Connects = Database
"""Pooled or not, see `gridmap.storage.database.Database.pooled`."""
