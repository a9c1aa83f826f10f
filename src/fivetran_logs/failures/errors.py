"""Errors that a user can fix."""

from __future__ import annotations

import re

from fivetran_logs.failures.secrets import redact

CHECK_FAILED = 1
WRONG_USE = 2


class UserError(Exception):
    """An error the user can fix. The message is one line with the remedy, without secrets; `exit_code` is 1 or 2.

    1: the command cannot do this in the present state. 2: the command was used wrongly.
    """

    def __init__(self, message: str, exit_code: int = CHECK_FAILED) -> None:
        super().__init__(one_line(redact(message)))
        self.exit_code = exit_code


def one_line(text: str) -> str:
    """The text without line breaks, runs of blanks or colours."""
    return " ".join(without_colours(text).split())


def without_colours(text: str) -> str:
    """The text without a terminal's colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
