"""Layer files: read once at start."""

import hashlib
import tomllib
from pathlib import Path

from pydantic import ValidationError

from gridmap.domain.layers import Layer, Layers, make_layer
from gridmap.errors import InputError


def read_layers(folder: Path) -> Layers:
    """Read all `*.toml` of the folder.

    Raises
    ------
    InputError
        If the folder is absent or empty, or a file is no TOML, has an unknown key or a value that can't be used; the
        message names each file and key.
    """
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise InputError(f"No layer files in {folder}: put the files of layers/ there, or set GRIDMAP_LAYERS_DIR.")
    layers: list[Layer] = []
    faults: list[str] = []
    for path in paths:
        try:
            layers.append(_read_layer(path))
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise InputError("\n".join(faults))
    return Layers(layers)


def hash_layers(folder: Path) -> str:
    """Hash names and contents of the layer files: 8 hexadecimal digits, part of the version of a tile."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.toml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:8]


def _read_layer(path: Path) -> Layer:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return make_layer(path.stem, content)
    except ValidationError as error:
        parts = []
        for fault in error.errors(include_url=False, include_input=False):
            key = ".".join(str(part) for part in fault["loc"])
            parts.append(f"{key}: {fault['msg']}" if key else str(fault["msg"]))
        raise InputError(f"{path}: {'; '.join(parts)}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: no TOML in UTF-8: {error}.") from error
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror}.") from error
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
