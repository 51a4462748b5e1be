"""The page of an area: what it is, who works there, what is open, what lies round it."""

from dash import html

from gridmap.services.areas import AreaFacts, AreaPage
from gridmap.services.search import SearchIndex
from gridmap.web.i18n import Catalogue
from gridmap.web.pages import parts

MOST_NEIGHBOURS = 8
MOST_CHILDREN = 60
_WITH_TEAM = ("large_grid", "small_grid", "special_grid")


def make_area_panel(page: AreaPage, index: SearchIndex, *, catalogue: Catalogue) -> html.Article:
    """Make the page of an area."""
    facts, text = page.facts, catalogue.text
    parents = [html.Span(link.name) if link.id not in index.by_area else _link(link.id, index) for link in page.parents]
    return html.Article(
        [
            html.Div(f"{_name_level(facts, catalogue)} · {facts.code}", className="kicker"),
            html.H2(facts.name, className="title"),
            parts.make_chain([*parents]) if parents else None,
            _make_divide_link(facts, catalogue),
            parts.make_stats(
                [
                    (text("Overdue now"), f"{page.overdue:,}", page.overdue > 0),
                    (text("Open now"), f"{page.open:,}", False),
                    (text("Households"), "–" if page.households is None else f"{page.households:,}", False),
                    (text("Twice overdue"), f"{page.twice_overdue:,}", page.twice_overdue > 0),
                    (text("Last 30 days"), f"{page.recent:,}", False),
                    (text("Per 100 households"), _format_rate(page.recent_per_100_households), False),
                ]
            ),
            _make_team(page, catalogue),
            _make_below(page, catalogue),
            parts.make_section("Open by unit", _make_units(page, catalogue), catalogue),
            # Filled from the live board by assets/44_panel.js: it is true by the second, a query would be too old.
            parts.make_section(
                "Latest incidents", html.Div(className="rows", **parts.extra(data_latest=str(facts.id))), catalogue
            ),
            _make_children(page, index, catalogue),
            parts.make_section("Neighbours", _make_neighbours(page, index, catalogue), catalogue),
            parts.make_section("Jurisdictions here", _make_jurisdictions(page, catalogue), catalogue),
        ]
    )


def _name_level(facts: AreaFacts, catalogue: Catalogue) -> str:
    # A village that is a community is called so; grids have no kind.
    return catalogue.text(f"kind:{facts.kind}") if facts.kind else catalogue.text(f"level:{facts.level}")


def _link(area_id: int, index: SearchIndex) -> html.A:
    return parts.make_place_link(index.by_area[area_id])


def _format_rate(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.1f}"


def _make_divide_link(facts: AreaFacts, catalogue: Catalogue) -> html.A | None:
    if facts.level != "village" or not facts.is_current:
        return None
    return html.A(
        catalogue.text("Divide into grids"),
        href=f"/divide?village={facts.code}&lang={catalogue.language.short}",
        className="link",
    )


def _make_team(page: AreaPage, catalogue: Catalogue) -> html.Section | None:
    facts, text = page.facts, catalogue.text
    if facts.level not in _WITH_TEAM:
        return None

    def word(is_there: bool | None) -> html.Span:
        if is_there is None:
            return html.Span(text("not recorded"))
        return html.Span(text("in place")) if is_there else html.Span(text("vacant"), className="finding")

    assistants = facts.team_assistants
    return parts.make_section(
        "Team 1+1+N",
        parts.make_facts(
            [
                (text("Party-branch secretary"), word(facts.team_secretary)),
                (text("Full-time grid worker"), word(facts.team_worker)),
                (
                    text("Assistants"),
                    text("{n} people", n=assistants) if assistants else word(None if assistants is None else False),
                ),
            ]
        ),
        catalogue,
    )


def _make_below(page: AreaPage, catalogue: Catalogue) -> html.Section | None:
    if not page.below:
        return None
    text = catalogue.text
    rows = [
        (
            text(f"level:{below.level}"),
            text("{n}, {m} without a full team", n=f"{below.count:,}", m=f"{below.without_full_team:,}")
            if below.level in _WITH_TEAM
            else f"{below.count:,}",
        )
        for below in page.below
    ]
    return parts.make_section("Below", parts.make_facts(rows), catalogue)


def _make_units(page: AreaPage, catalogue: Catalogue) -> html.Ul | html.P:
    if not page.units:
        return html.P(catalogue.text("Nothing open here."), className="hint")
    rows = sorted(page.units, key=lambda unit: (-unit.overdue, -unit.open, unit.unit_code or ""))
    return html.Ul(
        [
            html.Li(
                [
                    html.Span(
                        [parts.make_badge(unit.unit_letter), html.Span(unit.unit_name or catalogue.text("No unit"))],
                        className="with-badge",
                    ),
                    html.Span(catalogue.text("{overdue} overdue of {open}", overdue=unit.overdue, open=unit.open)),
                ]
            )
            for unit in rows
        ],
        className="plain",
    )


def _make_children(page: AreaPage, index: SearchIndex, catalogue: Catalogue) -> html.Section | None:
    links = [_link(child.id, index) for child in page.children[:MOST_CHILDREN] if child.id in index.by_area]
    if not links:
        return None
    return parts.make_section("Areas inside", html.Ul([html.Li(link) for link in links], className="links"), catalogue)


def _make_neighbours(page: AreaPage, index: SearchIndex, catalogue: Catalogue) -> html.Ul | html.P:
    if not page.neighbours:
        return html.P(catalogue.text("None touches it."), className="hint")
    rows = sorted(page.neighbours, key=lambda one: -one.shared_border_m)[:MOST_NEIGHBOURS]
    return html.Ul(
        [
            html.Li(
                [
                    _link(one.id, index) if one.id in index.by_area else html.Span(one.name),
                    html.Span(catalogue.text("{n} m of border", n=f"{one.shared_border_m:,.0f}"), className="kicker"),
                ]
            )
            for one in rows
        ],
        className="plain",
    )


def _make_jurisdictions(page: AreaPage, catalogue: Catalogue) -> html.Ul | html.P:
    if not page.jurisdictions:
        return html.P(catalogue.text("No jurisdiction covers it."), className="hint")
    return html.Ul(
        [
            html.Li(
                [
                    html.Span([parts.make_badge(one.unit_letter), html.Span(one.name)], className="with-badge"),
                    html.Span(catalogue.text("{n}% of the area", n=f"{100 * one.share:.0f}"), className="kicker"),
                ]
            )
            for one in sorted(page.jurisdictions, key=lambda one: (-one.share, one.code))
        ],
        className="plain",
    )
