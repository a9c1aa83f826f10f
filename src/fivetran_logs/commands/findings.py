"""The findings shown after a build: answers to a few shipped queries."""

from __future__ import annotations

from fivetran_logs.commands.query import read_queries, run_queries
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import UserError
from fivetran_logs.output.summary import Section


def ask(project: DbtProject, sections: list[Section]) -> list[tuple[Section, Rows]]:
    """The answers to the sections' queries; those whose marts are not built are left out."""
    queries = read_queries(project.settings)
    wanted = [section for section in sections if section.query in queries]
    try:
        return list(zip(wanted, run_queries(project, [queries[s.query] for s in wanted]), strict=True))
    except UserError:
        pass
    answers = []
    for section in wanted:
        try:
            answers.append((section, run_queries(project, [queries[section.query]])[0]))
        except UserError:
            continue
    return answers
