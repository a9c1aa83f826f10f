"""An administrator by night has what they got and since when."""

from __future__ import annotations

import pytest
from helpers import BuiltAccount


@pytest.fixture(scope="module")
def account(built_account: BuiltAccount) -> BuiltAccount:
    return built_account


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
