"""What replaces steps of dbt gives what dbt's own gives."""

from __future__ import annotations

import inspect
import marshal
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from dbt.adapters.events import types as adapter_events
from dbt.clients.jinja import MacroGenerator, get_rendered
from dbt.context import macros
from dbt.context.manifest import ManifestContext
from dbt.context.providers import generate_runtime_macro_context, generate_runtime_model_context
from dbt.events import types as core_events
from dbt.exceptions import CompilationError
from dbt_common.clients import agate_helper, jinja
from dbt_common.events import base_types, event_manager
from dbt_common.events import types as common_events
from google.protobuf.json_format import MessageToDict
from helpers import BuiltAccount, macros_of

from fivetran_logs.dbt import templates
from fivetran_logs.dbt.quicker import quicken_dbt

quicken_dbt()

REPLACED = [
    (macros.MacroNamespaceBuilder, "build_namespace"),
    (ManifestContext, "to_dict"),
    (jinja.MacroFuzzEnvironment, "compile"),
    (agate_helper, "build_type_tester"),
    (base_types.BaseEvent, "__init__"),
    (event_manager, "msg_from_base_event"),
]


@pytest.mark.parametrize(("owner", "name"), REPLACED, ids=[name for _, name in REPLACED])
def test_each_is_replaced_once(owner: Any, name: str) -> None:
    """A dbt that calls it otherwise fails here: no test sees that a build is slower."""
    quicken_dbt()
    its_own = getattr(owner, name).__wrapped__
    assert its_own.__module__.startswith(("dbt", "jinja2"))
    assert not hasattr(its_own, "__wrapped__")


@pytest.fixture
def its_own(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """dbt as it is installed, once called."""

    def restore() -> None:
        for owner, name in REPLACED:
            monkeypatch.setattr(owner, name, inspect.unwrap(getattr(owner, name)))

    return restore


def described(names: dict[str, Any]) -> dict[str, Any]:
    """Names of a context, with what tells two macros of one name apart."""
    told: dict[str, Any] = {}
    for name, value in names.items():
        if isinstance(value, MacroGenerator):
            assert value.context is not None
            told[name] = (value.macro.unique_id, id(value.node), value.context["target"]["name"], value.stack.depth)
        elif isinstance(value, dict) and value and all(isinstance(each, MacroGenerator) for each in value.values()):
            told[name] = described(value)
        else:
            told[name] = type(value).__name__
    return told


@pytest.mark.parametrize("kind", ["model", "a macro of ours", "a macro of dbt"])
def test_a_context_holds_the_same_macros(built_account: BuiltAccount, its_own, kind: str) -> None:
    with macros_of(built_account) as warehouse:
        config, manifest = warehouse._adapter.config, warehouse._adapter.get_macro_resolver()

        def context() -> dict[str, Any]:
            if kind == "model":
                node = manifest.nodes["model.fivetran_logs.fct_fivetran_connector_health"]
                return generate_runtime_model_context(node, config, manifest)
            name = "macro.fivetran_logs.as_of" if kind == "a macro of ours" else "macro.dbt.run_query"
            macro = manifest.macros[name]
            return generate_runtime_macro_context(macro, config, manifest, macro.package_name)

        ours = described(context())
        its_own()
        theirs = described(context())
    assert ours == theirs
    assert len(ours["fivetran_logs"]) > 100
    assert len(ours["dbt"]) > 100


def test_a_text_is_compiled_once_and_renders_as_before(its_own) -> None:
    text = "{% set x = [1, 2] %}{{ x | length }} {{ name }} {{ '3' | as_number }} {# once #}"

    def rendered() -> list[Any]:
        return [get_rendered(text, {"name": name}, native=native) for name in ("a", "b") for native in (False, True)]

    ours = rendered()
    assert [key for key in templates._compiled if key[1] == text] == [(False, text), (True, text)]
    for _ in range(2):
        with pytest.raises(CompilationError, match="unexpected"):
            get_rendered("{{ 1 + }}", {})
    its_own()
    assert ours == rendered()


@pytest.mark.parametrize(
    ("columns", "nulls"), [((), ("null", "")), (("a", "b"), ()), (("b",), ("null",)), (("b", "c"), ("x",))]
)
def test_answers_have_the_same_types(columns: tuple[str, ...], nulls: tuple[str, ...] | None) -> None:
    rows = [("1", "x", "2026-01-01"), ("null", "", None)]

    def types(build: Callable[..., Any]) -> list[tuple[str, Any]]:
        found = build(set(columns), nulls).run(rows, ["a", "b", "c"])
        return [(type(one).__name__, one.null_values) for one in found]

    ours = agate_helper.build_type_tester
    assert types(ours) == types(ours) == types(ours.__wrapped__)


NODE = {"node_name": "a", "unique_id": "model.x.a", "node_status": "success", "resource_type": "model", "meta": {}}
EVENTS: list[tuple[type, dict[str, Any]]] = [
    (adapter_events.SQLQuery, {"conn_name": "a", "sql": "select 'é'\n", "node_info": NODE}),
    (adapter_events.SQLQueryStatus, {"status": "OK", "elapsed": 0.125, "node_info": None}),
    (adapter_events.NewConnection, {"conn_type": "duckdb", "conn_name": "b"}),
    (core_events.JinjaLogInfo, {"msg": 7, "node_info": {**NODE, "node_started_at": "2026-06-18T14:00:00.5"}}),
    (core_events.LogStartLine, {"description": "a", "index": 1, "total": 2, "node_info": NODE}),
    (
        core_events.NodeFinished,
        {"node_info": NODE, "run_result": {"status": "success", "execution_time": 1.5, "num_failures": 0}},
    ),
    (common_events.Formatting, {"msg": ""}),
    (common_events.Note, {"msg": "a"}),
]


@pytest.mark.parametrize(("kind", "fields"), EVENTS, ids=[kind.__name__ for kind, _ in EVENTS])
def test_an_event_says_the_same(kind: type, fields: dict[str, Any], its_own) -> None:
    def said() -> dict[str, Any]:
        message = MessageToDict(event_manager.msg_from_base_event(kind(**fields)))
        assert message["info"].pop("ts").startswith("20")
        return message

    ours = said()
    its_own()
    assert ours == said()


def test_an_event_that_cannot_be_is_refused_as_by_dbt(its_own) -> None:
    for made in range(2):
        with pytest.raises(Exception, match="Unable to parse"):
            adapter_events.SQLQuery(conn_name=["no text"], unknown=1)
        if not made:
            its_own()


# -- what is kept on disk


@pytest.fixture
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "_compiled", {})
    monkeypatch.setattr(templates, "_read", set())


