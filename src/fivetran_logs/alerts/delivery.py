"""A plan carried out: each message to its address, and what arrived noted before the next is sent."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from fivetran_logs.alerts.decide import (
    Message,
    Plan,
    closes_page,
    is_only_recovery,
    note_sent,
    one_page_each,
    page_of,
)
from fivetran_logs.alerts.rules import Rules
from fivetran_logs.alerts.send import ATTEMPTS, deliver, keeps_incidents
from fivetran_logs.alerts.state import State, StateStore
from fivetran_logs.alerts.words import Text, compose


def carry_out(
    todo: Plan,
    store: StateStore,
    state: State,
    rules: Rules,
    found: Mapping[str, Mapping[str, str]],
    now: datetime,
) -> set[str]:
    """Sends the messages of a plan, one worker for each address, and notes each in the state as soon as it arrived.

    found  the addresses of each receiver by name; the addresses are secrets

    Returns a sentence for each address that did not take every message.
    """
    secrets = {address: secret for several in found.values() for address, secret in several.items()}
    lock = threading.Lock()
    failed: set[str] = set()

    def work(address: str) -> None:
        mine = [message for message in todo.messages if message.address == address]
        has_pages = keeps_incidents(secrets[address], address)
        if has_pages:
            mine = [part for message in mine for part in one_page_each(message, state)]
        sent = missed = 0
        for message in mine:
            # After one that was not taken, the next gets one attempt: is the service down, or was it that one?
            words, attempts = words_for(message, rules, now), 1 if missed else ATTEMPTS
            with lock:
                page = page_of(message, state)
                # A page stays open while anything of it is, so what recovers meanwhile is noted, not told.
                waits = has_pages and is_only_recovery(message) and not closes_page(message, state)
            if waits or deliver(secrets[address], address, words, page, attempts=attempts):
                sent += 1
                with lock:
                    note_sent(state, message, now)
                    store.write(state)
            elif (missed := missed + 1) > 1:
                break
        if missed:
            what = f"did not take every message ({sent} sent)" if sent else "took no message"
            failed.add(f"{address} {what} in several attempts; {len(mine) - sent} wait for the next run.")

    busy = list(dict.fromkeys(message.address for message in todo.messages))
    with ThreadPoolExecutor(max_workers=max(len(busy), 1)) as pool:
        for done in [pool.submit(work, address) for address in busy]:
            done.result()
    return failed


def words_for(message: Message, rules: Rules, now: datetime) -> Text:
    """The words of a message, in the length that its receiver wants."""
    words = compose(message, now=now, report_url=rules.report_url)
    return Text(words.title, words.short_body, words.short_body, words.is_over) if message.receiver.short else words
