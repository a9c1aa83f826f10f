"""Who the simulated account is: its people, teams and destinations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .catalogue import connection_id
from .clock import to_ms
from .model import Destination, Person

ACCOUNT_ID = "northwind_loop"
ACCOUNT_NAME = "Northwind Loop"

PROD, EU, DEV = "amber_harbour", "velvet_glacier", "copper_meadow"


def destinations() -> list[Destination]:
    return [
        Destination(PROD, "Production Snowflake", "snowflake", "AWS_US_EAST_1", to_ms(datetime(2021, 3, 2, 9, 14))),
        Destination(EU, "Europe BigQuery", "big_query", "GCP_EUROPE_WEST3", to_ms(datetime(2023, 5, 22, 7, 40))),
        Destination(
            DEV, "Development Postgres", "postgres_warehouse", "AWS_US_WEST_2", to_ms(datetime(2022, 1, 11, 16))
        ),
    ]


DEPARTED_PERSON = 11  # position in people() of the one who has left


def people() -> list[Person]:
    """The first is the owner. Liam has left; the last is Hugo's former id, before he was invited again."""
    roster = [
        ("Ada", "Moreno", "Account Administrator", 2021),
        ("Ben", "Okafor", "Account Administrator", 2021),
        ("Chloe", "Lindqvist", "Account Analyst", 2022),
        ("Dev", "Raman", "Account Analyst", 2022),
        ("Elif", "Kaya", "Account Analyst", 2023),
        ("Farid", "Haddad", "Account Reviewer", 2023),
        ("Greta", "Novak", "Account Billing", 2023),
        ("Hugo", "Silva", "Account Analyst", 2024),
        ("Ines", "Duarte", "Account Administrator", 2024),
        ("Jonas", "Weber", "Account Reviewer", 2025),
        ("Kira", "Tanaka", "Account Reviewer", 2026),
        ("Liam", "Walsh", "Account Reviewer", 2022),
        ("Hugo", "Silva", "Account Reviewer", 2022),
    ]
    return [
        Person(
            id=f"{given.lower()}_{connection_id(family).split('_')[1]}" + ("_2022" if number == 12 else ""),
            given_name=given,
            family_name=family,
            created_at=to_ms(datetime(year, 1 + number % 5, 3 + number, 10, number)),
            deleted=number >= DEPARTED_PERSON,
            role=role,
        )
        for number, (given, family, role, year) in enumerate(roster)
    ]


@dataclass(frozen=True)
class Team:
    """A team. `lead` and `members` are positions in `people()`."""

    name: str
    cost_centre: str
    lead: int
    members: tuple[int, ...] = ()
    parent: str | None = None

    @property
    def id(self) -> str:
        return "team_" + self.name.lower().replace(" ", "_")


TEAMS = [
    Team("Data Platform", "CC-100", 1, (0, 2, 3)),
    Team("Shop Platform", "CC-310", 3),
    Team("Supply Chain", "CC-320", 4),
    Team("Marketing", "CC-210", 7, (8,)),
    Team("Revenue Operations", "CC-220", 2),
    Team("Customer Support", "CC-230", 5),
    Team("Finance", "CC-110", 6, (4,)),
    Team("Payments", "CC-120", 9, parent="team_finance"),
]
"""Teams that own connections."""

ACCESS_TEAMS = [
    Team("Administrators", "", 1, (8, 9)),
    Team("Card Payments", "", 5, parent="team_payments"),
]
"""Teams that own nothing, only give access; the second is two levels below the team whose roles it has."""

CYCLE = [
    Team("Guild North", "", 4, parent="team_guild_south"),
    Team("Guild South", "", 2, parent="team_guild_north"),
]
"""Teams above each other, which no reader should follow for ever."""
