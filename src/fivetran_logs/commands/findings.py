"""The findings shown after a build: answers to a few shipped queries."""

from __future__ import annotations

from fivetran_logs.commands.query import read_queries, run_queries
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import UserError
from fivetran_logs.output.summary import Section


def ask(project: DbtProject, sections: list[Section]) -> list[tuple[Section, Rows]]:
    """The answers to the sections' queries, without those that need a mart that is not built."""
    queries = read_queries(project.settings)
    wanted = [section for section in sections if section.query in queries]
    try:
        answers = run_queries(project, [queries[section.query] for section in wanted])
    except UserError:
        return []
    found = [(section, answers[section.query]) for section in wanted]
    return [(section, answer) for section, answer in found if isinstance(answer, Rows)]
