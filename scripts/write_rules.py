"""Writes what follows from the rule files: the list of rules that dbt loops over, their YAML, a page for each, and the
same words for the report, which is one file and cannot lead to a page.

A rule is one SQL file, whose head comment explains it, and one row of a seed. `make docs` runs this after either has
changed; tests/docs/test_rules.py fails where it has not. Recommendation rules and compliance checks are a `Catalogue`
each.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WRITTEN = "Written by `make docs`: edit the SQL file or the seed row instead."
WHY, FIX = "Why it matters", "How to fix"
REPORT = "src/fivetran_logs/report/rules.json"


@dataclass(frozen=True)
class Catalogue:
    """A kind of rule: where its files are, and what is written from them."""

    title: str
    noun: str  # what one of them is called
    folder: str  # of the SQL files
    prefix: str  # of their names; the rule's code follows
    seed: str  # one row per rule
    code: str  # its key
    macro: str  # returns the codes, each with its thresholds
    pages: str  # folder of the pages
    recipe: str  # heading in CONTRIBUTING.md
    grain: str  # one row of each SQL file
    columns: tuple[tuple[str, str], ...]  # what each SQL file selects, with descriptions
    facts: tuple[tuple[str, str], ...]  # words of the seed for the head of a page: label and column
    indexed: int  # so many of the facts are in the index too
    when: str  # heading of what the rule means, in the index
    exceptions: str  # how to make one, ending with a line of the seed fivetran_recommendation_exceptions


RECOMMENDATIONS = Catalogue(
    title="Recommendation rules",
    noun="rule",
    folder="models/marts/recommendations/rules",
    prefix="fivetran_recommendation__",
    seed="fivetran_recommendation_rules",
    code="rule_code",
    macro="recommendation_rules",
    pages="docs/rules",
    recipe="add-a-recommendation-rule",
    grain="One row per connection that the rule applies to.",
    facts=(
        ("category", "category"),
        ("priority", "priority"),
        ("effort", "effort"),
        ("benefit", "expected_benefit"),
    ),
    indexed=3,
    when="it applies when",
    exceptions="For one connection, add a row to `seeds/fivetran_recommendation_exceptions.csv`. "
    "Leave the date empty for an exception without end.",
    columns=(
        ("connection_id", "The connection that the rule applies to."),
        ("evidence", "Why it applies, in one sentence with the figures."),
        (
            "estimated_monthly_savings_usd",
            "Dollars a month that following it may save; null where unknown.",
        ),
    ),
)
CHECKS = Catalogue(
    title="Compliance checks",
    noun="check",
    folder="models/marts/governance/rules",
    prefix="fivetran_check__",
    seed="fivetran_compliance_checks",
    code="check_code",
    macro="compliance_checks",
    pages="docs/checks",
    recipe="add-a-compliance-check",
    grain="One row per object that the check looks at.",
    columns=(
        ("object_id", "Id of the object; what an exception may name."),
        ("object_name", "Name of the object; what an exception may name."),
        ("is_failing", "Whether it fails; null where it cannot be judged."),
        ("problem", "What is wrong with an object that fails, with the figures."),
    ),
    facts=(
        ("area", "area"),
        ("looks at", "object_kind"),
        ("supports SOC 2", "soc2"),
        ("supports ISO 27001:2022", "iso27001"),
        ("supports GDPR", "gdpr"),
        ("needs", "needs"),
        ("otherwise not assessable", "when_nothing_is_judged"),
    ),
    indexed=5,
    when="it passes when",
    exceptions="For one object, add a row to `seeds/fivetran_recommendation_exceptions.csv`, with its id or name. "
    "Without a date and a reason the exception does not count.",
)
CATALOGUES = (RECOMMENDATIONS, CHECKS)


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
        words = {row[catalogue.code]: row for row in csv.DictReader(file)}
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
    texts[REPORT] = _words_of_the_report(root)
    return texts


def stale_pages(root: Path = ROOT) -> list[Path]:
    """Pages of rules that are gone."""
    texts = written(root)
    pages = [path for catalogue in CATALOGUES for path in sorted((root / catalogue.pages).glob("*.md"))]
    return [path for path in pages if path.relative_to(root).as_posix() not in texts]


def _defaults(root: Path) -> dict[str, tuple[str, str]]:
    """Default and comment of each variable of dbt_project.yml."""
    text = (root / "dbt_project.yml").read_text(encoding="utf-8")
    found = re.findall(r'(?m)^    (fivetran_logs_\w+): ("[^"]*"|\[[^\]]*\]|\S+) *(?:# (.*))?$', text)
    return {name: (value, comment.replace("...", "").strip()) for name, value, comment in found}


def _macro(catalogue: Catalogue, rules: list[Rule]) -> str:
    codes = "".join(f"        '{rule.code}': {list(rule.variables)},\n" for rule in rules)
    return (
        f"{{#- The {catalogue.noun}s in {catalogue.folder}, since dbt cannot list files, and their thresholds. "
        f"{WRITTEN} -#}}\n"
        f"{{% macro {catalogue.macro}() %}}\n    {{{{- return({{\n{codes}    }}) -}}}}\n{{% endmacro %}}\n"
    )


def _yaml(catalogue: Catalogue, rules: list[Rule]) -> str:
    lines = [f"# {WRITTEN} All {catalogue.noun} files select the same columns.", "version: 2", "", "models:"]
    for rule in rules:
        lines += [
            f"  - name: {catalogue.prefix}{rule.code}",
            f"    description: {_quoted(catalogue.grain + ' ' + rule.means)}",
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
    facts = catalogue.facts[: catalogue.indexed]
    rows = "".join(
        f"| [{rule.title}]({rule.code}.md) | {' | '.join(rule.words[column] for _, column in facts)} "
        f"| {rule.means.split('. ')[0].rstrip('.')}. |\n"
        for rule in rules
    )
    return (
        f"<!-- {WRITTEN} -->\n# {catalogue.title}\n\n"
        f"Each {catalogue.noun} is one SQL file in `{catalogue.folder}` and one row of `seeds/{catalogue.seed}.csv`. "
        "Its page says what it means, why it matters, how to fix it and how to silence it. To add one, see "
        f"[CONTRIBUTING.md](../../CONTRIBUTING.md#{catalogue.recipe}).\n\n"
        f"| {catalogue.noun} | {' | '.join(label for label, _ in facts)} | {catalogue.when} |\n"
        f"{'|---' * (len(facts) + 2)}|\n{rows}"
    )


def _words_of_the_report(root: Path) -> str:
    """What the pages say, one line a rule."""
    defaults = _defaults(root)
    rows = [
        {
            "kind": catalogue.noun,
            "code": rule.code,
            "title": rule.title,
            "means": rule.means,
            "why_it_matters": rule.why,
            "how_to_fix": rule.fix,
            "how_to_silence": f"{catalogue.exceptions} {_switch_off(catalogue, rule)}",
            "exception_line": _exception(catalogue, rule),
            "thresholds": "\n".join(f"{name}: {defaults[name][1]}" for name in rule.variables) or None,
            "documentation_url": rule.words["documentation_url"],
        }
        for catalogue in CATALOGUES
        for rule in read_rules(catalogue, root)
    ]
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def _thing(catalogue: Catalogue) -> str:
    return catalogue.columns[0][0].removesuffix("_id")


def _exception(catalogue: Catalogue, rule: Rule) -> str:
    return f"{rule.code},my_{_thing(catalogue)},2030-12-31,why it does not matter here"


def _switch_off(catalogue: Catalogue, rule: Rule) -> str:
    or_change = ", or change a threshold" if rule.variables else ""
    return f"For every {_thing(catalogue)}, set `is_enabled` to `false` in `seeds/{catalogue.seed}.csv`{or_change}."


def _page(catalogue: Catalogue, rule: Rule, defaults: dict[str, tuple[str, str]]) -> str:
    words, noun = rule.words, catalogue.noun
    thresholds = "".join(
        f"| `{name}` | {value.replace('|', chr(92) + '|')} | {meaning} |\n"
        for name, (value, meaning) in ((name, defaults[name]) for name in rule.variables)
    )
    table = (
        f"Thresholds are variables under `vars:` in `dbt_project.yml`:\n\n"
        f"| variable | default | meaning |\n|---|---|---|\n{thresholds}\n"
        if thresholds
        else ""
    )
    facts = "".join(f"| {label} | {words[column]} |\n" for label, column in catalogue.facts if words[column])
    return f"""<!-- {WRITTEN} -->
# {rule.title}

{words["recommendation"]}

| | |
|---|---|
| code | `{rule.code}` |
{facts}
## What it means

{rule.means}

## {WHY}

{rule.why}

## {FIX}

{rule.fix} See also [Fivetran's documentation]({words["documentation_url"]}).

## How to silence

{catalogue.exceptions}

```
rule_code,connection_name,until_date,reason
{_exception(catalogue, rule)}
```

{_switch_off(catalogue, rule)}

## The {noun}

{table}`{rule.file}`:

```sql
{rule.sql}
```
"""


def save(texts: dict[str, str], stale: list[Path]) -> None:
    """Writes texts by path from the root, and removes pages of what is gone."""
    for path in stale:
        path.unlink()
    for name, text in texts.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    save(written(), stale_pages())
