"""The text of a message: what, since when, how bad, whom it hurts, the probable cause, the next step, the link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from fivetran_logs.alerts.decide import Change, Message, Recovered, in_words, is_only_recovery
from fivetran_logs.alerts.findings import KINDS, Alert
from fivetran_logs.failures.errors import one_line, printable
from fivetran_logs.failures.secrets import redact
from fivetran_logs.output.answers import cell_text

_CALLS = re.compile(r"<(?=[!@#])|@(?=(?:everyone|here|channel|all)\b)")
LISTED = 10  # alerts of one message that have a line or a paragraph of their own


@dataclass(frozen=True)
class Text:
    """A message in words. `is_over`: it only says what is over."""

    title: str
    body: str
    short_body: str
    is_over: bool


def compose(message: Message, *, now: datetime, report_url: str | None = None) -> Text:
    """The text of a message, long and short, without secrets."""
    lines = list(_lines(message))
    paragraphs = list(_paragraphs(message, now, report_url))
    title = _count_in_words(message)
    if len(lines) == 1:  # the title says what; the body goes on from there
        title, paragraphs = lines[0], [paragraphs[0].partition("\n")[2] or paragraphs[0]]
    if message.is_overflow:
        title = f"And {sum(max(change.count, 1) for change in message.changes):,} more: {_count_in_words(message)}"
    body = "\n\n".join(_first(paragraphs))
    texts = (_inert(redact(text)) for text in (title, body, "\n".join(_first(lines))))
    return Text(*texts, is_only_recovery(message))


def _fact(name: str, value: Any) -> str:
    """A figure with its unit, which is the end of its name: `budget $250.00`, `expected gap 3 days`."""
    said = name.replace("_", " ")
    if name.endswith("_usd"):
        return f"{said.removesuffix(' usd')} ${cell_text(value, name)}"
    if name.endswith("_minutes"):
        return f"{said.removesuffix(' minutes')} {in_words(timedelta(minutes=float(value)))}"
    return f"{said} {cell_text(value, name)}"


def _inert(text: str) -> str:
    """The text without what a chat acts on: a name may hold <!channel>, @everyone, or turn the direction of writing."""
    lines = (printable(line) for line in text.split("\n"))
    return _CALLS.sub("\\g<0>\u200b", "\n".join(lines))


def _first(texts: list[str]) -> list[str]:
    more = len(texts) - LISTED
    return texts if more <= 0 else [*texts[:LISTED], f"... and {more:,} more: fivetran-logs alert status"]


def _count_in_words(message: Message) -> str:
    alerts = [*_alerts(message)]
    worst = max(alerts, key=lambda alert: alert.rank).severity if alerts else ""
    kinds = [KINDS[alert.kind] for alert in alerts]
    parts = [f"{kind}: {kinds.count(kind)}" for kind in dict.fromkeys(kinds)]
    over = sum(len(change.recovered) for change in message.changes)
    parts += [f"recovered: {over}"] if over else []
    return f"{f'[{worst}] ' if worst else ''}{', '.join(parts)}"


def _alerts(message: Message) -> Iterator[Alert]:
    for change in message.changes:
        yield from (*change.opened, *change.worse, *change.events, *change.still)


def _lines(message: Message) -> Iterator[str]:
    """One line for each alert."""
    for change in message.changes:
        for alert, word in _with_words(change):
            yield f"[{alert.severity}] {word}{_place(alert)}{one_line(alert.what)}"
        for recovered in change.recovered:
            yield f"Recovered: {_recovered_in_words(recovered)}"


def _with_words(change: Change) -> Iterator[tuple[Alert, str]]:
    for alerts, word in (
        (change.opened, ""),
        (change.worse, "Worse: "),
        (change.events, ""),
        (change.still, "Still open: "),
    ):
        yield from ((alert, word) for alert in sorted(alerts, key=lambda alert: -alert.rank))


def _place(alert: Alert) -> str:
    parts = [alert.labels.get("connection_name"), alert.labels.get("destination_name")]
    named = " → ".join(one_line(part) for part in parts if part)
    return f"{named}: " if named else ""


def _recovered_in_words(recovered: Recovered) -> str:
    place = recovered.told.labels.get("connection_name") or recovered.told.labels.get("destination_name")
    text = f"{one_line(place)}: {one_line(recovered.told.what)}" if place else one_line(recovered.told.what)
    alert, since = recovered.alert, recovered.told.since
    if alert is not None and alert.ended_at is not None and since is not None:
        return f"{text} (after {in_words(alert.ended_at - datetime.fromisoformat(since))})"
    return text


def _paragraphs(message: Message, now: datetime, report_url: str | None) -> Iterator[str]:
    for change in message.changes:
        for alert, word in _with_words(change):
            yield "\n".join(_answers(alert, word, now, report_url))
        for recovered in change.recovered:
            yield f"Recovered: {_recovered_in_words(recovered)}"


def _answers(alert: Alert, word: str, now: datetime, report_url: str | None) -> Iterator[str]:
    yield f"{word}{_place(alert)}{one_line(alert.what)}"
    if alert.since is not None:
        verb = "At" if alert.is_event else "Since"
        lasted = "" if alert.is_event or now < alert.since else f", for {in_words(now - alert.since)}"
        yield f"{verb} {alert.since:%Y-%m-%d %H:%M} UTC{lasted}"
    bad = [_fact(name, value) for name, value in alert.facts.items()]
    yield f"How bad: {'; '.join([alert.severity, *bad])}"
    names = ("team", "owner", "criticality")
    hurt = [f"{name} {one_line(alert.labels[name])}" for name in names if name in alert.labels]
    if hurt:
        yield f"Whom it hurts: {', '.join(hurt)}"
    if alert.probable_cause:
        yield f"Probable cause: {one_line(alert.probable_cause)}"
    if alert.next_step:
        yield f"Next: {one_line(alert.next_step)}"
    if report_url and alert.kind == "incident":
        yield f"Report: {report_url}#incident/{quote(alert.key.removeprefix('incident:'), safe='')}"
    elif report_url and "connection_id" in alert.labels:
        yield f"Report: {report_url}#connection/{quote(alert.labels['connection_id'], safe='')}"
    elif report_url:
        yield f"Report: {report_url}"
