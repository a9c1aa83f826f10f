"""Replaces steps of dbt that take a third of a build's CPU by the same steps without detours.

Each function falls back on dbt's own where dbt, or what it was given, looks different.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Any

from fivetran_logs.dbt import templates
from fivetran_logs.dbt.inlined import inject_quickly


def quicken_dbt() -> None:
    """Replaces dbt's functions, once; a dbt without one of them keeps its own."""
    from dbt import compilation
    from dbt.context import macros
    from dbt.context.manifest import ManifestContext
    from dbt_common.clients import agate_helper, jinja
    from dbt_common.events import base_types, event_manager

    _replace(compilation, "inject_ctes_into_sql", inject_quickly)
    if hasattr(macros.MacroNamespaceBuilder, "add_macro"):  # dbt 1.12 makes a macro's object when it is called
        _replace(macros.MacroNamespaceBuilder, "build_namespace", _build_namespace)
        _replace(ManifestContext, "to_dict", _names_of_context)
    _replace(jinja.MacroFuzzEnvironment, "compile", _compile_once)
    _replace(agate_helper, "build_type_tester", _build_type_tester_once)
    _replace(base_types.BaseEvent, "__init__", _make_event)
    _replace(event_manager, "msg_from_base_event", _make_message)


def _replace(owner: Any, name: str, made: Callable[[Any], Any]) -> None:
    its_own = getattr(owner, name, None)
    if its_own is not None and not hasattr(its_own, "__wrapped__"):
        setattr(owner, name, wraps(its_own)(made(its_own)))


def _build_namespace(its_own: Callable[..., Any]) -> Callable[..., Any]:
    """dbt makes an object for each of 1,000 macros whenever it renders something; they differ in the macro alone."""
    from dbt.clients.jinja import MacroGenerator
    from dbt.context.macros import MacroNamespace

    known = set(vars(MacroGenerator(None))) == {"macro", "context", "node", "stack"}

    def build_namespace(self: Any, macros_by_package: dict[str, dict[str, Any]], ctx: dict[str, Any]) -> Any:
        if self.packages or self.internal_packages or not known:
            return its_own(self, macros_by_package, ctx)
        node, stack, new = self.node, self.thread_ctx, object.__new__
        by_package: dict[str, dict[str, Any]] = {}
        for package, macros in macros_by_package.items():
            generators = by_package[package] = {}
            for name, macro in macros.items():
                generator = generators[name] = new(MacroGenerator)
                generator.macro, generator.context, generator.node, generator.stack = macro, ctx, node, stack
        internal = self.internal_package_names
        self.internal_packages = {name: found for name, found in by_package.items() if name in internal}
        self.packages = {name: found for name, found in by_package.items() if name not in internal}
        self.locals = dict(self.packages.get(self.search_package, {}))
        if self.root_package != self.search_package:
            self.globals = dict(self.packages.get(self.root_package, {}))
        of_dbt: dict[str, Any] = {}
        for package in reversed(self.internal_package_names_order):
            of_dbt.update(self.internal_packages.get(package, {}))
        return MacroNamespace(self.globals, self.locals, of_dbt, self.packages)

    return build_namespace


def _names_of_context(its_own: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """dbt looks each macro up in five dictionaries, to copy it into one."""
    from dbt.context.macros import MacroNamespace
    from dbt.context.manifest import ManifestContext

    def to_dict(self: Any) -> dict[str, Any]:
        if type(self.namespace) is not MacroNamespace:
            return its_own(self)
        names = super(ManifestContext, self).to_dict()
        for found in reversed(list(self.namespace._search_order())):
            names.update(found)
        return names

    return to_dict


def _compile_once(its_own: Callable[..., Any]) -> Callable[..., Any]:
    """dbt has Jinja compile a text each time it renders it: a model when it is parsed, built and tested."""
    from dbt_common.clients.jinja import MacroFuzzEnvironment, NativeSandboxEnvironment

    kinds = {MacroFuzzEnvironment: False, NativeSandboxEnvironment: True}

    def compile(self: Any, source: Any, *arguments: Any, **options: Any) -> Any:
        native = kinds.get(type(self))
        if arguments or options or type(source) is not str or native is None:
            return its_own(self, source, *arguments, **options)
        return templates.get(native, source, lambda: its_own(self, source))

    return compile


def _build_type_tester_once(its_own: Callable[..., Any]) -> Callable[..., Any]:
    """dbt makes one for each answer of the database; one takes a millisecond, since it compiles words of dates."""

    @lru_cache(maxsize=256)
    def made(text_columns: frozenset[str], string_null_values: tuple[str, ...]) -> Any:
        return its_own(text_columns, string_null_values)

    def build_type_tester(text_columns: Iterable[str], string_null_values: Iterable[str] = ("null", "")) -> Any:
        return made(frozenset(text_columns), tuple(string_null_values))

    return build_type_tester


def _make_event(its_own: Callable[..., None]) -> Callable[..., None]:
    """dbt has each of a build's 30,000 events read field by field in Python; protobuf's constructor is in C.

    It is stricter, so what it refuses is left to dbt.
    """

    def make(self: Any, *arguments: Any, **fields: Any) -> None:
        if not arguments:
            for name in ("base_msg", "msg"):
                if name in fields:
                    fields[name] = str(fields[name])
            try:
                self.pb_msg = getattr(self.PROTO_TYPES_MODULE, type(self).__name__)(**fields)
            except (TypeError, ValueError, AttributeError):
                pass
            else:
                return
        its_own(self, *arguments, **fields)

    return make


def _make_message(its_own: Callable[..., Any]) -> Callable[..., Any]:
    """The same for what dbt says of an event."""
    from dbt_common.events.base_types import get_global_metadata_vars
    from dbt_common.invocation import get_invocation_id

    def message_of(event: Any, level: Any = None) -> Any:
        name = type(event).__name__
        try:
            message = getattr(event.PROTO_TYPES_MODULE, f"{name}Msg")()
            info = message.info
            info.level = level.value if level else event.level_tag().value
            info.msg = event.message()
            info.invocation_id = get_invocation_id()
            info.extra.update(get_global_metadata_vars())
            info.ts.FromMicroseconds(time.time_ns() // 1000)
            info.pid = os.getpid()
            info.thread = threading.current_thread().name
            info.code = event.code()
            info.name = name
            message.data.CopyFrom(event.pb_msg)
        except (TypeError, ValueError, AttributeError):
            return its_own(event, level)
        return message

    return message_of
