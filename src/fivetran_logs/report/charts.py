"""The kinds of chart the report draws, as Vega-Lite specifications made and checked by Altair.

A specification holds no data and no colour of its own: rows come under the name `rows`, the script fills in the domain,
the title of the y axis and the span of days, and colours are CSS variables, so that themes and print switch without
drawing again. Texts for tooltips come formatted with the rows, in the same words as the tables.
"""

from __future__ import annotations

from typing import Any

import altair as alt

_HEIGHT = 220  # pixels
_GRID_HEIGHT = 300
_ROWS = alt.NamedData(name="rows")
_COMPACT = "replace(format(datum.value, '~s'), 'G', 'B')"
_DURATION = (
    "datum.value >= 86400 ? format(datum.value / 86400, '~g') + ' d' : "
    "datum.value >= 3600 ? format(datum.value / 3600, '~g') + ' h' : "
    "datum.value >= 60 ? format(datum.value / 60, '~g') + ' min' : format(datum.value, '~g') + ' s'"
)
_HOUR, _DAY = 3600, 86400
_DURATION_TICKS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800]
_DURATION_TICKS += [_HOUR, 2 * _HOUR, 4 * _HOUR, 8 * _HOUR, 12 * _HOUR, _DAY, 2 * _DAY, 5 * _DAY]


def chart_specs() -> dict[str, Any]:
    """Every kind of chart by name."""
    charts = {
        "day_bars": _day_bars(),
        "day_durations": _day_durations(),
        "month_bars": _month_bars(),
        "share_bars": _share_bars(),
        "hour_grid": _hour_grid(),
    }
    return {name: _strip(chart.to_dict(validate=True)) for name, chart in charts.items()}


def _day_bars() -> alt.Chart:
    """Rows {day, kind, value, day_label, value_label}: one stacked bar a day."""
    return _sized(
        alt.Chart(_ROWS)
        .mark_bar()
        .encode(
            x=alt.X("utcyearmonthdate(day):T", title="Day (UTC)", scale=alt.Scale(type="utc"), axis=_day_axis()),
            y=alt.Y("value:Q", stack="zero", axis=alt.Axis(labelExpr=_COMPACT, tickMinStep=1)),
            color=_kinds(),
            order=alt.Order("order:Q"),
            tooltip=_tooltip(),
        )
    )


def _day_durations() -> alt.LayerChart:
    """Rows {day, kind, value in seconds, ...}: a line per kind, on a logarithmic axis."""
    base = alt.Chart(_ROWS).encode(
        x=alt.X("day:T", title="Day (UTC)", scale=alt.Scale(type="utc"), axis=_day_axis()),
        y=alt.Y(
            "value:Q",
            scale=alt.Scale(type="log", nice=False),
            axis=alt.Axis(labelExpr=_DURATION, values=_DURATION_TICKS, labelOverlap=True),
        ),
        color=_kinds(),
    )
    lines = base.mark_line(strokeWidth=2, interpolate="linear").encode(
        strokeDash=alt.StrokeDash("kind:N", legend=_legend(), scale=alt.Scale(range=[[1, 0], [5, 3]]))
    )
    points = base.mark_circle(size=18, opacity=1).encode(tooltip=_tooltip())
    return _sized(alt.layer(lines, points))


def _month_bars() -> alt.Chart:
    """Rows {month, kind, value, ...} in order of months: one stacked bar a month."""
    return _sized(
        alt.Chart(_ROWS)
        .mark_bar()
        .encode(
            x=alt.X(
                "month:O",
                title="Month",
                sort=None,
                scale=alt.Scale(paddingInner=0.35, paddingOuter=0.2),
                axis=alt.Axis(labelAngle=0, labelOverlap=True),
            ),
            y=alt.Y("value:Q", stack="zero", axis=alt.Axis(labelExpr=_COMPACT)),
            color=_kinds(),
            order=alt.Order("order:Q"),
            tooltip=_tooltip(),
        )
    )


def _share_bars() -> alt.Chart:
    """Rows {name, kind, value as a share, ...}: one bar a name, its kinds side by side, 100 % long."""
    return (
        alt.Chart(_ROWS)
        .mark_bar()
        .encode(
            y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=150)),
            x=alt.X("value:Q", stack="zero", scale=alt.Scale(domain=[0, 1], nice=False), axis=alt.Axis(format="~%")),
            color=_kinds(),
            order=alt.Order("order:Q"),
            tooltip=_tooltip("name"),
        )
        .properties(width="container")
    )


def _hour_grid() -> alt.Chart:
    """Rows {hour, weekday, value, ...}: a field for each hour of the week, darker for higher values."""
    return _sized(
        alt.Chart(_ROWS)
        .mark_rect(fill="var(--c1)", stroke="var(--panel)")
        .encode(
            x=alt.X(
                "hour:O",
                title="Hour of the day (UTC)",
                scale=alt.Scale(domain=list(range(24))),
                axis=alt.Axis(labelAngle=0, labelOverlap=True),
            ),
            y=alt.Y("weekday:N", title=None, scale=alt.Scale(domain=["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])),
            opacity=alt.Opacity(
                "value:Q",
                scale=alt.Scale(range=[0.15, 1]),
                legend=alt.Legend(title="Actions", symbolType="square", format="d"),
            ),
            tooltip=_tooltip(),
        )
    ).properties(height=_GRID_HEIGHT)


def _sized(chart: Any) -> Any:
    return chart.properties(width="container", height=_HEIGHT)


def _day_axis() -> alt.Axis:
    return alt.Axis(format="%-d %b", labelAngle=0, labelOverlap=True, tickCount=6)


def _kinds() -> alt.Color:
    return alt.Color("kind:N", legend=_legend(), scale=alt.Scale(domain=["domain"], range=["range"]))


def _legend() -> alt.Legend:
    return alt.Legend(title=None, orient="top", labelLimit=180, columns=3)


def _tooltip(*more: str) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{field}:N") for field in (*more, "label", "kind", "value_label")]


def _strip(spec: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in spec.items() if key not in ("$schema", "config")}
