"""The one way to query the marts: SQL with Jinja in, rows out, for queries, the report and the build.

A plain DuckDB file that was built here needs no dbt: the build left the SQL of every query in the target directory
(`kept_sql`), and DuckDB answers. If anything has changed since, dbt compiles again. For any other target dbt's adapter
connects.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Protocol

from fivetran_logs.dbt.duckdb_target import DuckdbTarget, find_duckdb_target, open_duckdb_target
from fivetran_logs.dbt.kept_sql import KeptSql, read_kept_sql
from fivetran_logs.dbt.open import DEMO_TARGET
from fivetran_logs.dbt.project import AS_OF_ENVIRONMENT, AS_OF_VARIABLE, DbtProject
from fivetran_logs.dbt.warehouse import Rows, Target, open_warehouse, target_and_options
from fivetran_logs.failures.errors import UserError

# Compiled SQL has this as-of. The real one replaces it later, because only as-of differs between runs.
_SOME_INSTANT = "1999-08-07 06:05:04.030201"
_REF = re.compile(r"\bref\(\s*['\"](\w+)['\"]\s*\)")
# The shape that macro `as_of_text` accepts.
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{3}([0-9]{3})?)?)?([+-][0-9]{2}:[0-9]{2})?)?"
)
_BETWEEN = "/* @@ */"
_EPHEMERAL = "__dbt__cte__"  # dbt's prefix of an ephemeral model


class Connection(Protocol):
    """An open connection to the database of the marts."""

    target: Target

    def query(self, sql: str, *, limit: int | None = None) -> Rows: ...

    def has(self, relation_name: str) -> bool: ...


@dataclass(frozen=True)
class Question:
    """One statement on the marts, with its Jinja. Error messages use `title`."""

    name: str
    sql: str
    title: str


class Marts:
    """The marts of one target, ready for queries."""

    def __init__(
        self,
        connection: Connection,
        compiled: Mapping[str, str | None],
        relations: Mapping[str, str],
        refused: Callable[[Question], str],
        build: str,
    ) -> None:
        self._connection = connection
        self._compiled = compiled
        self._relations = relations
        self._refused = refused
        self._build = build

    def ask(self, question: Question, *, limit: int | None = None, replace: Mapping[str, str] | None = None) -> Rows:
        """The answer to a query that the marts were opened for; at most `limit` rows.

        replace  texts of the compiled SQL, and their replacements

        Raises:
            UserError: a model it reads is missing or not built yet, or the warehouse refused it.
        """
        sql = self.sql(question, replace=replace)
        try:
            return self._connection.query(sql, limit=limit)
        except UserError as error:
            raise self._explain(question, sql, error) from error

    def sql(self, question: Question, *, replace: Mapping[str, str] | None = None) -> str:
        """The statement that `ask` sends.

        Raises:
            UserError: a model it reads is missing.
        """
        sql = self._compiled[question.sql] or self._refused(question)
        for text, other in (replace or {}).items():
            sql = sql.replace(text, other)
        return sql

    def _explain(self, question: Question, sql: str, error: UserError) -> UserError:
        """The same failure, or a likelier cause: a missing model."""
        for name, relation in sorted(self._relations.items()):
            if re.search(rf"{re.escape(relation)}(?!\w)", sql) and not self._connection.has(relation):
                return _not_built(name, self._connection.target, self._build)
        return UserError(f"{question.title} failed: {error}")


@contextmanager
def open_marts(
    project: DbtProject, questions: Sequence[Question], others: Callable[[], Iterable[Question]] = list
) -> Iterator[Marts]:
    """Compiles the queries, or reads their kept SQL, and connects.

    others  queries that may come later; if dbt must compile, it compiles them too and keeps their SQL

    Raises:
        UserError: nothing is built yet, or no connection.
    """
    file = find_duckdb_target(project.settings)
    if file is not None and not file.path.is_file():
        names = [name for question in questions for name in _REF.findall(question.sql)]
        raise _not_built(names[0] if names else "Nothing", file.target, _build_command(project))
    kept = _kept(project, file)
    compiled = _compile(project, kept, questions, others)
    with _connect(project, file) as connection:
        build = _build_command(project)
        yield Marts(connection, compiled, kept.relations, lambda question: _refused(project, question), build)


def _not_built(name: str, target: Target, build: str) -> UserError:
    return UserError(f"{name} is not built in {target.name} yet: run `{build}` first.")


def _build_command(project: DbtProject) -> str:
    """The command that builds the marts of a target, to be pasted as it is."""
    if project.settings.target == DEMO_TARGET:
        return "fivetran-logs demo"
    return project.settings.to_command("fivetran-logs build")


def _kept(project: DbtProject, file: DuckdbTarget | None) -> KeptSql:
    if file is not None:
        return read_kept_sql(project, file.target, {**file.options, "settings": None})
    return read_kept_sql(project, *target_and_options(project))


def _connect(project: DbtProject, file: DuckdbTarget | None) -> AbstractContextManager[Connection]:
    return open_warehouse(project) if file is None else open_duckdb_target(file)


def _compile(
    project: DbtProject, kept: KeptSql, questions: Sequence[Question], others: Callable[[], Iterable[Question]]
) -> dict[str, str | None]:
    """The SQL of each query by its Jinja, None if dbt refuses it; newly compiled SQL is added to `kept`."""
    instant = _instant(project)
    if instant is None:
        # dbt explains what is wrong with it
        return {question.sql: project.compile(question.sql) for question in questions}
    if any(question.sql not in kept.sql for question in questions):
        _add(project, kept, [*questions, *others()])
    texts = {question.sql: kept.sql[question.sql] for question in questions}
    return {jinja: sql and sql.replace(_SOME_INSTANT, instant) for jinja, sql in texts.items()}


def _refused(project: DbtProject, question: Question) -> str:
    """Compiles a failed query once more, because dbt explains why it fails; for a missing model it does not."""
    names = {node.name for node in project.manifest().nodes.values()}
    for name in _REF.findall(question.sql):
        if name not in names:
            raise UserError(f"{question.title} reads {name}, which this project does not have: is it disabled?")
    return project.compile(question.sql)


def _add(project: DbtProject, kept: KeptSql, questions: Iterable[Question]) -> None:
    """Compiles all missing queries together, because a compilation costs the same for any length."""
    nodes = [node for node in project.manifest().nodes.values() if node.resource_type in ("model", "seed")]
    kept.relations = {node.name: node.relation_name for node in nodes if node.relation_name}
    general = project.at(_SOME_INSTANT) if project.as_of_is_apart else project
    names = {node.name for node in nodes}
    new = list(dict.fromkeys(question.sql for question in questions if question.sql not in kept.sql))
    kept.sql |= dict.fromkeys(new)
    able = [sql for sql in new if names.issuperset(_REF.findall(sql))]
    try:
        compiled = _compile_at_once(general, able)
    except UserError:  # one of them is wrong: compile each alone
        compiled = [_compile_or_none(general, sql) for sql in able]
    for jinja, sql in zip(able, compiled, strict=True):
        # A query of an ephemeral model needs that model's SQL, which dbt puts before the first query only.
        kept.sql[jinja] = _compile_or_none(general, jinja) if sql and _EPHEMERAL in sql else sql
    kept.write()


def _compile_or_none(project: DbtProject, sql: str) -> str | None:
    try:
        return project.compile(sql)
    except UserError:
        return None


def _compile_at_once(project: DbtProject, texts: list[str]) -> list[str]:
    """The SQL of each text; `with` separates their Jinja variables."""
    if not texts:
        return []
    pieces = [f"{{% with %}}{{{{ '{_BETWEEN}' }}}}\n{text}\n{{% endwith %}}" for text in texts]
    return [piece.strip() for piece in project.compile("\n".join(pieces)).split(_BETWEEN)[1:]]


def _instant(project: DbtProject) -> str | None:
    """As-of as macro `as_of_text` writes it; None if it is not a timestamp."""
    given = str(project.variables.get(AS_OF_VARIABLE) or os.environ.get(AS_OF_ENVIRONMENT) or "").strip()
    if not given:
        at = datetime.now(timezone.utc)
    else:
        text = given.replace("Z", "+00:00")
        if not _INSTANT.fullmatch(text):
            return None
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return None
        at = at.replace(tzinfo=timezone.utc) if at.tzinfo is None else at.astimezone(timezone.utc)
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"
