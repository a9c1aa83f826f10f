"""Teams, roles, and who holds which: the tables of access."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pyarrow as pa

from .account import ACCESS_TEAMS, ACCOUNT_ID, CYCLE, DEPARTED_PERSON, DEV, EU, PROD, TEAMS, Team
from .actions import NIGHT_ADMIN_DAYS_AGO, night_admin_time
from .cast import BROKEN, NEVER_SYNCED
from .clock import DAY, MINUTE, to_ms
from .rows import rows_of
from .sessions import HELPED, INVITED_TWICE, JOINED, joined_at
from .world import World

ROLES = {
    "Account Administrator": (
        "role_acc_admin",
        ["ACCOUNT_MANAGE", "USER_MANAGE", "DESTINATION_MANAGE", "CONNECTION_MANAGE"],
    ),
    "Account Billing": ("role_acc_billing", ["BILLING_MANAGE", "ACCOUNT_VIEW"]),
    "Account Analyst": ("role_acc_analyst", ["ACCOUNT_VIEW", "DESTINATION_VIEW", "CONNECTION_EDIT"]),
    "Account Reviewer": ("role_acc_reviewer", ["ACCOUNT_VIEW", "DESTINATION_VIEW", "CONNECTION_VIEW"]),
    "Manage Destination": ("role_dst_manage", ["DESTINATION_MANAGE", "CONNECTION_MANAGE"]),
    "View Destination": ("role_dst_view", ["DESTINATION_VIEW", "CONNECTION_VIEW"]),
    "Edit Connection": ("role_con_edit", ["CONNECTION_EDIT"]),
    "Payments Connections": ("role_custom_payments", ["CONNECTION_MANAGE"]),
    "Advertising Connections": ("role_custom_advertising", ["CONNECTION_MANAGE"]),
    "Legacy Support": ("role_legacy_support", ["DESTINATION_EDIT"]),
}
LIMITED_TO = {"Payments Connections": ("stripe",), "Advertising Connections": ("google_ads", "facebook_ads")}
ABOLISHED = "Legacy Support"  # marked as deleted, and still held in odd accounts
UNLISTED_ROLE = "role_before_roles"  # held in odd accounts; no role has this id


def teams_of(world: World) -> list[Team]:
    return [*TEAMS, *ACCESS_TEAMS, *(CYCLE if world.oddities else [])]


def is_new_administrator(team: Team, person: int) -> bool:
    return team is ACCESS_TEAMS[0] and person == JOINED


def role_tables(world: World) -> dict[str, pa.Table]:
    """Teams, roles, memberships. Person 10 became an administrator at night, another one by joining a team."""
    people, since = world.people, to_ms(datetime(2023, 1, 9, 9))
    night = night_admin_time(world)
    memberships: list[dict[str, Any]] = []

    def grant(role: str, at: int = since, gone: bool = False, **reach: Any) -> None:
        memberships.append(
            {
                "id": len(memberships) + 1,
                "account_id": None,
                "connection_id": None,
                "destination_id": None,
                "role_id": ROLES[role][0],
                "team_id": None,
                "user_id": None,
                "created_at": at,
                "organization_id": None,
                "_fivetran_deleted": gone,
            }
            | reach
        )

    for number, person in enumerate(people):
        promoted = number == 10 and world.window.days > NIGHT_ADMIN_DAYS_AGO
        grant(
            person.role,
            max(person.created_at, since),
            person.deleted or promoted,
            account_id=ACCOUNT_ID,
            user_id=person.id,
        )
        if promoted:
            grant("Account Administrator", night, account_id=ACCOUNT_ID, user_id=person.id)
    grant("Manage Destination", destination_id=PROD, team_id="team_data_platform")
    grant("Manage Destination", destination_id=DEV, team_id="team_data_platform")
    grant("View Destination", destination_id=PROD, team_id="team_finance")
    grant("View Destination", destination_id=PROD, team_id="team_marketing")
    grant("Account Administrator", account_id=ACCOUNT_ID, team_id="team_administrators")
    grant("Advertising Connections", destination_id=PROD, team_id="team_marketing")
    # nobody took it away when the person was invited again
    grant("View Destination", destination_id=DEV, user_id=people[INVITED_TWICE].id)
    if world.oddities:
        grant("Edit Connection", destination_id=EU, team_id=CYCLE[0].id)
        grant(ABOLISHED, destination_id=EU, user_id=people[6].id)
        grant(ABOLISHED, destination_id=EU, user_id=people[5].id, role_id=UNLISTED_ROLE)
    for name, role, reach in (
        ("stripe_eu", "Payments Connections", {"team_id": "team_payments"}),
        ("google_ads", "Edit Connection", {"user_id": people[7].id}),
        (BROKEN, "Edit Connection", {"user_id": people[DEPARTED_PERSON].id}),
    ):
        at = world.position(name)
        if at is not None:
            grant(role, gone=name == BROKEN, connection_id=world.connections[at].id, **reach)
    at = world.position(NEVER_SYNCED)
    if at is not None:
        place = world.connections[at]
        grant("Edit Connection", place.signed_up + 9 * MINUTE, connection_id=place.id, user_id=people[HELPED].id)
    teams = teams_of(world)
    return {
        "team": rows_of(
            world,
            [
                {
                    "id": team.id,
                    "account_id": ACCOUNT_ID,
                    "description": f"{team.name} team",
                    "name": team.name,
                    "parent_id": team.parent,
                    "_fivetran_deleted": False,
                }
                for team in teams
            ],
            id="text",
            account_id="text",
            description="text",
            name="text",
            parent_id="text",
            _fivetran_deleted="bool",
        ),
        "team_membership": rows_of(
            world,
            [
                {
                    "role_id": "role_team_manager" if number == 0 else "role_team_member",
                    "team_id": team.id,
                    "user_id": people[one].id,
                    "created_at": joined_at(world) if is_new_administrator(team, one) else since + number * DAY,
                    "_fivetran_deleted": False,
                }
                for team in teams
                for number, one in enumerate((team.lead, *team.members))
            ],
            role_id="text",
            team_id="text",
            user_id="text",
            created_at="time",
            _fivetran_deleted="bool",
        ),
        "role": rows_of(
            world,
            [
                {
                    "id": key,
                    "account_id": ACCOUNT_ID,
                    "connector_types": json.dumps(LIMITED_TO[name]) if name in LIMITED_TO else None,
                    "description": f"{name} role",
                    "name": name,
                    "_fivetran_deleted": name == ABOLISHED,
                }
                for name, (key, _) in ROLES.items()
            ]
            + [
                {
                    "id": "role_team_manager",
                    "account_id": ACCOUNT_ID,
                    "connector_types": None,
                    "description": "Team manager",
                    "name": "Team Manager",
                    "_fivetran_deleted": False,
                },
                {
                    "id": "role_team_member",
                    "account_id": ACCOUNT_ID,
                    "connector_types": None,
                    "description": "Team member",
                    "name": "Team Member",
                    "_fivetran_deleted": False,
                },
            ],
            id="text",
            account_id="text",
            connector_types="text",
            description="text",
            name="text",
            _fivetran_deleted="bool",
        ),
        "role_permission": rows_of(
            world,
            [
                {"permission": permission, "role_id": key, "_fivetran_deleted": False}
                for key, permissions in ROLES.values()
                for permission in permissions
            ],
            permission="text",
            role_id="text",
            _fivetran_deleted="bool",
        ),
        "role_connector_type": rows_of(
            world,
            [
                {"connector_type": kind, "role_id": ROLES[name][0]}
                for name, kinds in LIMITED_TO.items()
                for kind in kinds
            ],
            connector_type="text",
            role_id="text",
        ),
        "resource_membership": rows_of(
            world,
            memberships,
            id="long",
            account_id="text",
            connection_id="text",
            destination_id="text",
            role_id="text",
            team_id="text",
            user_id="text",
            created_at="time",
            organization_id="text",
            _fivetran_deleted="bool",
        ),
        "destination_membership": rows_of(
            world,
            [
                {
                    "destination_id": PROD,
                    "user_id": people[0].id,
                    "activated_at": since,
                    "joined_at": since - DAY,
                    "role": "Administrator",
                },
                {
                    "destination_id": PROD,
                    "user_id": people[2].id,
                    "activated_at": since + DAY,
                    "joined_at": since,
                    "role": "Collaborator",
                },
                {
                    "destination_id": EU,
                    "user_id": people[4].id,
                    "activated_at": None,
                    "joined_at": since,
                    "role": "Reviewer",
                },
            ],
            destination_id="text",
            user_id="text",
            activated_at="time",
            joined_at="time",
            role="text",
        ),
    }
