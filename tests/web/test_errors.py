"""Every error of the program has a status; a subclass takes that of its nearest base."""

import pytest

from gridmap import errors
from gridmap.errors import GridMapError
from gridmap.web.errors import find_status


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.InputError, 422),
        (errors.NotFoundError, 404),
        (errors.ConflictError, 409),
        (errors.NotAllowedError, 403),
        (errors.DatabaseError, 503),
        (errors.ServerError, 503),
        (errors.MigrationError, 503),
        (GridMapError, 500),
    ],
)
def test_each_error_has_its_status(kind: type[GridMapError], status: int) -> None:
    assert find_status(kind("message"))[0] == status


def test_no_error_of_the_tree_is_left_without_a_status() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, GridMapError)]
    assert len(kinds) >= 7
    assert all(find_status(kind("message"))[0] in (403, 404, 409, 422, 500, 503) for kind in kinds)
