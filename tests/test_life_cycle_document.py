"""docs/life_cycle.md holds the table of the program, row for row."""

from pathlib import Path

from gridmap.domain.life_cycle import LIFE_CYCLE

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "life_cycle.md"


def make_table() -> str:
    """Make the table of the document from the table of the program."""
    lines = ["| action | from | to | who | needs | clock |", "|---|---|---|---|---|---|"]
    for rule in LIFE_CYCLE.values():
        sources = ", ".join(rule.ways)
        targets = ", ".join(dict.fromkeys(target for ways in rule.ways.values() for target in ways))
        who = ", ".join(sorted(f"{role} ({relation})" for role, relation in rule.grants))
        needs = ", ".join(f"`{need}`" for need in sorted(rule.needs))
        lines.append(f"| `{rule.action}` | {sources} | {targets} | {who} | {needs} | {rule.clock.replace('_', ' ')} |")
    return "\n".join(lines)


def test_the_document_holds_the_table() -> None:
    assert make_table() in DOCUMENT.read_text(encoding="utf-8")
