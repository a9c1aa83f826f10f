"""Writes a page for each mart and one for the seeds, from their YAML: grain, columns, types, descriptions.

`make docs` runs this; tests/docs/test_site.py fails where a page is not current.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml
from write_rules import save

ROOT = Path(__file__).resolve().parents[1]
WRITTEN = "Written by `make docs`: edit the YAML file instead."
PAGES = "docs/marts"
SEEDS = "docs/seeds.md"
# The groups in the order of a person's day; a new folder comes last.
GROUPS = (
    "executive",
    "incidents",
    "health",
    "monitoring",
    "recommendations",
    "performance",
    "usage",
    "cost",
    "governance",
)


@dataclass(frozen=True)
class Described:
    """A mart or a seed, as its YAML describes it."""

    name: str
    group: str
    file: str  # the YAML, from the root
    description: str
    columns: tuple[tuple[str, str, str], ...]  # name, type, description
    key: tuple[str, ...]


def read_marts(root: Path = ROOT) -> list[Described]:
    """All marts, by group and name."""
    marts = _read(root, sorted((root / "models" / "marts").glob("*/fct_*.yml")), "models")
    return sorted(marts, key=lambda mart: (_place(mart.group), mart.group, mart.name))


def read_seeds(root: Path = ROOT) -> list[Described]:
    """All seeds, by name."""
    return _read(root, sorted((root / "seeds").glob("*.yml")), "seeds")


def _place(group: str) -> int:
    return GROUPS.index(group) if group in GROUPS else len(GROUPS)


def _read(root: Path, paths: list[Path], kind: str) -> list[Described]:
    found = []
    for path in paths:
        if path.name.endswith(".unit_tests.yml"):
            continue
        for node in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get(kind) or []:
            types = (node.get("config") or {}).get("column_types") or {}
            columns = tuple(
                (
                    one["name"],
                    _type(one.get("data_type") or types.get(one["name"]) or ""),
                    _line(one.get("description", "")),
                )
                for one in node.get("columns") or []
            )
            found.append(
                Described(
                    node["name"],
                    path.parent.name,
                    path.relative_to(root).as_posix(),
                    _line(node.get("description", "")),
                    columns,
                    _key(node),
                )
            )
    return found


def _key(node: dict) -> tuple[str, ...]:
    for test in node.get("data_tests") or []:
        if isinstance(test, dict) and "key_and_rules" in test:
            return tuple(test["key_and_rules"]["arguments"]["key"])
        if isinstance(test, dict) and "unique_key" in test:
            return tuple(test["unique_key"]["arguments"]["columns"])
    return ()


def _type(text: str) -> str:
    """A type as one word: where engines have names of their own, the YAML asks which engine it is."""
    for asked, name in (("'timestamp'", "timestamp"), ("'double precision'", "double")):
        if asked in text:
            return name
    return text


def _line(text: str) -> str:
    return " ".join(str(text).split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;") if "`" not in text else text.replace("|", "\\|")


def written(root: Path = ROOT) -> dict[str, str]:
    """Everything this script writes: text by path from the root."""
    marts = read_marts(root)
    texts = {f"{PAGES}/{mart.name}.md": _page(mart) for mart in marts}
    return {f"{PAGES}/README.md": _index(marts), **texts, SEEDS: _seeds(read_seeds(root))}


def stale_pages(root: Path = ROOT) -> list[Path]:
    """Pages of marts that are gone."""
    texts = written(root)
    return [path for path in sorted((root / PAGES).glob("*.md")) if path.relative_to(root).as_posix() not in texts]


def _table(described: Described) -> str:
    rows = "".join(f"| `{name}` | {kind} | {_cell(text)} |\n" for name, kind, text in described.columns)
    return f"| column | type | what it says |\n|---|---|---|\n{rows}"


def _grain(description: str) -> str:
    """Its first sentence, which says what a row is."""
    return re.split(r"(?<=[.;:]) ", description, maxsplit=1)[0].rstrip(".;:")


def _index(marts: list[Described]) -> str:
    lines = [
        f"<!-- {WRITTEN} -->",
        "# Marts",
        "",
        "One table for each question; the [README](../../README.md#marts) says which. Each page lists the columns, "
        "which are a contract: a release may add columns, and says so where it renames, drops or redefines one. "
        "[Definitions](../definitions.md) explains the terms.",
    ]
    for group in dict.fromkeys(mart.group for mart in marts):
        mine = [mart for mart in marts if mart.group == group]
        lines += ["", f"## {group.capitalize()}", "", "| mart | grain | columns |", "|---|---|---:|"]
        lines += [
            f"| [{mart.name}]({mart.name}.md) | {_cell(_grain(mart.description))} | {len(mart.columns)} |"
            for mart in mine
        ]
    return "\n".join(lines) + "\n"


def _page(mart: Described) -> str:
    key = ", ".join(f"`{name}`" for name in mart.key)
    return (
        f"<!-- {WRITTEN} -->\n# {mart.name}\n\n{_cell(mart.description)}\n\n"
        f"Group: {mart.group}. {f'Key: {key}. ' if key else ''}Written from `{mart.file}`. [All marts](README.md)\n\n"
        f"{_table(mart)}"
    )


def _seeds(seeds: list[Described]) -> str:
    parts = [
        f"<!-- {WRITTEN} -->\n# Seeds\n\nFiles that you edit: see [make it yours](SETUP_GUIDE.md#7-make-it-yours).\n"
    ]
    parts += [f"\n## {seed.name}\n\n{_cell(seed.description)}\n\n{_table(seed)}" for seed in seeds]
    return "".join(parts)


if __name__ == "__main__":
    save(written(), stale_pages())
