"""Where the program makes a sentence: read from its source, for the tests that hold the sentences to their rules."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gridmap.errors

PACKAGE = Path(gridmap.errors.__file__).parent
COMMAND_LINE = (
    # Read files and keep the server: what they refuse is shown by the command line, which is English.
    *("storage/files", "storage/server", "storage/layers", "storage/migrate", "storage/calendar"),
    *("domain/area_rows", "domain/board", "domain/calendar", "domain/cells", "domain/clock", "domain/datum"),
    *("domain/due", "domain/due_calendar", "domain/due_convention", "domain/due_holidays", "domain/due_zone"),
    *("domain/incident_profile", "domain/location/areas", "domain/office_hours", "domain/palette", "domain/report"),
    *("domain/proceeding_settings", "domain/responsibility", "domain/snapshot", "domain/zone"),
    *("services/area_file", "services/calendar", "services/check_areas", "services/check_jurisdictions"),
    *("services/demo", "services/divide", "services/divide_workers", "services/doctor", "services/dry_run"),
    *("services/due", "services/due_file", "services/file_datum", "services/import_areas", "services/load_county"),
    *("services/load_incidents", "services/locate", "services/point_columns", "services/replay"),
    *("services/simulate", "services/staff", "services/start", "services/units"),
)
SAID_ELSEWHERE = {
    # Beside what a page can meet, these modules have sentences of imports and of the start.
    "services/clock": ("The settings due_convention",),
    "services/responsibility": ("{describe_faults", "There is a responsibility list", "The responsibility list {one"),
    "storage/database": ("GRIDMAP_DATABASE_URL is no", "The database server ({where}"),
    "domain/export": ("Layer {layer.id}: fields",),
    "domain/layers": ("Layer {layer_id!r}: ", "Layers: an id is used twice."),
}


@dataclass(frozen=True)
class Site:
    """Where a sentence is made."""

    where: str
    template: str | None
    """None: no literal."""
    source: str
    names: frozenset[str]
    is_open: bool
    """Its values come by `**`."""


def list_error_names() -> set[str]:
    """List the names of our errors, those of other modules by their class statements."""
    names = {name for name, kind in vars(gridmap.errors).items() if isinstance(kind, type)} - {"Sentence"}
    classes = [
        node
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    for _ in range(3):
        names |= {one.name for one in classes if {base.id for base in one.bases if isinstance(base, ast.Name)} & names}
    return names


def _list_sites() -> Iterator[Site]:
    makers = list_error_names() | {"Sentence", "Written"}
    for path in sorted(PACKAGE.rglob("*.py")):
        module = path.relative_to(PACKAGE).with_suffix("").as_posix()
        if module.startswith(("cli/", "demonstration/")) or module in ("settings", "sentence", "errors"):
            continue
        if any(module == one or module.startswith(f"{one}/") for one in COMMAND_LINE):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name) and isinstance(node.value.value, str)
        }
        # A text that is put together first and handed on by a name.
        built = {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.JoinedStr | ast.BinOp)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _is_maker(node, makers):
                yield from _read_site(f"{module}:{node.lineno}", node, constants, built)


def _is_maker(node: ast.Call, makers: set[str]) -> bool:
    if isinstance(node.func, ast.Name):
        return node.func.id in makers
    # super().__init__("...") of an error
    return (
        isinstance(node.func, ast.Attribute)
        and node.func.attr == "__init__"
        and isinstance(node.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
    )


def _read_site(where: str, node: ast.Call, constants: dict[str, str], built: set[str]) -> Iterator[Site]:
    first = node.args[0]
    names = frozenset(one.arg for one in node.keywords if one.arg)
    is_open = any(one.arg is None for one in node.keywords) or getattr(node.func, "id", "") in ("Written", "LabelError")
    source = ast.unparse(first)
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        yield Site(where, first.value, source, names, is_open)
    elif isinstance(first, ast.Name) and first.id in constants:
        yield Site(where, constants[first.id], source, names, is_open)
    elif (
        isinstance(first, ast.JoinedStr | ast.BinOp)
        or (isinstance(first, ast.Call) and source.startswith("str("))
        or (isinstance(first, ast.Name) and first.id in built)
    ):
        yield Site(where, None, source, names, is_open)
    # Anything else hands on a sentence that was made elsewhere.


SITES = list(_list_sites())


def is_said_elsewhere(site: Site) -> bool:
    """Tell whether a page never meets a sentence of a module of which it meets others."""
    module = site.where.partition(":")[0]
    return any(start in site.source for start in SAID_ELSEWHERE.get(module, ()))
