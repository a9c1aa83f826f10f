"""What runs of `alert` meet: servers that take messages, and what the marts say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alert_servers import NOW, Server

from fivetran_logs.alerts.findings import Alert, Findings
from fivetran_logs.commands import alert as verb


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    """Filled by the test; each is closed after it."""
    made: list[Server] = []
    yield made
    for server in made:
        server.shutdown()
        server.server_close()


@pytest.fixture
def server(servers: list[Server]) -> Server:
    servers.append(Server())
    return servers[0]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Alert]:
    """What the marts say: the test fills it."""
    alerts: list[Alert] = []
    monkeypatch.setattr(verb, "_look", lambda options: (Findings(list(alerts), NOW), NOW))
    return alerts
