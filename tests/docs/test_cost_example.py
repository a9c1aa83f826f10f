"""The worked example of docs/costs.md, recomputed from the price list that the same page shows."""

from __future__ import annotations

import csv
import io
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "costs.md").read_text(encoding="utf-8")
CENT = Decimal("0.01")
HEADER = "valid_from,meter,scope,from_units,to_units,usd_per_million,base_usd,base_kind"


def lists() -> dict[str, list[dict[str, str]]]:
    """The steps of the first list of connections on the page, and those of model runs."""
    found: dict[str, list[dict[str, str]]] = {}
    for block in re.findall(r"(?s)```csv\n(.*?)```", PAGE):
        text = block if block.startswith("valid_from") else f"{HEADER}\n{block}"
        for step in csv.DictReader(io.StringIO(text)):
            if step.get("meter") and (step["meter"], step["scope"]) != ("connection_mar", "account"):
                found.setdefault(step["meter"], []).append(step)
    return found


def by_the_list(steps: list[dict[str, str]], units: int) -> Decimal:
    total, base = Decimal(0), Decimal(0)
    for step in steps:
        begin, end = int(step["from_units"]), int(step["to_units"] or units)
        total += max(min(units, end) - begin, 0) * Decimal(step["usd_per_million"]) / 1_000_000
        if step["base_usd"] and begin < units <= end:
            assert step["base_kind"] == "minimum"
            base = Decimal(step["base_usd"])
    return max(total, base)


def example() -> tuple[dict[str, list[str]], Decimal]:
    """The cells of the example by what they are of, and the bill."""
    section = PAGE.partition("## Check it by hand")[2].partition("\n## ")[0]
    bill = re.search(r"bill is ([\d.,]+) dollars", section)
    assert bill
    lines = [
        [cell.strip(" *") for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"
    ]
    return {cells[0]: cells[1:] for cells in lines[2:]}, Decimal(bill[1])


def last_number(text: str) -> Decimal:
    return Decimal(re.findall(r"[\d,]*\d[.]\d\d", text)[-1].replace(",", ""))


def test_the_example_can_be_checked_by_hand() -> None:
    rows, bill = example()
    total = rows.pop("sum")
    steps = lists()
    units = {name: int(cells[0].split()[0].replace(",", "")) for name, cells in rows.items()}
    modelled = {
        name: by_the_list(steps["model_runs" if "runs" in rows[name][0] else "connection_mar"], count)
        for name, count in units.items()
    }
    assert len(modelled) == 4
    factor = bill / sum(modelled.values())
    for name, (_, how, scaled, _) in rows.items():
        assert f"{modelled[name]:.2f}" in how.replace(",", ""), name
        assert last_number(scaled) == (modelled[name] * factor).quantize(CENT), name
    assert last_number(total[1]) == sum(modelled.values())
    assert last_number(total[2]) == bill
    paid = {name: count for name, count in units.items() if "runs" not in rows[name][0]}
    shares = {name: (bill * count / sum(paid.values())).quantize(CENT, ROUND_HALF_UP) for name, count in paid.items()}
    assert {name: last_number(rows[name][3]) for name in paid} == shares
    assert f"rounded parts: {sum(shares.values())}" in total[3]


def test_what_a_saving_is_worth_is_the_difference_of_the_list() -> None:
    section = PAGE.partition("## What a saving is worth")[2].partition("\n## ")[0]
    steps = lists()["connection_mar"]
    rows, _ = example()
    count = {name: int(rows[name][0].replace(",", "")) for name in ("CRM", "database")}
    factor = Decimal("0.81")
    for name, units in count.items():
        saved = by_the_list(steps, units) - by_the_list(steps, units - 30_000)
        assert f"{saved:.2f}" in section, name
        assert f"{(saved * factor).quantize(CENT):.2f}" in section, name
