"""`fivetran-logs alert`: tells people what is wrong, once, and that it is over."""

from __future__ import annotations

import getpass
import shlex
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from uuid import uuid4

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fivetran_logs.alerts.decide import Plan, note_run, plan
from fivetran_logs.alerts.delivery import carry_out, words_for
from fivetran_logs.alerts.findings import LABELS, Findings, alert_questions, read_findings, unknown_values
from fivetran_logs.alerts.rules import Receiver, Route, Rules, addresses_of, find_rules, parse_duration
from fivetran_logs.alerts.send import check_address, deliver
from fivetran_logs.alerts.state import Silence, State, parse_matchers
from fivetran_logs.alerts.store import find_store
from fivetran_logs.alerts.words import Text as Words
from fivetran_logs.commands.query import all_questions
from fivetran_logs.dbt.marts import open_marts
from fivetran_logs.dbt.open import Options, open_project, open_settings
from fivetran_logs.failures.errors import CHECK_FAILED, WRONG_USE, UserError, one_line, printable
from fivetran_logs.output.console import messages, output, print_warning


@dataclass(frozen=True)
class Files:
    """The rules file and the state's, which may be `warehouse`; None for the default."""

    rules: Path | None = None
    state: str | None = None


def run(options: Options, files: Files, *, dry_run: bool) -> int:
    """One run: looks at the marts, tells what is new, notes what arrived. 1 if something could not be delivered.

    Raises:
        UserError: wrong rules, a damaged state, another run at work, or marts older than those of the last run.
    """
    open_settings(options)  # reads .nao.env, which may hold the addresses
    rules = find_rules(files.rules)
    store = find_store(options, files.state)
    # A dry run reads a whole state and writes none, so it needs no lock.
    with nullcontext() if dry_run else store.locked():
        state = store.read()
        with messages().status("Asking ..."):
            findings, now = _look(options)
        _warn_of_clock(now, state)
        _refuse_older_build(findings, state)
        found, missing = _find_addresses(rules)
        todo = plan(findings, rules, state, now, found if not dry_run else _names_of(rules))
        if dry_run:
            _show_plan(output(), todo, findings, rules, now)
            return 0
        store.prepare()
        failed = carry_out(todo, store, state, rules, found, now)
        note_run(state, findings, todo.dropped, now)
        store.write(state)
    return _report(todo, findings, failed | missing)


def _look(options: Options) -> tuple[Findings, datetime]:
    """What the marts say, and the time of this run: that of an old export is its end."""
    project, as_of = open_project(options)
    questions = list(alert_questions().values())
    with open_marts(project, questions, lambda: all_questions(project.settings)) as marts:
        findings = read_findings(marts)
    return findings, as_of.at if as_of else datetime.now(timezone.utc).replace(tzinfo=None)


def _warn_of_clock(now: datetime, state: State) -> None:
    """It went back, now or after a time when it was wrong: nothing is told twice, and hours without messages hold."""
    if state.last_run_at is not None and now < (last := datetime.fromisoformat(state.last_run_at)):
        print_warning(
            f"the clock says {now:%Y-%m-%d %H:%M}, but the last run was at {last:%Y-%m-%d %H:%M}: is it right?"
        )


def _refuse_older_build(findings: Findings, state: State) -> None:
    before, built = state.built_as_of, findings.built_as_of
    if before is not None and built is not None and built < datetime.fromisoformat(before):
        raise UserError(
            f"The marts are as of {built:%Y-%m-%d %H:%M}, older than those of the last alert run ({before:.16}): "
            "build again. Nothing was told."
        )


# -- addresses


def _names_of(rules: Rules) -> dict[str, list[str]]:
    """Names of addresses where the environment is not read: one for each variable."""
    return {name: [f"{name}/{url}" for url in one.urls] for name, one in rules.receivers.items()}


