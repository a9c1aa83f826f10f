"""Errors that a user can fix."""

from __future__ import annotations

import re

from fivetran_logs.failures.secrets import redact

CHECK_FAILED = 1
WRONG_USE = 2
_ACTING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class UserError(Exception):
    """An error the user can fix. The message is one line with the remedy, without secrets; `exit_code` is 1 or 2.

    1: the command cannot do this in the present state. 2: the command was used wrongly.
    """

    def __init__(self, message: str, exit_code: int = CHECK_FAILED) -> None:
        super().__init__(one_line(redact(message)))
        self.exit_code = exit_code


def one_line(text: str) -> str:
    """The text without line breaks, runs of blanks, colours, or anything else a terminal would act on."""
    return printable(" ".join(without_colours(text).split()))


def printable(text: str) -> str:
    """The text with control characters, and those that turn the direction of writing, as visible codes.

    A name or message of a source can hold a terminal's commands (ESC, OSC links, titles, C1); printed raw, they act.
    """
    return _ACTING.sub(lambda found: ascii(found[0])[1:-1], text)


def without_colours(text: str) -> str:
    """The text without a terminal's colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
