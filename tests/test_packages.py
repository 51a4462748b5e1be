"""pyproject.toml, the pinned requirements and environment.yml name the same packages, and none holds an address."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT_DIR = Path(__file__).resolve().parent.parent
PACKAGE_FILES = ("pyproject.toml", "requirements.txt", "requirements-dev.txt", "environment.yml")
REQUIREMENT_FILES = ("requirements.txt", "requirements-dev.txt")

# conda's name -> the requirement of pyproject.toml that it is. A name that is not here is the same in both.
CONDA_NAMES = {
    "brotli-python": "brotli",
    "uvicorn-standard": "uvicorn[standard]",
    # conda links psycopg to its own libpq, which "binary" bundles on PyPI.
    "psycopg-c": "psycopg[binary]",
}
# What pip can't bring: the language, its installer, and the database server.
CONDA_ONLY = {"python", "pip", "postgresql", "postgis"}
# Parts of one requirement of pyproject.toml.
CONDA_PARTS = {"psycopg"}


def name_requirement(text: str) -> str:
    """Give `name[extra]` without the version."""
    requirement = Requirement(text)
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return canonicalize_name(requirement.name) + extras


def read_project() -> dict[str, list[str]]:
    project = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"run": project["dependencies"], "dev": project["optional-dependencies"]["dev"]}


def read_pins(name: str) -> dict[str, str]:
    """Read a requirements file as name -> version; every line must be an exact pin."""
    pins = {}
    for line in (PROJECT_DIR / name).read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"([a-z0-9-]+)==([0-9][0-9a-z.]*)", line)
        assert match is not None, f"{name}: {line!r} is no exact pin"
        pins[match.group(1)] = match.group(2)
    return pins


def read_conda() -> set[str]:
    names: set[str] = set()
    for entry in yaml.safe_load((PROJECT_DIR / "environment.yml").read_text(encoding="utf-8"))["dependencies"]:
        texts = entry["pip"] if isinstance(entry, dict) else [entry]
        names |= {name_requirement(text) for text in texts}
    return names


@pytest.mark.parametrize(("file", "groups"), [("requirements.txt", ["run"]), ("requirements-dev.txt", ["run", "dev"])])
def test_every_dependency_is_pinned_in_its_range(file: str, groups: list[str]) -> None:
    pins = read_pins(file)
    for group in groups:
        for text in read_project()[group]:
            requirement = Requirement(text)
            pinned = pins.get(canonicalize_name(requirement.name))
            assert pinned is not None, f"{file} lacks {text}"
            assert requirement.specifier.contains(pinned), f"{file}: {text} is pinned to {pinned}"


def test_development_pins_agree_with_the_others() -> None:
    development = read_pins("requirements-dev.txt")
    assert {name: development.get(name) for name in read_pins("requirements.txt")} == read_pins("requirements.txt")


def test_pins_are_what_is_installed() -> None:
    pins = read_pins("requirements-dev.txt")
    assert {name: version(name) for name in pins} == pins


def test_environment_names_the_same_packages() -> None:
    conda = read_conda()
    assert conda >= CONDA_ONLY
    named = {CONDA_NAMES.get(name, name) for name in conda - CONDA_ONLY - CONDA_PARTS}
    assert named == {name_requirement(text) for text in read_project()["run"]}


@pytest.mark.parametrize("file", PACKAGE_FILES)
def test_no_address_in_package_files(file: str) -> None:
    text = (PROJECT_DIR / file).read_text(encoding="utf-8")
    assert (
        re.findall(r"://|--\S*index\S*|--find-links|--trusted-host|(?<![\w./-])(?:/|\./|\.\./)\w+\S*|@ ?\w+:", text)
        == []
    )
