"""What goes wrong in ways a user can mend, and what must never be printed."""

from __future__ import annotations

import os
import re
from pathlib import Path

CHECK_FAILED = 1
WRONG_USE = 2

_SECRET_NAME = re.compile(r"KEY|PASS|_PWD|SECRET|TOKEN|CREDENTIAL", re.IGNORECASE)
_SECRET_NAME_OF_A_PLACE = re.compile(r"_(PATH|FILE|DIR)$", re.IGNORECASE)
_SHORTEST_SECRET = 6  # characters; hiding shorter values would blank out ordinary words


class UserError(Exception):
    """Something the user can mend. The message is one line that says what to do; `exit_code` is 1 or 2.

    1: what was asked cannot be done as things stand. 2: the command was used wrongly.
    """

    def __init__(self, message: str, exit_code: int = CHECK_FAILED) -> None:
        super().__init__(one_line(message))
        self.exit_code = exit_code


def one_line(text: str) -> str:
    """The text without line breaks, runs of blanks or terminal colours."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", text).split())


def secret_variables() -> dict[str, str]:
    """Environment variables that hold a secret, by name. A path to a secret is none."""
    return {
        name: value
        for name, value in os.environ.items()
        if _SECRET_NAME.search(name)
        and not _SECRET_NAME_OF_A_PLACE.search(name)
        and not Path(value).is_absolute()
        and len(value.strip()) >= _SHORTEST_SECRET
    }


def redact(text: str) -> str:
    """The text with the values of secret environment variables replaced by `***`, whole or line by line."""
    pieces: set[str] = set()
    for value in secret_variables().values():
        lines = value.replace("\\n", "\n").split("\n")
        pieces.update([value, *(line for line in lines if len(line.strip()) >= _SHORTEST_SECRET)])
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece.strip(), "***")
    return text
