"""Documents stay true: every command, setting and layer key stands in them, and what they link to exists."""

import re
from pathlib import Path

import pytest
import typer

from gridmap.cli import app
from gridmap.domain.layers import Layer
from gridmap.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").glob("*.md"), *(ROOT / "bench").glob("*.md")]
)


def list_commands() -> list[str]:
    group = typer.main.get_command(app)
    names: list[str] = []

    def walk(command: object, path: str) -> None:
        children = getattr(command, "commands", {})
        if not children:
            names.append(path)
        for name, child in children.items():
            walk(child, f"{path} {name}".strip())

    walk(group, "")
    return names


def test_there_are_commands_and_documents() -> None:
    assert len(list_commands()) > 10
    assert ROOT / "README.md" in DOCUMENTS


@pytest.mark.parametrize("command", list_commands())
def test_command_is_documented(command: str) -> None:
    table = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert re.search(rf"^\|.*`gridmap {command}[ `]", table, re.MULTILINE), (
        f"docs/commands.md has no row for gridmap {command}"
    )


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_setting_is_documented(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    missing = [
        name
        for name in Settings.model_fields
        if f"GRIDMAP_{name.upper()}" not in text and not re.search(rf"`_{name.upper().split('_')[-1]}`", text)
    ]
    assert missing == []


def test_layer_keys_are_documented() -> None:
    text = (ROOT / "docs" / "layers.md").read_text(encoding="utf-8")
    assert [key for key in Layer.model_fields if key != "id" and f"`{key}`" not in text] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8"))
    broken = [
        link for link in links if not link.startswith(("http", "mailto")) and not (document.parent / link).exists()
    ]
    assert broken == []


def test_no_path_of_a_machine() -> None:
    for document in DOCUMENTS:
        assert not re.search(r"/(?:work|home|root|tmp)/", document.read_text(encoding="utf-8")), document


def test_a_word_has_one_row() -> None:
    rows = (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8").splitlines()
    terms = [term for row in rows if row.startswith("| ") for term in row.split("|")[1].strip().split(", ")]
    assert len(terms) > 50
    assert sorted(terms) == sorted(set(terms))
