"""docs/migrating.md: what it names as ours exists, and each model of Fivetran's package is mapped."""

from __future__ import annotations

import re

import pytest
from test_docs import ROOT, columns_of, prose, variables, yaml_nodes

PAGE = ROOT / "docs" / "migrating.md"
NOTHING = "\N{EN DASH}"


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def sections() -> dict[str, list[list[str]]]:
    """The rows of the column tables by heading: `their model → our mart`."""
    found: dict[str, list[list[str]]] = {}
    for block in re.split(r"(?m)^### ", prose(PAGE))[1:]:
        heading, _, body = block.partition("\n")
        body = body.split("\n## ")[0]
        found[heading] = [cells(line) for line in body.splitlines() if line.startswith("| `")]
    return found


@pytest.mark.parametrize("heading", sections())
def test_columns_named_as_ours_are_ours(heading: str) -> None:
    mart = heading.split(" → ")[1]
    assert columns_of("models", mart), f"{mart} is described"
    rows = sections()[heading]
    assert rows
    wrong = []
    for row in rows:
        if row[0] == "`connection_health`":  # heads the table of values
            break
        assert len(row) == 3, row
        ours = codes(row[1])
        assert ours or row[1] == NOTHING, row
        for name in ours:
            model, _, column = name.rpartition(".")
            if column not in columns_of("models", model or mart):
                wrong.append(name)
        # the last column may name columns of the same mart or of a joined one, and models
        known = columns_of("models", mart).union(*(columns_of("models", n.split(".")[0]) for n in ours if "." in n))
        wrong += [
            name
            for name in codes(row[2])
            if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name)
            and name not in known | set(yaml_nodes("models"))
            and name not in ("connector_sdk", "sync_end", "sync_stats", "create_table", "alter_table", "free_type")
        ]
    assert not wrong


def test_each_of_their_models_is_mapped_to_marts_that_exist() -> None:
    table = prose(PAGE).split("\n## Models\n")[1].split("\n### ")[0]
    rows = [cells(line) for line in table.splitlines() if line.startswith("| `")]
    mapped = {codes(row[0])[0]: [name for name in codes(row[2]) if "<" not in name] for row in rows}
    assert len(mapped) > 10
    assert [name for ours in mapped.values() for name in ours if name not in yaml_nodes("models")] == []
    described = {heading.split(" → ")[0]: heading.split(" → ")[1] for heading in sections()}
    with_columns = {name: ours for name, ours in mapped.items() if ours and name.startswith("fivetran_platform__")}
    assert described.keys() == with_columns.keys()
    assert all(mart in with_columns[theirs] for theirs, mart in described.items())


def test_every_mart_is_named() -> None:
    marts = {path.stem for path in (ROOT / "models" / "marts").rglob("fct_*.sql")}
    assert sorted(mart for mart in marts if mart not in prose(PAGE)) == []


def test_variables_named_as_ours_are_ours() -> None:
    table = prose(PAGE).split("\n## Variables\n")[1].split("\n## ")[0]
    ours = {
        name
        for line in table.splitlines()
        if line.startswith("| `")
        for name in codes(cells(line)[1])
        if name.startswith("fivetran_")
    }
    assert ours
    assert ours - variables() == {"fivetran_platform_<table>_identifier"}
