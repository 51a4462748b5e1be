"""Draw the grids for a given label of each address: what a person changed by hand, exact and connected as any plan."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridmap.domain.divide.area import make_plan
from gridmap.domain.divide.faces import Adopter, cut_faces, list_shared_edges, make_polygon, unite
from gridmap.domain.divide.former import fit_former, name_nodes
from gridmap.domain.divide.mesh import make_mesh
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.numbering import make_code
from gridmap.domain.divide.piece import Load, Piece
from gridmap.domain.divide.plane import Bools, Floats, Ints, Shapes, make_keys, make_points
from gridmap.domain.divide.regions import Regions, make_regions
from gridmap.domain.divide.sites import Sites, make_sites
from gridmap.domain.divide.task import AreaPlan, AreaTask
from gridmap.domain.divide.taut import find_border, pull_taut
from gridmap.errors import InputError

_NOBODY: Ints = np.empty(0, dtype=np.int64)


class LabelError(InputError):
    """Labels that can't be drawn: a grid would fall apart, or one place would be in two grids."""

    def __init__(self, message: str, *, code: str, rows: Ints) -> None:
        """Remember the grid, and the addresses of the task that stand in the way."""
        super().__init__(message)
        self.code = code
        self.rows = rows


@dataclass(frozen=True, eq=False)
class Base:
    """A plan that is edited, with what every edit needs again."""

    task: AreaTask
    plan: AreaPlan
    sites: Sites
    site_of: Ints
    regions: Regions


def make_base(task: AreaTask, plan: AreaPlan) -> Base:
    """Take a plan of a task as the start of edits."""
    sites, site_of = make_sites(task.xy, task.weight, task.hamlet)
    return Base(task, plan, sites, site_of, _find_regions(task, sites))


def keep_former(task: AreaTask) -> AreaPlan:
    """Make a plan that is the former grids as they are, fitted to the area; land without one gets a new code."""
    started = time.process_time()
    sites, site_of = make_sites(task.xy, task.weight, task.hamlet)
    nodes = Nodes(task.vertex_xy)
    former = fit_former(nodes, _list_parts(task), task, sites.xy)
    last = max((int(grid.code[12:]) for grid in task.previous), default=0)
    codes: list[str] = []
    for grid in former.grid:
        last += grid < 0
        codes.append(task.previous[grid].code if grid >= 0 else make_code(task.code, last))
    order = sorted(range(len(codes)), key=lambda i: codes[i])
    known = int(sites.weight[former.grid_of_site >= 0].sum())
    return make_plan(
        task, nodes, [former.pieces[i] for i in order], [codes[i] for i in order], sites, site_of,
        _find_regions(task, sites), [0.0], started,
        lonlat=name_nodes(nodes, former.lonlat, make_keys(nodes.xy)), moved=(known, 0, 0),
    )  # fmt: skip


def relabel(base: Base, wanted: Sequence[str]) -> AreaPlan:
    """Draw the plan anew for the grids that addresses are wanted in; grids that neither gain nor lose stay as they are.

    The grids that change are drawn together: the ground goes to its nearest household, and the borders are pulled taut
    while every household stays on its side.

    Parameters
    ----------
    wanted
        The code of a grid for each address of the task, in its order. A code that the plan does not have is a new
        grid; a grid that nobody is left in vanishes.

    Raises
    ------
    LabelError
        If a grid would not hang together, or addresses at one place are wanted in two grids.
    """
    started = time.process_time()
    task, plan, sites = base.task, base.plan, base.sites
    label = _find_labels(base, wanted)
    before = np.empty(len(sites), dtype=object)
    before[base.site_of] = np.array(plan.codes, dtype=object)[plan.grid_of_address]
    nodes, pieces = _restore(base)
    moved = before != label
    touched = set(before[moved].tolist()) | set(label[moved].tolist())
    kept = {code: piece for code, piece in zip(plan.codes, pieces, strict=True) if code not in touched}
    changed = [piece for code, piece in zip(plan.codes, pieces, strict=True) if code in touched]
    if changed:
        for code, piece in _redraw(nodes, changed, sites, label):
            if code in kept:
                raise _make_split_error(base, code, piece.sites, np.flatnonzero(label == code))
            kept[code] = piece
    codes = sorted(kept)
    known = {
        nodes.given + i: (float(lon), float(lat))
        for i, (lon, lat) in enumerate(plan.new_lonlat.tolist())
        if np.isfinite(lon)
    }
    figures = plan.figures
    return make_plan(
        task,
        nodes,
        [kept[code] for code in codes],
        codes,
        sites,
        base.site_of,
        base.regions,
        [figures.deviation_forced],
        started,
        lonlat=known,
        moved=(figures.people_before, figures.people_moved, figures.people_moved_least),
    )


