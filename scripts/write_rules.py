"""Writes what follows from the rule files: the list of rules that dbt loops over, their YAML, and a page for each.

A rule is one SQL file, whose head comment explains it, and one row of a seed. `make docs` runs this after either has
changed; tests/docs/test_rules.py fails where it has not. Another kind of rule, such as compliance checks, is one more
`Catalogue`.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WRITTEN = "Written by `make docs`: edit the SQL file or the seed row instead."
WHY, FIX = "Why it matters", "How to fix"


@dataclass(frozen=True)
class Catalogue:
    """A kind of rule: where its files are, and what is written from them."""

    title: str
    folder: str  # of the SQL files
    prefix: str  # of their names; the rule's code follows
    seed: str  # one row per rule, with the columns of fivetran_recommendation_rules
    exceptions: str  # seed that silences a rule for one connection
    macro: str  # returns the list of codes
    pages: str  # folder of the pages
    columns: tuple[tuple[str, str], ...]  # what each SQL file selects, with descriptions


RECOMMENDATIONS = Catalogue(
    title="Recommendation rules",
    folder="models/marts/recommendations/rules",
    prefix="fivetran_recommendation__",
    seed="fivetran_recommendation_rules",
    exceptions="fivetran_recommendation_exceptions",
    macro="recommendation_rules",
    pages="docs/rules",
    columns=(
        ("connection_id", "The connection that the rule applies to."),
        ("evidence", "Why it applies, in one sentence with the figures."),
        (
            "estimated_monthly_savings_usd",
            "Dollars a month that following it may save; null where unknown.",
        ),
    ),
)
CATALOGUES = (RECOMMENDATIONS,)


@dataclass(frozen=True)
class Rule:
    """One rule, as its SQL file and its seed row describe it."""

    code: str
    file: str
    title: str
    means: str
    why: str
    fix: str
    sql: str  # without the head comment
    variables: tuple[str, ...]
    words: dict[str, str]  # its seed row


def read_rules(catalogue: Catalogue, root: Path = ROOT) -> list[Rule]:
    """The rules of a catalogue, by code.

    Raises:
        ValueError: a file has no seed row, a row has no file, or a head comment is not as it should be.
    """
    with open(root / "seeds" / f"{catalogue.seed}.csv", newline="", encoding="utf-8") as file:
        words = {row["rule_code"]: row for row in csv.DictReader(file)}
    files = {
        path.stem.removeprefix(catalogue.prefix): path
        for path in sorted((root / catalogue.folder).glob(f"{catalogue.prefix}*.sql"))
    }
    if files.keys() != words.keys():
        raise ValueError(
            f"{catalogue.folder} has no SQL file for {sorted(words.keys() - files.keys())}; "
            f"seeds/{catalogue.seed}.csv has no row for {sorted(files.keys() - words.keys())}"
        )
    return [_read_rule(path, code, words[code], root) for code, path in files.items()]


def _read_rule(path: Path, code: str, words: dict[str, str], root: Path) -> Rule:
    text = path.read_text(encoding="utf-8")
    comment = re.match(r"(?:--[^\n]*\n)*", text)
    head = comment.group() if comment else ""
    lines = [line[2:].strip() for line in head.splitlines()]
    paragraphs = [" ".join(paragraph.split()) for paragraph in re.split(r"\n\n+", "\n".join(lines))]
    headings = ("", "", f"{WHY}: ", f"{FIX}: ")
    if len(paragraphs) != len(headings) or not all(map(str.startswith, paragraphs, headings)):
        raise ValueError(f"{path.name}: its head comment has a title, a meaning, `{WHY}: ...`, `{FIX}: ...`")
    title, means, why, fix = map(str.removeprefix, paragraphs, headings)
    sql = text[len(head) :].strip()
    variables = tuple(dict.fromkeys(re.findall(r"var\('(\w+)'\)", sql)))
    file = path.relative_to(root).as_posix()
    return Rule(code, file, title, means, why, fix, sql, variables, words)


def written(root: Path = ROOT) -> dict[str, str]:
    """Everything this script writes: text by path from the root."""
    texts: dict[str, str] = {}
    for catalogue in CATALOGUES:
        rules = read_rules(catalogue, root)
        texts[f"macros/rules/{catalogue.macro}.sql"] = _macro(catalogue, rules)
        texts[f"{catalogue.folder}/_rules.yml"] = _yaml(catalogue, rules)
        texts[f"{catalogue.pages}/README.md"] = _index(catalogue, rules)
        defaults = _defaults(root)
        for rule in rules:
            texts[f"{catalogue.pages}/{rule.code}.md"] = _page(catalogue, rule, defaults)
    return texts


def stale_pages(root: Path = ROOT) -> list[Path]:
    """Pages of rules that are gone."""
    texts = written(root)
    pages = [path for catalogue in CATALOGUES for path in sorted((root / catalogue.pages).glob("*.md"))]
    return [path for path in pages if path.relative_to(root).as_posix() not in texts]


def _defaults(root: Path) -> dict[str, tuple[str, str]]:
    """Default and comment of each variable of dbt_project.yml."""
    text = (root / "dbt_project.yml").read_text(encoding="utf-8")
    found = re.findall(r"(?m)^    (fivetran_logs_\w+): (\S+) *(?:# (.*))?$", text)
    return {name: (value, comment.replace("...", "").strip()) for name, value, comment in found}


def _macro(catalogue: Catalogue, rules: list[Rule]) -> str:
    codes = "".join(f"        '{rule.code}',\n" for rule in rules)
    return (
        f"{{#- The rules in {catalogue.folder}, since dbt cannot list files. {WRITTEN} -#}}\n"
        f"{{% macro {catalogue.macro}() %}}\n    {{{{- return([\n{codes}    ]) -}}}}\n{{% endmacro %}}\n"
    )


def _yaml(catalogue: Catalogue, rules: list[Rule]) -> str:
    lines = [f"# {WRITTEN} All rule files select the same columns.", "version: 2", "", "models:"]
    for rule in rules:
        lines += [
            f"  - name: {catalogue.prefix}{rule.code}",
            f"    description: {_quoted('One row per connection that the rule applies to. ' + rule.means)}",
        ]
        if rule is not rules[0]:
            lines.append("    columns: *columns")
            continue
        lines.append("    columns: &columns")
        for name, description in catalogue.columns:
            lines += [f"      - name: {name}", f"        description: {_quoted(description)}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _index(catalogue: Catalogue, rules: list[Rule]) -> str:
    rows = "".join(
        f"| [{rule.title}]({rule.code}.md) | {rule.words['category']} | {rule.words['priority']} "
        f"| {rule.words['effort']} | {rule.means.split('. ')[0].rstrip('.')}. |\n"
        for rule in rules
    )
    return (
        f"<!-- {WRITTEN} -->\n# {catalogue.title}\n\n"
        f"Each rule is one SQL file in `{catalogue.folder}` and one row of `seeds/{catalogue.seed}.csv`. "
        "Its page says what it means, why it matters, how to fix it and how to silence it. To add one, see "
        "[CONTRIBUTING.md](../../CONTRIBUTING.md#add-a-recommendation-rule).\n\n"
        f"| rule | category | priority | effort | it applies when |\n|---|---|---|---|---|\n{rows}"
    )


def _page(catalogue: Catalogue, rule: Rule, defaults: dict[str, tuple[str, str]]) -> str:
    words = rule.words
    thresholds = "".join(f"| `{name}` | {defaults[name][0]} | {defaults[name][1]} |\n" for name in rule.variables)
    table = (
        f"Thresholds are variables under `vars:` in `dbt_project.yml`:\n\n"
        f"| variable | default | meaning |\n|---|---|---|\n{thresholds}\n"
        if thresholds
        else ""
    )
    or_change = ", or change a threshold" if thresholds else ""
    return f"""<!-- {WRITTEN} -->
# {rule.title}

{words["recommendation"]}

| | |
|---|---|
| code | `{rule.code}` |
| category | {words["category"]} |
| priority | {words["priority"]} |
| effort | {words["effort"]} |
| benefit | {words["expected_benefit"]} |

## What it means

{rule.means}

## {WHY}

{rule.why}

## {FIX}

{rule.fix} See also [Fivetran's documentation]({words["documentation_url"]}).

## How to silence

For one connection, add a row to `seeds/{catalogue.exceptions}.csv`. Leave the date empty for an exception without end.

```
rule_code,connection_name,until_date,reason
{rule.code},my_connection,2030-12-31,why it does not matter here
```

For every connection, set `is_enabled` to `false` in `seeds/{catalogue.seed}.csv`{or_change}.

## The rule

{table}`{rule.file}`:

```sql
{rule.sql}
```
"""


def main() -> None:
    for path in stale_pages():
        path.unlink()
    for name, text in written().items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
