"""The small county with people in it: 260 to 380 addresses in each village, a canal, a special grid."""

import numpy as np
import shapely
from psycopg import Connection
from psycopg.rows import TupleRow

from gridmap.storage.database import Database
from tests.county import VILLAGES, insert_small_county

EAST_VILLAGE = VILLAGES[1]


def insert_divided_county(connection: Connection[TupleRow]) -> None:
    """Insert it into a migrated database; never commits."""
    rng = np.random.default_rng(4)
    insert_small_county(connection)
    with connection.cursor() as cursor:
        for number in range(4):
            count = 260 + 40 * number
            x = rng.uniform(118.80 + 0.01 * number + 0.0004, 118.81 + 0.01 * number - 0.0004, count)
            y = rng.uniform(36.9004, 36.9196, count)
            cursor.executemany(
                "INSERT INTO gridmap.address (households, hamlet, geom)"
                " VALUES (1, %s, public.ST_SetSRID(public.ST_MakePoint(%s, %s), 4490))",
                [("h" if b > 36.915 else "", float(a), float(b)) for a, b in zip(x, y, strict=True)],
            )
    connection.execute(
        "INSERT INTO gridmap.map_feature (kind, class, name, geom)"
        " VALUES ('river', 'canal', 'c', public.ST_GeomFromText('LINESTRING(118.79 36.905, 118.85 36.906)', 4490))"
    )
    connection.execute(
        "INSERT INTO gridmap.area (generation_id, level, code, name, parent_code, geom) SELECT generation_id,"
        " 'special_grid', code || 'XN01', 'market', code,"
        " public.ST_Multi(public.ST_Buffer(public.ST_Centroid(geom), 0.0003))"
        " FROM gridmap.area WHERE level = 'small_grid' AND code = %s",
        [f"{EAST_VILLAGE}002"],
    )


def read_small(database: Database) -> dict[str, shapely.Geometry]:
    """Read the small grids of today's generation by code."""
    with database.connect() as connection:
        rows = connection.execute(
            "SELECT code, public.ST_AsBinary(geom) FROM area WHERE level = 'small_grid'"
            " AND generation_id = generation_at(now()) ORDER BY code"
        ).fetchall()
    shapes = shapely.from_wkb(np.array([row[1] for row in rows], dtype=object))
    return dict(zip([row[0] for row in rows], shapes, strict=True))


def is_valid_coverage(shapes: list[shapely.Geometry]) -> bool:
    """Tell whether the polygons fit vertex for vertex."""
    return bool(shapely.coverage_is_valid(shapely.get_parts(np.array(shapes, dtype=object))))