def _find_addresses(rules: Rules) -> tuple[dict[str, dict[str, str]], set[str]]:
    """The addresses of each receiver by name, and the sentences about those that are missing."""
    found: dict[str, dict[str, str]] = {}
    problems = set()
    for name, receiver in rules.receivers.items():
        found[name] = {}
        for variable in receiver.urls:  # one that is missing does not keep the others from theirs
            try:
                for address, secret in addresses_of(replace(receiver, urls=(variable,))).items():
                    check_address(secret, address)
                    found[name][address] = secret
            except UserError as error:
                problems.add(str(error))
    return found, problems


# -- what a run says


def _report(todo: Plan, findings: Findings, failed: set[str]) -> int:
    sent = len(todo.messages)
    console = messages()
    if not failed:
        console.print(f"✓ {sent} message{'' if sent == 1 else 's'} sent; not told: {len(todo.not_told)}.")
    for kind, reason in findings.not_asked.items():
        console.print(Text(f"  · {kind} was not looked at: {printable(reason)}", "dim"), soft_wrap=True)
    if failed:
        raise UserError(" ".join(sorted(failed)))
    return 0


def _show_plan(console: Console, todo: Plan, findings: Findings, rules: Rules, now: datetime) -> None:
    for message in todo.messages:
        words = words_for(message, rules, now)
        console.print(Text(printable(f"To {message.address} ({message.reason})"), "bold"), soft_wrap=True)
        for line in [words.title, *words.body.splitlines()]:
            console.print(Text(f"  {printable(line)}".rstrip()), soft_wrap=True)
        console.print()
    for one in todo.not_told:
        to = f" to {one.address}" if one.address else ""
        console.print(Text(printable(f"Not told{to}: {one_line(one.what)} ({one.reason})"), "dim"), soft_wrap=True)
    for kind, reason in findings.not_asked.items():
        console.print(Text(f"Not looked at: {kind}: {printable(reason)}", "dim"), soft_wrap=True)
    console.print(f"{len(todo.messages)} messages would be sent; not told: {len(todo.not_told)}. Nothing was sent.")


# -- silence, ack, test, status, check


def silence(
    options: Options, files: Files, match: Sequence[str], *, lasts: str, comment: str, author: str | None
) -> int:
    """Adds a silence. Raises UserError if there is no matcher, or one or the duration is wrong (exit code 2)."""
    duration = parse_duration(lasts)
    if not duration or not match:
        wrong = f"{lasts!r} is no duration" if not duration else "No alert is named"
        raise UserError(f"{wrong}: fivetran-logs alert silence team=finance --for 4h", WRONG_USE)
    try:
        wanted = parse_matchers(list(match))
    except ValueError as error:
        raise UserError(f"{error} is no label=value; labels: {', '.join(LABELS)}.", WRONG_USE) from None
    for value, known in unknown_values(wanted):
        raise UserError(f"Nothing is called {value}; there are: {', '.join(known)}.", WRONG_USE)
    now = _now()
    one = Silence(
        uuid4().hex[:8],
        wanted,
        now.isoformat(),
        (now + duration).isoformat(),
        author or getpass.getuser(),
        comment,
    )
    _change(options, files, lambda state: state.silences.append(one))
    sooner = _with_state(options, files, f"fivetran-logs alert silence --end {one.id}")
    output().print(f"Silence {one.id} until {one.ends_at:.16} UTC. End it sooner: {sooner}", soft_wrap=True)
    return 0


def end_silence(options: Options, files: Files, name: str) -> int:
    """Ends a silence or an acknowledgement now. Raises UserError if there is none of this name (exit code 2)."""

    def end(state: State) -> None:
        found = [one for one in state.silences if one.id == name]
        if not found:
            known = ", ".join(one.id for one in state.silences) or "none"
            raise UserError(f"There is no silence {name}; there are: {known}.", WRONG_USE)
        state.silences.remove(found[0])

    _change(options, files, end)
    output().print(f"Silence {name} has ended.")
    return 0


