"""The contract of the simulated account, and what it charges: by connection, by run, and by hand.

All money is whole cents. A bill is the sum of its charges, and a charge of a connection the sum of its tables' prices.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np

from .clock import iso_date, month_start, to_ms

CONTRACTS = ("tiers", "credits", "fixed")
PRICE_CURVE = "price_curve.csv"
DISCOUNT_FACTOR = Decimal("0.92")  # an annual contract: 8 % below the price list
BASE_CHARGE_SINCE = to_ms(datetime(2026, 1, 1))
DELETES_PAID_SINCE = to_ms(datetime(2026, 1, 1))
FIRST_CONTRACT = to_ms(datetime(2023, 4, 1))
CENTS_PER_CREDIT = 250
FIXED_CENTS = (310_000, 80_000, 5_000)  # a month, by destination, under a fixed-price agreement

LIST_PRICE = {"standard": 500, "enterprise": 667}  # dollars for a connection's first million rows
_ACCOUNT_SHARES = ((5_000_000, "1"), (20_000_000, "0.7"), (50_000_000, "0.45"), (None, "0.25"))
_CONNECTION_SHARES = ((1_000_000, "1"), (5_000_000, "0.7"), (25_000_000, "0.45"), (None, "0.25"))
_ACTIVATIONS = ((100_000, "900"), (1_000_000, "600"), (None, "350"))
_MODEL_RUNS = ((5_000, "0"), (30_000, "10000"), (100_000, "7000"), (None, "2000"))


@dataclass(frozen=True)
class Step:
    """One step of a price list; the columns of the seed `fivetran_price_curve`."""

    valid_from: str
    meter: str
    scope: str
    from_units: int
    to_units: int | None
    usd_per_million: Decimal
    base_usd: Decimal | None = None
    base_kind: str | None = None


@dataclass(frozen=True)
class Charge:
    """One line of a bill. `connection` is a position as in Usage; None for what no connection caused."""

    month: int
    destination: str
    kind: str  # connection_rows, activation, transformation, adjustment, fixed_price
    cents: int
    units: int = 0
    connection: int | None = None


@dataclass
class Bills:
    """What the account was charged, and by which price list."""

    curve: list[Step]
    charges: list[Charge]
    prices: dict[tuple[int, int, int], tuple[int, int]]  # (month, connection, table): (paid rows, cents)
    in_credits: frozenset[str] = frozenset()  # destinations that are billed in credits

    def totals(self, months: Iterable[int], destinations: Iterable[str]) -> dict[tuple[int, str], int]:
        """Cents of every month and destination, also where nothing was charged."""
        places = list(destinations)
        out = {(month, place): 0 for month in months for place in places}
        for charge in self.charges:
            out[charge.month, charge.destination] += charge.cents
        return out


def switch_of(months: Sequence[int]) -> int:
    """The month from which on each connection has a price of its own: in the middle of the history."""
    return months[len(months) // 2]


def price_curve(plan: str, months: Sequence[int], *, activations: bool) -> list[Step]:
    """Price lists in the order of their first month: the account's total before the switch, each connection after."""
    switch, price = switch_of(months), LIST_PRICE[plan]
    begin = min(month_start(FIRST_CONTRACT), months[0])
    steps = []
    if begin < switch:
        steps += _steps(begin, "connection_mar", "account", [(to, price * Decimal(s)) for to, s in _ACCOUNT_SHARES])
    own = [(to, price * Decimal(share)) for to, share in _CONNECTION_SHARES]
    if switch < BASE_CHARGE_SINCE:
        steps += _steps(switch, "connection_mar", "connection", own)
    steps += _steps(max(switch, BASE_CHARGE_SINCE), "connection_mar", "connection", own, base=Decimal(5))
    if activations:
        steps += _steps(begin, "activation_mar", "connection", [(to, Decimal(p)) for to, p in _ACTIVATIONS])
    return steps + _steps(begin, "model_runs", "account", [(to, Decimal(p)) for to, p in _MODEL_RUNS])


def _steps(
    valid_from: int,
    meter: str,
    scope: str,
    prices: list[tuple[int | None, Decimal]],
    base: Decimal | None = None,
) -> list[Step]:
    out: list[Step] = []
    first = 0
    for number, (end, price) in enumerate(prices):
        least = base if number == 0 else None  # the base charge ends with the first million
        kind = "minimum" if least is not None else None
        out.append(Step(iso_date(valid_from), meter, scope, first, end, price, least, kind))
        first = end or 0
    return out


