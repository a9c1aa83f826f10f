"""Sentences for dbt's failures: its setup, the relevant line of a message, a failed model or test."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path
from typing import Any

from fivetran_logs.failures.errors import one_line, without_colours

TESTS = ("test", "unit_test")
SHOWN_VALUES = 6  # of a row that fails a test
SHOWN_CHARACTERS = 80  # of one of them: a message can fill pages
_HEADING = re.compile(
    r"^((\w+ )?(Error|Exception)( in .*)?|Encountered an error:?|Database error while listing schemas in .*)$"
)


def missing_adapter(text: str) -> str | None:
    """The sentence for a missing adapter. It names dbt's package: ours is on no index, a stranger could take it."""
    found = re.search(r"Could not find adapter type (\w+)", text)
    if not found:
        return None
    adapter = found.group(1)
    extra = f"extra == '{adapter}'"
    wanted = next((line.split(";")[0] for line in metadata.requires("fivetran-logs") or [] if extra in line), None)
    return f'The adapter is not installed: pip install "{wanted or f"dbt-{adapter}"}".'


def missing_target(text: str, profiles_dir: Path | None, target: str | None) -> str | None:
    """The sentence for a target that the profile lacks."""
    if "does not have a target named" not in text:
        return None
    valid = ", ".join(re.findall(r"^\s*- (\S+)", text, re.MULTILINE))
    profiles = profiles_dir / "profiles.yml" if profiles_dir else "The profile"
    return f"{profiles} has no target {target!r}; it has: {valid}."


def first_cause(text: str) -> str:
    """The line of a dbt or database message that names the cause."""
    lines = [line.strip() for line in without_colours(text or "").splitlines() if line.strip()]
    telling = [line for line in lines if not _HEADING.match(line)]
    return one_line(telling[0]) if telling else one_line(" ".join(lines))


def failed_node(result: Any, row: dict[str, Any] | None = None) -> str:
    """dbt's result of a model, seed or test that failed or warned, in one line; `row` is one that fails the test."""
    node, kind, status = result.node, str(result.node.resource_type), str(result.status)
    if kind not in TESTS:
        return f"{kind} {node.name}: {first_cause(result.message or status)} ({node.original_file_path})"
    if status in ("error", "runtime error"):
        return f"test {node.name} could not run: {first_cause(result.message or '')}"
    if kind == "unit_test":
        model = (node.tested_node_unique_id or "").split(".")[-1]
        return f"unit test {node.name} of {model}: the model returns other rows than expected"
    return _failed_data_test(node, result.failures or 0, dict(row or {}))


def _failed_data_test(node: Any, rows: int, row: dict[str, Any]) -> str:
    generic = getattr(node, "test_metadata", None)
    attached = (getattr(node, "attached_node", None) or "").split(".")[-1]
    column = getattr(node, "column_name", None)
    if node.description:
        what = one_line(node.description).rstrip(".")
    elif generic is None:
        what = f"{node.name} ({node.original_file_path})"
    else:
        what = _rule(generic.name, generic.kwargs or {}, row)
    where = f"{attached}.{column}" if attached and column else attached
    words = _row_in_words(row)
    example = f", for example {words}" if words else ""
    return f"{where + ': ' if where else ''}{what}: {rows:,} {'row fails' if rows == 1 else 'rows fail'}{example}"


def _row_in_words(row: dict[str, Any]) -> str:
    """`name value, name value`: the first columns that have a value."""
    words = [f"{name} {_shortened(value)}" for name, value in row.items() if value is not None]
    return ", ".join(words[:SHOWN_VALUES])


def _shortened(value: Any) -> str:
    text = one_line(str(value))
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def _rule(name: str, kwargs: dict[str, Any], row: dict[str, Any]) -> str:
    """The condition that a test checks. In our own tests the row names the broken rule or key, so it is left out."""
    arguments = {**kwargs, **(kwargs.get("arguments") or {})}
    if name in ("key_and_rules", "expressions_are_true"):
        rule = row.pop("does_not_hold", None)
        return f"must be true: {one_line(str(rule))}" if rule else "its rules must be true"
    if name == "unique_key":
        key = row.pop("unique_key", None) or ", ".join(arguments.get("columns") or [])
        return f"{key} must be unique and not null"
    if name == "accepted_values":
        return f"must be one of {', '.join(map(str, arguments.get('values', [])))}"
    if name in ("relationships", "found_in"):
        return f"must be found in {arguments.get('to')}"
    return {"unique": "must be unique", "not_null": "must not be null"}.get(name, f"test {name}")
