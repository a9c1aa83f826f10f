"""Delivery through Apprise: one object for each message and address, short texts for short channels, a few attempts."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from typing import Any

from fivetran_logs.alerts.words import Text
from fivetran_logs.failures.errors import WRONG_USE, UserError

ATTEMPTS = 4
FIRST_WAIT = 1.0  # seconds; doubles, so that a server that limits its rate has seven seconds
LONGEST_TITLE = 250  # characters, where a service has no title of its own
READ_SECONDS = 15.0  # a slow server that has taken a message must not get it twice


def deliver(
    address: str,
    name: str,
    text: Text,
    page: str,
    *,
    attempts: int = ATTEMPTS,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Sends one message to one Apprise address, in a few attempts. True if the service has taken it.

    address  the address itself, which is a secret
    name     how messages call it
    page     what services that keep incidents open and close: they get one stable key for it

    Raises:
        UserError: it is no Apprise address; the message does not show it (exit code 2).
    """
    for attempt in range(attempts):
        if attempt:
            sleep(FIRST_WAIT * 2 ** (attempt - 1))
        if _send(address, name, text, page):
            return True
    return False


def check_address(address: str, name: str) -> None:
    """Raises UserError if Apprise does not know the form of the address; nothing is sent."""
    _service(address, name)


def keeps_incidents(address: str, name: str) -> bool:
    """Whether the service opens and closes pages: PagerDuty, Opsgenie."""
    return bool(_fields_of_page(_service(address, name)))


def _fields_of_page(service: Any) -> list[str]:
    return [field for field in ("dedup", "alias") if hasattr(service, field)]


def _service(address: str, name: str) -> Any:
    from apprise import Apprise

    # At DEBUG Apprise logs addresses and payloads as they are.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    service = Apprise.instantiate(address)
    if service is None:
        raise UserError(
            f"The variable of {name} holds no Apprise address, such as slack://... or mailto://...; "
            "Apprise's documentation lists the forms.",
            WRONG_USE,
        )
    return service


def _send(address: str, name: str, text: Text, page: str) -> bool:
    from apprise import Apprise, NotifyFormat, NotifyType, OverflowMode

    service = _service(address, name)
    service.socket_read_timeout = READ_SECONDS
    for own in _fields_of_page(service):
        setattr(service, own, hashlib.sha256(page.encode()).hexdigest()[:40])
        service.action = "map"  # a failure opens the page, a success closes it
    # Where there is no title apart, Apprise puts it above the body.
    title = _cut(text.title, service.title_maxlen or min(LONGEST_TITLE, service.body_maxlen // 2))
    limit = service.body_maxlen - 2 - (0 if service.title_maxlen else len(title) + 2)
    body = _cut(text.body if len(text.body) <= limit else text.short_body, limit)
    service.overflow_mode = OverflowMode.TRUNCATE  # what an escape adds must not make a service refuse it for ever
    sender = Apprise()
    sender.add(service)
    kind = NotifyType.SUCCESS if text.is_over else NotifyType.FAILURE
    try:
        return bool(sender.notify(body=body, title=title, notify_type=kind, body_format=NotifyFormat.TEXT))
    except Exception:  # a plugin's own fault is one more failed attempt
        return False


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: max(limit - 1, 0)]}…"
