"""The place of the chart; its figure comes from the live store, in assets/41_chart.js."""

from dash import Dash, Input, Output, dcc

from gridmap.web.pages import ids


def register(app: Dash) -> None:
    """Register the callback that puts the chart on the page, once the map is drawn: plotly is 1.3 MB on the wire."""

    async def show_chart(is_wanted: float | None) -> dcc.Graph | None:
        return make_chart() if is_wanted else None

    app.callback(Output(ids.CHART_PLACE, "children"), Input(ids.CHART_GATE, "data"), prevent_initial_call=True)(
        show_chart
    )


def make_chart() -> dcc.Graph:
    """Make the empty chart."""
    return dcc.Graph(
        id=ids.CHART,
        # The figure is pushed from the browser's own store; as no callback's Input it stays out of Dash's history.
        figure={"data": [], "layout": {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)"}},
        config={"displayModeBar": False, "responsive": True},
        className="chart",
        animate=False,
    )
