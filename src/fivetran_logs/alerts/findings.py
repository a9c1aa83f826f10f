"""What the marts say is wrong now, or has just ended: one query for each kind, one alert for each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any

from fivetran_logs.dbt.marts import Marts, Question
from fivetran_logs.failures.errors import UserError

# Kind, and how it is called in a sentence. An event has happened and is told once; the others begin and end.
KINDS = {
    "incident": "incident",
    "wave": "wave of incidents",
    "delayed": "late connection",
    "volume": "unusual volume",
    "budget": "budget at risk",
    "new_error": "new error",
    "breaking_change": "breaking schema change",
    "sensitive_action": "sensitive action",
    "check_failed": "failed check",
    "platform_log_stale": "late Platform log",
}
EVENTS = {"new_error", "breaking_change", "sensitive_action"}
SEVERITIES = ("low", "medium", "high", "critical")
LABELS = (
    "kind",
    "severity",
    "connection_id",
    "connection_name",
    "connector_name",
    "destination_name",
    "team",
    "owner",
    "criticality",
    "cause",
    "wave_id",
    "error_category",
    "platform_schema",
)
_OWN = {"alert_key", "is_open", "since", "ended_at", "what", "probable_cause", "next_step", *LABELS}
_BUILT = Question(
    "built_as_of", "select max(as_of_at) from {{ ref('fct_fivetran_platform_freshness') }}\n", "The time of the build"
)


def unknown_values(match: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Values that no alert ever has, of the labels whose values are fixed, with those there are. Patterns pass."""
    for label, known in (("kind", tuple(KINDS)), ("severity", SEVERITIES)):
        yield from ((value, known) for value in match.get(label, ()) if value not in known and "*" not in value)


@dataclass(frozen=True)
class Alert:
    """One thing to tell of. `key` stays the same as long as it lasts; `labels` are what routes and silences match."""

    key: str
    kind: str
    severity: str
    is_open: bool
    what: str
    since: datetime | None = None
    ended_at: datetime | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    probable_cause: str | None = None
    next_step: str | None = None

    @property
    def is_event(self) -> bool:
        return self.kind in EVENTS

    @property
    def rank(self) -> int:
        """0 (low) to 3 (critical)."""
        return SEVERITIES.index(self.severity)


@dataclass(frozen=True)
class Findings:
    """The alerts of all kinds, the as-of of the build they come from, and why a kind could not be asked for."""

    alerts: list[Alert]
    built_as_of: datetime | None
    not_asked: Mapping[str, str] = field(default_factory=dict)


def alert_questions() -> dict[str, Question]:
    """The query of each kind, and that of the build's as-of."""
    folder = files(__package__).joinpath("sql")
    texts = {kind: folder.joinpath(f"{kind}.sql").read_text(encoding="utf-8") for kind in KINDS}
    return {"built_as_of": _BUILT} | {kind: Question(kind, sql, f"The alerts of {kind}") for kind, sql in texts.items()}


def read_findings(marts: Marts) -> Findings:
    """Asks the marts for every kind. A kind whose marts are switched off is left out, and said.

    Raises:
        UserError: no mart is built.
    """
    questions = alert_questions()
    built = marts.ask(questions.pop("built_as_of")).rows
    alerts: list[Alert] = []
    not_asked: dict[str, str] = {}
    for kind, question in questions.items():
        try:
            alerts += [to_alert(kind, row) for row in marts.ask(question).dicts()]
        except UserError as error:
            not_asked[kind] = str(error)
    return Findings(alerts, _time(built[0][0]) if built else None, not_asked)


def to_alert(kind: str, row: Mapping[str, Any]) -> Alert:
    """An alert from a row of its kind's query; every column that is no label is a fact of its message."""
    row = {name.lower(): value for name, value in row.items()}
    severity = str(row.get("severity") or "medium").lower()
    severity = severity if severity in SEVERITIES else "medium"
    labels = {name: str(row[name]) for name in LABELS if row.get(name) is not None}
    return Alert(
        key=str(row["alert_key"]),
        kind=kind,
        severity=severity,
        is_open=bool(row.get("is_open", True)),
        what=str(row.get("what") or KINDS[kind]),
        since=_time(row.get("since")),
        ended_at=_time(row.get("ended_at")),
        labels={**labels, "kind": kind, "severity": severity},
        facts={name: value for name, value in row.items() if name not in _OWN and value is not None},
        probable_cause=row.get("probable_cause"),
        next_step=row.get("next_step"),
    )


def _time(value: Any) -> datetime | None:
    """UTC without zone, as the marts have it."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=None) if isinstance(value, datetime) else None