def known(directory: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[bool, str]]:
    """What a process that comes later finds."""
    monkeypatch.setattr(templates, "_compiled", {})
    monkeypatch.setattr(templates, "_read", set())
    templates.read(directory)
    return list(templates._compiled)


def test_the_next_process_need_not_compile(nothing_known: None, tmp_path: Path, monkeypatch) -> None:
    write = inspect.unwrap(templates.write)
    monkeypatch.setenv("SOME_TOKEN", "Zq8-planted-secret")
    for text in ("{{ one }}", "{% two %}", "a value of the profile", "{{ env_var('x', 'Zq8-planted-secret') }}"):
        templates.get(False, text, lambda: compile("1", "<template>", "eval"))
    write(tmp_path)
    (file,) = tmp_path.iterdir()
    assert known(tmp_path, monkeypatch) == [(False, "{{ one }}"), (False, "{% two %}")]
    assert b"planted" not in file.read_bytes()
    assert eval(templates.get(False, "{{ one }}", lambda: pytest.fail("it is known"))) == 1
    file.unlink()
    templates.get(False, "another value", lambda: compile("2", "<template>", "eval"))
    write(tmp_path)
    assert not file.exists(), "nothing new, nothing written"
    monkeypatch.setattr(templates, "_MOST", 2)
    templates.get(True, "{{ three }}", lambda: compile("3", "<template>", "eval"))
    write(tmp_path)
    assert known(tmp_path, monkeypatch) == [(False, "{% two %}"), (True, "{{ three }}")], "what came first goes first"


def test_a_file_that_is_damaged_or_that_another_can_write_does_not_count(
    nothing_known: None, tmp_path: Path, monkeypatch
) -> None:
    file = tmp_path / templates._name()
    content = marshal.dumps({(False, "one"): compile("1", "<template>", "eval")})
    whole = sha256(content).digest() + content
    file.write_bytes(whole)
    file.chmod(0o600)
    assert known(tmp_path, monkeypatch) == [(False, "one")]
    for damaged in (b"", whole[:-1], whole[:20], b"x" + whole[1:]):
        file.write_bytes(damaged)
        assert known(tmp_path, monkeypatch) == []
    file.write_bytes(whole)
    file.chmod(0o622)
    assert known(tmp_path, monkeypatch) == []
    file.chmod(0o600)
    monkeypatch.setattr(os, "getuid", lambda: file.stat().st_uid + 1)
    assert known(tmp_path, monkeypatch) == []
