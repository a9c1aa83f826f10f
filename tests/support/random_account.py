"""Random little accounts that hold, many times over, what makes an incremental build differ from a full one."""

from __future__ import annotations

import json
import random
import uuid
from datetime import datetime, timedelta

START = datetime(2026, 1, 5)
Row = tuple


class RandomAccount:
    """Rows of every source table, each with the hour (from START) at which it arrives.

    deliveries: list of (arrival hour, table, row); `_fivetran_synced`, the last column, is that hour with ties. The log
    of the Connector SDK may lag: its rows then arrive hours after their stamp, when the log already has later rows.
    older_schema: connections whose log another Platform schema delivers, which may join late.
    """

    def __init__(self, seed: int, days: int = 40) -> None:
        self.random = random.Random(seed)
        self.days = days
        self.sdk_lag = self.random.choice([0, 24, 100])
        self.deliveries: list[tuple[float, str, Row]] = []
        self.sync_ids: dict[str | None, list[str]] = {}
        self.connections = [f"conn_{i}" for i in range(self.random.randint(2, 4))]
        for number, connection in enumerate(self.connections):
            self._connection(connection, number)
            self._syncs(connection, has_sync_id=self.random.random() < 0.75)
            self._usage(connection)
        self.deliver(0, "destination", ("dest_a", "prod"))
        for month in ("2026-01", "2026-02"):
            for restated in range(self.random.randint(1, 2)):
                self.deliver(
                    24 * (10 + 10 * restated),
                    "usage_cost",
                    ("dest_a", month, round(100 + self.random.random() * 50, 2)),
                )
        self._actions()
        self._tell_again()
        self.older_schema = set(self.random.sample(self.connections, self.random.choice([0, 0, 1])))

    def arrivals_backwards(self, cuts: list[int]) -> list[tuple[float, str, Row]]:
        """The deliveries in order, some of the log later than its stamps say: a slice of it comes with a later one.

        So does an export of last month that is loaded after this month's, and a Platform schema that joins late.
        """
        chance = self.random
        held_back = chance.choice([None, "a slice", "a slice", "some hours", "a schema"])
        first, later = sorted(chance.sample(cuts, 2))
        hours = set(chance.sample(range(0, first + 6, 6), 3)) if first >= 24 else set()
        moved = []
        for hour, table, row in self.deliveries:
            is_held_back = table in ("log", "connector_sdk_log") and (
                (held_back == "a slice" and hour <= first)
                or (held_back == "some hours" and 6 * (hour // 6) in hours and chance.random() < 0.5)
                or (held_back == "a schema" and row[2] in self.older_schema)
            )
            moved.append((max(hour, later) if is_held_back else hour, table, row))
        return sorted(moved, key=lambda delivery: delivery[0])

    def deliver(self, hour: float, table: str, row: Row) -> None:
        """Adds a row (without _fivetran_synced); arrivals come in batches of six hours, all of one stamp."""
        batch = 6 * (int(hour // 6) + 1)
        lag = self.sdk_lag if table == "connector_sdk_log" else 0
        self.deliveries.append((batch + lag, table, (*row, START + timedelta(hours=batch))))

    def log(self, at: datetime, connection: str | None, severity: str, event: str, data, sync_id: str | None) -> None:
        """Logs an event; it may come late, its JSON damaged, or twice: written otherwise, or of another sync."""
        text = data if data is None or isinstance(data, str) else json.dumps(data)
        if text and self.random.random() < 0.02:
            text = text[: self.random.randint(1, len(text))]
        elif text and self.random.random() < 0.02:
            text = json.dumps(text)
        row = (uuid.UUID(int=self.random.getrandbits(128)).hex[:20], at, connection, severity, event, text, sync_id)
        delay = self.random.choice([0, 0, 0, 1, 5, 20, 24 * self.random.randint(1, 30)])
        hour = max((at - START).total_seconds() / 3600, 0) + delay
        self.deliver(hour, "log", row)
        if self.random.random() < 0.08:
            again = (*row[:5], self.respelled(text), sync_id)
            if sync_id is not None and self.random.random() < 0.3:
                again = (*again[:6], self.random.choice([self.sync_ids[connection][-1], f"{sync_id[:-1]}x", sync_id]))
            self.deliver(hour + self.random.choice([0, 6, 48, 400]), "log", again)

    def respelled(self, text: str | None) -> str | None:
        """The same JSON as another warehouse would write it; what is damaged stays as it is."""
        try:
            data = json.loads(text or "")
        except json.JSONDecodeError:
            return text
        if not isinstance(data, dict) or self.random.random() < 0.3:
            return text
        keys = self.random.sample(list(data), len(data))
        whole = {key: float(data[key]) if type(data[key]) is int and data[key] < 1000 else data[key] for key in keys}
        return json.dumps(whole, separators=self.random.choice([(",", ":"), (", ", ": "), (" ,", " : ")]))

    def _connection(self, connection: str, number: int) -> None:
        frequency = self.random.choice([60, 360, 1440, None])
        set_up = START - timedelta(days=20 - number)
        self.deliver(
            0, "connection", (connection, f"name {number}", "postgres", "dest_a", False, set_up, frequency, False)
        )
        if self.random.random() < 0.5:
            hour = self.random.uniform(0, 24 * self.days)
            paused, deleted = self.random.random() < 0.3, self.random.random() < 0.2
            self.deliver(
                hour,
                "connection",
                (connection, f"renamed {number}", "postgres", "dest_a", paused, set_up, frequency, deleted),
            )

    def _syncs(self, connection: str, has_sync_id: bool) -> None:
        at = START + timedelta(minutes=self.random.randint(0, 600))
        while at < START + timedelta(days=self.days):
            self._sync(connection, at, uuid.UUID(int=self.random.getrandbits(128)).hex if has_sync_id else None)
            has_sync_id = has_sync_id or self.random.random() < 0.02
            at += timedelta(minutes=self.random.choice([3, 60, 360, 1440, 2880]) * self.random.uniform(0.5, 1.5))

    def _sync(self, connection: str, at: datetime, sync_id: str | None) -> None:
        chance = self.random.random
        if sync_id is not None:
            self.sync_ids.setdefault(connection, [sync_id]).append(sync_id)
        if chance() < 0.97:
            self.log(at, connection, "INFO", "sync_start", None, sync_id)
        end = at + timedelta(seconds=self.random.choice([30, 600, 4000, 90000]) * self.random.uniform(0.5, 2))
        for _ in range(self.random.randint(0, 3)):
            middle = at + (end - at) * chance()
            schema, table = self.random.choice(["s1", "s2"]), self.random.choice(["orders", "users"])
            self.log(at + (middle - at) / 2, connection, "INFO", "write_to_table_start", {"table": table}, sync_id)
            self.log(middle, connection, "INFO", "write_to_table_end", {"table": table}, sync_id)
            kind = self.random.choice(["operationType", "operation_type"])
            operation = self.random.choice(["REPLACED_OR_INSERTED", "UPDATED", "DELETED"])
            count = self.random.choice([0, 5, 3_000_000_000])
            data = {"schema": schema, "table": table, kind: operation, "count": count}
            self.log(middle, connection, "INFO", "records_modified", data, sync_id)
        if chance() < 0.5:
            self.log(
                end,
                connection,
                "INFO",
                "extract_summary",
                {"total_queries": self.random.randint(1, 9), "total_rows": 4},
                sync_id,
            )
            self.log(
                end,
                connection,
                "INFO",
                "sync_stats",
                {"extract_time_s": 3, "process_time_s": chance(), "load_time_s": 1},
                sync_id,
            )
        for _ in range(self.random.choice([0, 0, 0, 2, 12])):
            call = {"method": "GET", "uri": f"https://x.example/{self.random.randint(1, 3)}"}
            self.log(at + (end - at) * chance(), connection, "INFO", "api_call", call, sync_id)
        if chance() < 0.15:
            message = f"rate limit exceeded, retry in {self.random.randint(1, 99)} s"
            self.log(
                end - (end - at) / 3,
                connection,
                self.random.choice(["WARNING", "SEVERE"]),
                "warning",
                {"type": "quota", "message": message},
                sync_id,
            )
        if chance() < 0.05:
            self.log(
                end,
                connection,
                "INFO",
                "alter_table",
                {
                    "table": "s1.orders",
                    "type": "ADD_COLUMN",
                    "properties": {"columnName": f"c{self.random.randint(1, 3)}", "dataType": "INT"},
                },
                sync_id,
            )
            if chance() < 0.5:  # a column got another name
                gone = {"columnName": f"c{self.random.randint(1, 3)}"}
                self.log(
                    end,
                    connection,
                    "INFO",
                    "alter_table",
                    {"table": "s1.orders", "type": "DROP_COLUMN", "properties": gone},
                    sync_id,
                )
        if chance() < 0.1:
            self.deliver(
                (end - START).total_seconds() / 3600,
                "connector_sdk_log",
                (
                    uuid.UUID(int=self.random.getrandbits(128)).hex,
                    end,
                    connection,
                    "ERROR",
                    "it broke 12",
                    "code",
                    sync_id,
                ),
            )
        outcome = self.random.choices(
            ["SUCCESSFUL", "FAILURE", "FAILURE_WITH_TASK", "RESCHEDULED", "CANCELED", None, "crash"],
            [60, 12, 4, 4, 2, 4, 6],
        )[0]
        # older logs told how a sync went beside its end, in place of it, or both
        if outcome in (None, "crash", "FAILURE") and chance() < 0.5:
            told = self.random.choice(["FAILURE", "SUCCESSFUL"])
            severity = self.random.choice(["INFO", "INFO", "WARNING", "SEVERE"])
            self.log(at + (end - at) * chance(), connection, severity, "status", {"status": told}, sync_id)
        if outcome != "crash":
            data = (
                None
                if outcome is None
                else {
                    "status": outcome,
                    **({"reason": "password authentication failed for 'u'"} if "FAIL" in outcome else {}),
                }
            )
            severity = "SEVERE" if outcome and "FAIL" in outcome and chance() < 0.7 else "INFO"
            self.log(end, connection, severity, "sync_end", data, sync_id)
            if chance() < 0.03:
                self.log(end + timedelta(seconds=5), connection, "INFO", "sync_end", {"status": "SUCCESSFUL"}, sync_id)

    def _usage(self, connection: str) -> None:
        number = connection.split("_")[1]
        for day in range(0, self.days, 3):
            date = (START + timedelta(days=day)).strftime("%Y-%m-%d")
            for table in ("orders", "users"):
                rows = self.random.randint(0, 1000)
                free_type = self.random.choice(["PAID", "paid", "INITIAL_SYNC", None])
                self.deliver(
                    24 * (day + 1),
                    "incremental_mar",
                    (f"name {number}", "dest_a", "s1", table, free_type, "UNKNOWN", date, rows, None),
                )

    def _actions(self) -> None:
        for _ in range(self.random.randint(0, 8)):
            at = START + timedelta(hours=self.random.uniform(0, 24 * self.days))
            connection = self.random.choice(self.connections)
            pause = self.random.random() < 0.5
            if self.random.random() < 0.5:
                self.log(
                    at,
                    connection,
                    "INFO",
                    "pause_connector" if pause else "resume_connector",
                    {"actor": "a@b.example", "id": connection},
                    None,
                )
            if self.random.random() < 0.5:
                values = ("{}", json.dumps({"paused": pause}))
                self.deliver(
                    (at - START).total_seconds() / 3600,
                    "audit_trail",
                    (
                        uuid.UUID(int=self.random.getrandbits(128)).hex,
                        at,
                        "u1",
                        "EDIT",
                        "WEB_UI",
                        *values,
                        "dest_a",
                        "DESTINATION",
                        connection,
                        "CONNECTION",
                    ),
                )

    def _tell_again(self) -> None:
        """What an append or a re-sync brings twice, and usage that is corrected or re-classed later, once or twice."""
        for hour, table, row in list(self.deliveries):
            told = row[:-1]
            if table in ("connector_sdk_log", "audit_trail") and self.random.random() < 0.1:
                again = tuple(self.respelled(value) if str(value).startswith("{") else value for value in told)
                self.deliver(hour + self.random.choice([0, 24, 300]), table, again)
            elif table == "incremental_mar" and self.random.random() < 0.3:
                for later in self.random.sample([6, 24, 200, 500], self.random.randint(1, 2)):
                    free_type = self.random.choice([told[4], told[4], "PAID", "CORRECTION"])
                    rows = self.random.choice([told[7], self.random.randint(0, 1000)])
                    self.deliver(hour + later, table, (*told[:4], free_type, *told[5:7], rows, told[8]))
