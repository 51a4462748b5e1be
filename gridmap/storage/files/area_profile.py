"""Import profiles of areas: the options of `gridmap import areas`, as a file."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from gridmap.domain.areas import AreaLevel
from gridmap.errors import InputError, NotFoundError


class AreaProfile(BaseModel):
    """The keys of a profile: the option names with `_`; all optional, an option given on the command line wins."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    level: AreaLevel | None = None
    datum: str | None = None
    code_column: str | None = None
    name_column: str | None = None
    parent_column: str | None = None
    parent_is: Literal["code", "name"] | None = None
    households_column: str | None = None
    kind_column: str | None = None
    secretary_column: str | None = None
    worker_column: str | None = None
    assistants_column: str | None = None
    layer: str | None = None
    encoding: str | None = None


def read_area_profile(path: Path) -> AreaProfile:
    """Read a profile.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InputError
        If it is no TOML, or a key is unknown or has a wrong value; all are named.
    """
    try:
        return AreaProfile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no profile {path}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} is no TOML in UTF-8: {error}.") from error
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        keys = ", ".join(AreaProfile.model_fields)
        raise InputError(f"{path.name}: {'; '.join(faults)}. The keys are: {keys}.") from error