def _find_regions(task: AreaTask, sites: Sites) -> Regions:
    options = task.options
    return make_regions(
        Nodes(task.vertex_xy), _list_parts(task), sites.xy, sites.weight, task.barriers,
        min_side=options.min_side, dangle_m=options.dangle_m,
    )  # fmt: skip


def _list_parts(task: AreaTask) -> list[Piece]:
    return [Piece(rings[0], tuple(rings[1:]), _NOBODY) for rings in task.parts]


def _find_labels(base: Base, wanted: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    if len(wanted) != len(base.site_of):
        raise InputError(f"{len(wanted)} labels for {len(base.site_of)} addresses: give one each.")
    label = np.empty(len(base.sites), dtype=object)
    given = np.array(wanted, dtype=object)
    label[base.site_of] = given
    apart = np.flatnonzero(label[base.site_of] != given)
    if len(apart):
        code = str(given[apart[0]])
        raise LabelError(
            f"{len(apart)} addresses share their place with others that are in another grid than {code}: no border "
            "can part them. Move all of one place together.",
            code=code,
            rows=apart,
        )
    return label


def _restore(base: Base) -> tuple[Nodes, list[Piece]]:
    """Make the vertices and pieces of a finished plan again: its rings hold every node, so that edges are whole."""
    task, plan = base.task, base.plan
    nodes = Nodes(task.vertex_xy)
    roots: dict[int, list[tuple[int, int]]] = {}
    for node, a, b in plan.on_outline.tolist():
        ends = np.searchsorted(task.vertex_ids, [a, b]).tolist()
        roots.setdefault(node, []).append((min(ends), max(ends)))
    for i, (x, y) in enumerate(plan.new_xy.tolist()):
        nodes.add(x, y)
        for root in roots.get(i, ()):
            nodes.add(x, y, on=root)
    grid_of_site = np.empty(len(base.sites), dtype=np.int64)
    grid_of_site[base.site_of] = plan.grid_of_address
    return nodes, [
        Piece(rings[0], tuple(rings[1:]), np.flatnonzero(grid_of_site == number))
        for number, rings in enumerate(plan.rings)
    ]


def _redraw(
    nodes: Nodes, changed: list[Piece], sites: Sites, label: np.ndarray[tuple[int], np.dtype[np.object_]]
) -> list[tuple[str, Piece]]:
    """Draw some grids together; a code that comes twice did not hang together."""
    every = np.array([make_polygon(nodes, piece) for piece in changed], dtype=object)
    found: list[tuple[str, Piece]] = []
    for own in _list_touching(every):
        ground = np.sort(np.concatenate([changed[i].sites for i in own]))
        whole = Adopter(nodes, changed[own[0]]).adopt(unite(every[own]), ground)
        codes, number = np.unique(label[ground].astype(str), return_inverse=True)
        if len(codes) < 2:
            found += [(str(code), whole) for code in codes]
            continue
        load = Load(sites.xy, sites.weight, np.full(len(sites), -1))
        polygon = make_polygon(nodes, whole)
        mesh = make_mesh(polygon, load, ground)
        face_label = _label_faces(mesh.faces, mesh.site_block, number, sites.xy[ground])
        shapes: list[shapely.Polygon] = []
        owner: list[int] = []
        for i in range(len(codes)):
            parts = shapely.get_parts(shapely.coverage_union_all(mesh.faces[face_label == i]))
            parts = parts[shapely.area(parts) > 0]
            shapes += list(parts)
            owner += [i] * len(parts)
        home = _find_homes(np.array(shapes, dtype=object), np.array(owner), sites.xy[ground], number)
        if len(shapes) == len(codes):
            _straighten(shapes, sites.xy[ground], home)
        adopter = Adopter(nodes, whole)
        found += [
            (str(codes[owner[i]]), adopter.adopt(shape, ground[home == i])) for i, shape in enumerate(shapes)
        ]  # fmt: skip
    return found


def _list_touching(shapes: Shapes) -> list[Ints]:
    """List the sets of polygons that hang together along edges."""
    group = np.arange(len(shapes))
    left, right, _ = list_shared_edges(shapes)
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        group[group == group[b]] = group[a]
    return [np.flatnonzero(group == number) for number in np.unique(group)]


def _label_faces(faces: Shapes, home: Ints, number: Ints, xy: Floats) -> Ints:
    """Find the label of each face: that of the site in it; land that is shut off from its site goes to a neighbour."""
    nearest = cKDTree(xy).query(shapely.get_coordinates(shapely.point_on_surface(faces)))[1]
    label = number[nearest].astype(np.int64)
    label[home] = number
    left, right, length = list_shared_edges(faces)
    near: list[dict[int, float]] = [{} for _ in range(len(faces))]
    for a, b, metres in zip(left.tolist(), right.tolist(), length.tolist(), strict=True):
        near[a][b] = near[a].get(b, 0.0) + metres
        near[b][a] = near[b].get(a, 0.0) + metres
    lived_in = set(home.tolist())
    waiting = set(range(len(faces)))
    loose: set[int] = set()
    while waiting:
        part = [waiting.pop()]
        for face in part:
            same = {other for other in near[face] if other in waiting and label[other] == label[face]}
            waiting -= same
            part += sorted(same)
        if lived_in.isdisjoint(part):
            loose.update(part)
    while loose:
        ways = [(metres, -face, -other) for face in loose for other, metres in near[face].items() if other not in loose]
        if not ways:
            break
        _, face, other = max(ways)
        label[-face] = label[-other]
        loose.discard(-face)
    return label


def _find_homes(shapes: Shapes, owner: Ints, xy: Floats, number: Ints) -> Ints:
    """Find the polygon of each site, among those of its label."""
    home = np.empty(len(xy), dtype=np.int64)
    points = make_points(xy)
    for label in np.unique(number).tolist():
        own, rows = np.flatnonzero(owner == label), np.flatnonzero(number == label)
        home[rows] = own[shapely.STRtree(shapes[own]).nearest(points[rows])] if len(own) > 1 else own[0]
    return home


def _straighten(shapes: list[shapely.Polygon], xy: Floats, home: Ints) -> None:
    """Pull the borders of each pair of neighbours taut, in place."""
    for a in range(len(shapes)):
        for b in range(a + 1, len(shapes)):
            lines = find_border(shapes[a], shapes[b])
            if not len(lines):
                continue
            whole = shapely.coverage_union_all([shapes[a], shapes[b]])
            if not isinstance(whole, shapely.Polygon):
                continue
            rows = np.flatnonzero((home == a) | (home == b))
            sides = _part(whole, lines, xy[rows], home[rows] == a)
            if sides is not None:
                shapes[a], shapes[b] = sides


def _part(
    whole: shapely.Polygon, lines: Shapes, xy: Floats, on_left: Bools
) -> tuple[shapely.Polygon, shapely.Polygon] | None:
    taut = np.array([pull_taut(line, whole, xy) for line in lines], dtype=object)
    faces = cut_faces(whole, taut)
    if len(faces) != 2:
        return None
    at_first = shapely.distance(faces[0], shapely.points(xy)) <= shapely.distance(faces[1], shapely.points(xy))
    if np.count_nonzero(at_first == on_left) < len(xy) / 2:
        faces, at_first = faces[::-1], ~at_first
    return (faces[0], faces[1]) if (at_first == on_left).all() else None


def _make_split_error(base: Base, code: str, part: Ints, every: Ints) -> LabelError:
    weight = base.sites.weight
    rest = np.setdiff1d(every, part)
    small = part if weight[part].sum() <= weight[rest].sum() else rest
    return LabelError(
        f"Grid {code} would fall apart: {int(weight[small].sum())} of its {int(weight[every].sum())} households would "
        "be cut off from the others. Move what lies between as well, or give them to a grid beside them.",
        code=code,
        rows=np.flatnonzero(np.isin(base.site_of, small)),
    )