def steps_of(curve: list[Step], meter: str, month: int) -> list[Step]:
    """The price list that counts in a month: the newest that has begun."""
    begun = [step for step in curve if step.meter == meter and step.valid_from <= iso_date(month)]
    newest = max((step.valid_from for step in begun), default="")
    return [step for step in begun if step.valid_from == newest]


def cost_of(steps: list[Step], units: int) -> Decimal:
    """List price in dollars of so many units: each step's part at its own price, then the base charge."""
    usd = Decimal(0)
    if units <= 0:
        return usd
    for step in steps:
        if units > step.from_units:
            part = min(units, step.to_units or units) - step.from_units
            usd += part * step.usd_per_million / 1_000_000
    for step in steps:
        if step.base_usd is not None and step.from_units < units <= (step.to_units or units):
            usd = max(usd, step.base_usd) if step.base_kind == "minimum" else usd + step.base_usd
    return usd


def cents_of(usd: Decimal) -> int:
    """What is billed for a list price: the discount is off, to the cent."""
    return int((usd * DISCOUNT_FACTOR * 100).quantize(Decimal(1), ROUND_HALF_UP))


def shares(cents: int, weights: Sequence[int]) -> list[int]:
    """Splits cents by weights; the largest remainders get what is left, the first of equals first."""
    total = sum(weights)
    if total == 0:
        return [0] * len(weights)
    parts = [cents * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-(cents * weights[at] % total), at))
    for at in order[: cents - sum(parts)]:
        parts[at] += 1
    return parts


def charges_of_rows(
    curve: list[Step],
    months: Sequence[int],
    active: dict[tuple[int, int, int], int],
    place_of: dict[int, str],
) -> tuple[list[Charge], dict[tuple[int, int, int], tuple[int, int]]]:
    """What each connection's paid rows cost, and each table's part of it.

    active    paid rows by (month, connection, table)
    place_of  destination of each connection
    """
    tables: dict[int, dict[int, list[tuple[int, int]]]] = {month: {} for month in months}
    for (month, connection, table), rows in active.items():
        if rows:
            tables[month].setdefault(connection, []).append((table, rows))
    charges: list[Charge] = []
    prices: dict[tuple[int, int, int], tuple[int, int]] = {}
    for month, used in tables.items():
        steps = steps_of(curve, "connection_mar", month)
        connections = sorted(used)
        units = [sum(rows for _, rows in used[connection]) for connection in connections]
        if steps and steps[0].scope == "account":
            cents = shares(cents_of(cost_of(steps, sum(units))), units)
        else:
            cents = [cents_of(cost_of(steps, rows)) for rows in units]
        for connection, rows, amount in zip(connections, units, cents, strict=True):
            charges.append(Charge(month, place_of[connection], "connection_rows", amount, rows, connection))
            parts = shares(amount, [count for _, count in used[connection]])
            for (table, count), part in zip(used[connection], parts, strict=True):
                prices[month, connection, table] = (count, part)
    return charges, prices


def charges_of_runs(curve: list[Step], months: Sequence[int], runs: list[dict[str, Any]]) -> list[Charge]:
    """What paid model runs cost: the account's total by the published table, shared by destination."""
    out = []
    for month in months:
        counted: dict[str, int] = {}
        for run in runs:
            if run["free_type"] == "PAID" and run["measured_date"][:7] == iso_date(month)[:7]:
                counted[run["destination_id"]] = counted.get(run["destination_id"], 0) + run["model_runs"]
        units = list(counted.values())
        cents = cents_of(cost_of(steps_of(curve, "model_runs", month), sum(units)))
        for place, count, part in zip(counted, units, shares(cents, units), strict=True):
            if part:
                out.append(Charge(month, place, "transformation", part, count))
    return out


def write_curve(path: Path, curve: list[Step]) -> None:
    """The price lists in the columns of seeds/fivetran_price_curve.csv."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Step.__dataclass_fields__)
        for step in curve:
            writer.writerow([_text(getattr(step, name)) for name in Step.__dataclass_fields__])


def _text(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else value


def counted(month: np.ndarray, connection: np.ndarray, table: np.ndarray, rows: np.ndarray) -> dict:
    """Sums of rows by (month, connection, table)."""
    keys, inverse = np.unique(np.stack([month, connection, table], axis=1), axis=0, return_inverse=True)
    sums = np.zeros(len(keys), dtype=np.int64)
    np.add.at(sums, inverse.reshape(-1), rows)
    return {tuple(key): count for key, count in zip(keys.tolist(), sums.tolist(), strict=True)}
