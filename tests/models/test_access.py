"""Who reaches what, worked out a second time in Python from the source tables of the simulated account."""

from __future__ import annotations

from collections import Counter

import pytest
from helpers import BuiltAccount

SOURCE = "fivetran_log"
# what a role allows in the account, its destinations and its connections, as its permissions in the simulator say
ALLOWS = {
    "Account Administrator": ("manage", "manage", "manage"),
    "Account Billing": ("write", None, None),
    "Account Analyst": ("read", "read", "write"),
    "Account Reviewer": ("read", "read", "read"),
    "Manage Destination": (None, "manage", "manage"),
    "View Destination": (None, "read", "read"),
    "Edit Connection": (None, None, "write"),
    "Payments Connections": (None, None, "manage"),
    # of accounts older than teams: by their names
    "Administrator": (None, "manage", "manage"),
    "Collaborator": (None, "write", "write"),
    "Reviewer": (None, "read", "read"),
}
CUSTOM = {"Payments Connections"}


@pytest.fixture(scope="module")
def account(built_account: BuiltAccount) -> BuiltAccount:
    return built_account


def expected_rows(connection) -> Counter:
    def rows(sql: str) -> list[tuple]:
        return connection.execute(sql.format(source=SOURCE)).fetchall()

    parents = dict(rows("select id, parent_id from {source}.team"))
    names = dict(rows("select id, name from {source}.team"))
    roles = dict(rows("select id, name from {source}.role"))
    destinations = [one for (one,) in rows("select id from {source}.destination")]
    living = rows("select connection_id, destination_id from {source}.connection where not _fivetran_deleted")
    held = []
    for user, team, role, place, connected in rows(
        "select user_id, team_id, role_id, destination_id, connection_id from {source}.resource_membership "
        "where not _fivetran_deleted"
    ):
        if user:
            held.append((user, roles[role], "direct", place, connected))
            continue
        for member, joined in rows("select user_id, team_id from {source}.team_membership where not _fivetran_deleted"):
            way = [joined]
            while way[-1] != team and parents[way[-1]]:
                way.append(parents[way[-1]])
            if way[-1] == team:
                held.append((member, roles[role], " > ".join(names[one] for one in way), place, connected))
    for user, place, role in rows("select user_id, destination_id, role from {source}.destination_membership"):
        held.append((user, role, "direct", place, None))
    found: Counter = Counter()
    for user, role, way, place, connected in held:
        for_account, for_destinations, for_connections = ALLOWS[role]
        if connected:
            reached = [("connection", connected, for_connections)]
        elif place:
            reached = [("destination", place, for_destinations)]
            reached += [("connection", one, for_connections) for one, where in living if where == place]
        else:
            ((home,),) = rows("select id from {source}.account")
            reached = [("account", home, for_account)]
            reached += [("destination", one, for_destinations) for one in destinations]
            reached += [("connection", one, for_connections) for one, _ in living]
        found.update((user, role, way, *one, role in CUSTOM) for one in reached if one[2])
    return found


def test_everybody_reaches_what_their_roles_say(account: BuiltAccount) -> None:
    with account.connect() as connection:
        rows = connection.execute(
            "select user_id, role_name, granted_through, resource_type, resource_id, access_level, is_custom_role "
            "from fivetran_analytics.fct_fivetran_access_control"
        ).fetchall()
        expected = expected_rows(connection)
    assert Counter(rows) == expected
    assert {way for _, _, way, *_ in expected} >= {"direct", "Finance", "Payments > Finance"}


def test_an_administrator_of_the_night_is_one(account: BuiltAccount) -> None:
    with account.connect() as connection:
        rows = connection.execute(
            "select distinct is_admin, can_delete, granted_at from fivetran_analytics.fct_fivetran_access_control "
            "where user_email like 'kira.%'"
        ).fetchall()
    ((is_admin, can_delete, granted_at),) = rows
    assert is_admin
    assert can_delete
    assert granted_at.isoformat()[:16] == account.truth["user_activity"]["night_admin_at"][:16]
