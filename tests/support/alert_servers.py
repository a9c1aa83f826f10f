"""Servers here that take alerts and keep them, alerts to send, and rules that send them there."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fivetran_logs.alerts.findings import Alert, to_alert

NOW = datetime(2026, 6, 2, 9)


class Server(ThreadingHTTPServer):
    """An HTTP server on 127.0.0.1 that keeps what it is sent. `answers` are status codes, one a request, then 200."""

    daemon_threads = True

    def __init__(self, *answers: int, seconds: float = 0) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.seconds = list(answers), seconds
        self.taken: list[dict[str, str]] = []
        self.requests = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests += 1
        time.sleep(self.server.seconds)
        code = self.server.answers.pop(0) if self.server.answers else 200
        if code == 200:
            self.server.taken.append(body)
        self.send_response(code)
        if code == 429:
            self.send_header("Retry-After", "1")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def incident(name: str, ended: datetime | None = None) -> Alert:
    row = {
        "alert_key": f"incident:{name}",
        "severity": "high",
        "is_open": ended is None,
        "since": NOW - timedelta(hours=2),
    }
    return to_alert("incident", {**row, "ended_at": ended, "cause": name, "what": f"{name} fails", "team": "ops"})


def receivers(directory: Path, monkeypatch: pytest.MonkeyPatch, **addresses: str) -> None:
    """A rules file in which every receiver gets everything."""
    lines = ["receivers:"]
    for name, address in addresses.items():
        monkeypatch.setenv(f"{name.upper()}_URL", address)
        lines.append(f"  {name}: {{urls: [{name.upper()}_URL]}}")
    lines += ["max_messages: 2000", "route:", f"  receiver: {next(iter(addresses))}", "  routes:"]
    lines += [f"    - {{receiver: {name}, continue: true}}" for name in addresses]
    (directory / "alerts.yml").write_text("\n".join(lines), encoding="utf-8")


def each_arrived(server: Server, names: set[str], kills: int) -> None:
    """All arrived; a kill between a message and its note sends that message again, and no other."""
    counts = Counter(body["title"] for body in server.taken)
    assert set(counts) == {f"[high] {name} fails" for name in names}
    assert sum(counts.values()) <= len(names) + kills