def ack(options: Options, files: Files, key: str, *, comment: str, author: str | None) -> int:
    """Silences one alert until it recovers. Raises UserError if nobody was told of it (exit code 2)."""

    def acknowledge(state: State) -> None:
        told = {name for group in state.groups.values() for name in group.told}
        if key not in told:
            listing = _with_state(options, files, "fivetran-logs alert status")
            raise UserError(f"No open alert is called {key}; `{listing}` lists them.", WRONG_USE)
        at = _now().isoformat()
        state.silences.append(Silence(uuid4().hex[:8], {}, at, None, author or getpass.getuser(), comment, key))

    _change(options, files, acknowledge)
    output().print(f"{printable(key)} is acknowledged: no reminder, until it recovers.")
    return 0


def test(options: Options, files: Files, receiver: str | None) -> int:
    """Sends one message to each address, or to those of one receiver.

    Raises:
        UserError: an unknown receiver (exit code 2), or an address that took no message.
    """
    open_settings(options)
    rules = find_rules(files.rules)
    if receiver is not None and receiver not in rules.receivers:
        raise UserError(f"There is no receiver {receiver}; there are: {', '.join(rules.receivers)}.", WRONG_USE)
    found, problems = _find_addresses(rules)
    words = Words("Test of fivetran-logs", "This is a test: alerts arrive here.", "Alerts arrive here.", True)
    for name, several in found.items():
        for address, secret in several.items() if receiver in (None, name) else ():
            if deliver(secret, address, words, f"test of {address}"):
                output().print(f"✓ {address}", markup=False)
            else:
                problems.add(f"{address} took no message.")
    if problems:
        raise UserError(" ".join(sorted(problems)))
    return 0


def status(options: Options, files: Files) -> int:
    """Prints who knows of what, and the silences."""
    store = find_store(options, files.state)
    state = store.read()
    console = output()
    if state.last_run_at is None:
        console.print(f"No alert run has written {store.name} yet.", markup=False)
        return 0
    console.print(f"Last run {state.last_run_at:.16}, on marts as of {state.built_as_of:.16}.")
    table = Table("told", "to", "severity", "what", "key", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for group in state.groups.values():
        for key, told in group.told.items():
            cells = (f"{told.told_at:.16}", group.receiver, told.severity, one_line(told.what)[:80], key)
            table.add_row(*(Text(printable(cell)) for cell in cells))
    console.print(table if table.row_count else "Nobody was told of anything that is still open.")
    for one in state.silences:
        what = one.key or ", ".join(f"{name}={value}" for name, values in one.match.items() for value in values)
        until = f"until {one.ends_at:.16}" if one.ends_at else "until recovery"
        console.print(Text(printable(f"silence {one.id}: {what} {until}, {one.author}: {one.comment}")), soft_wrap=True)
    return 0


def check(options: Options, files: Files) -> int:
    """Validates the rules file and the addresses, and prints the routes; sends nothing. 1 if an address is missing."""
    open_settings(options)
    rules = find_rules(files.rules)
    _, problems = _find_addresses(rules)
    console = output()
    _show_route(console, rules.route, rules.receivers, 0)
    for problem in sorted(problems):
        console.print(Text(f"✗ {problem}", "red"), soft_wrap=True)
    if not problems:
        console.print("✓ The rules hold, and every address has a known form.")
    return CHECK_FAILED if problems else 0


def _show_route(console: Console, route: Route, receivers: Mapping[str, Receiver], depth: int) -> None:
    match = ", ".join(f"{name}: {' or '.join(values)}" for name, values in route.match.items()) or "everything else"
    again = f"{route.repeat_interval}".replace(", 0:00:00", "")
    extra = ", then goes on" if route.go_on else ""
    line = f"{match} → {route.receiver}, grouped by {', '.join(route.group_by)}, again after {again}{extra}"
    console.print(Text(printable(f"{'    ' * depth}{line}")), soft_wrap=True)
    for below in route.routes:
        _show_route(console, below, receivers, depth + 1)


def _with_state(options: Options, files: Files, command: str) -> str:
    """A command to print, which finds the same state."""
    return options.to_command(f"{command} --state {shlex.quote(files.state)}" if files.state else command)


def _change(options: Options, files: Files, change: Callable[[State], None]) -> None:
    store = find_store(options, files.state)
    with store.locked():
        state = store.read()
        change(state)
        store.write(state)


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
