"""Settings: read once from the environment, frozen, passed as an argument.

Every setting is `GRIDMAP_` + its name in capitals, for example `GRIDMAP_DATABASE_URL`.
"""

import json
import re
from pathlib import Path
from typing import Annotated

from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from gridmap.errors import InputError

PROJECT_DIR = Path(__file__).resolve().parent.parent
_HOST_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")


class Settings(BaseSettings):
    """All settings of a process."""

    model_config = SettingsConfigDict(env_prefix="GRIDMAP_", frozen=True, extra="ignore")

    database_url: SecretStr | None = None
    """PostgreSQL URL of a server of your own; without it a private cluster in `var_dir` is used."""
    var_dir: Path = PROJECT_DIR / "var"
    """Where the private cluster, logs and rejects live."""
    postgres_bin_dir: Path | None = None
    """Folder of the PostgreSQL programs for the private cluster; without it the usual places are searched."""
    layers_dir: Path = PROJECT_DIR / "layers"
    """The layer files (one TOML per map layer)."""
    assets_dir: Path = PROJECT_DIR / "assets"
    """Style sheets and scripts served to the browser."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = 8050
    """Port to listen on."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Host names beside this machine's own that requests may name, such as that of a reverse proxy; small letters."""
    timezone: str = "Asia/Shanghai"
    """The county's zone: a day is a day there."""
    basemap_url: str = ""
    """XYZ template of a base map; empty draws none and nothing leaves the host."""
    basemap_attribution: str = ""
    """Attribution that the provider of the base map asks for."""
    basemap_datum: str = "wgs84"
    """Datum of the base map: wgs84, or gcj02 for AMap and Tencent."""
    language: str = "zh_CN"
    """Language of a page whose URL names none: zh_CN or en."""

    @field_validator("database_url", "postgres_bin_dir", mode="before")
    @classmethod
    def _read_empty_as_unset(cls, value: object) -> object:
        # `GRIDMAP_DATABASE_URL= gridmap ...` is how a shell takes a variable back.
        return None if value == "" else value

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _read_hosts(cls, value: object) -> object:
        if isinstance(value, str):
            text = value.strip()
            value = json.loads(text) if '"' in text else text.split(",")
        if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
            raise ValueError("a list of names is needed: map.example,10.0.0.5")
        names = tuple(name.strip().lower() for name in value if name.strip())
        for name in names:
            # A port is not part of it, and a pattern would be taken for a name that never comes.
            if not _HOST_NAME.fullmatch(name):
                raise ValueError("names or addresses without scheme, port or *: map.example,10.0.0.5,[fd00::5]")
        return tuple(name.strip("[]") for name in names)


def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises
    ------
    InputError
        If a value has the wrong type; the message names each variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        # Not the values: one of them may be a secret.
        faults = [f"GRIDMAP_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors() if fault["loc"]]
        raise InputError("Settings that can't be used: " + "; ".join(faults)) from None
