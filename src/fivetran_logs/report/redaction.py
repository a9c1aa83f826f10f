"""Aliases for names, e-mails and messages, so that a report can leave the company."""

from __future__ import annotations

import base64
import hashlib
import hmac

_LENGTH = 6  # characters of an alias: 30 bits
# Texts that the queries themselves put in place of a name.
_OWN_WORDS = {"all others", "unknown destination", "direct"}


class Aliases:
    """Gives each text the same alias in every report of an account.

    Derived with a key that no report holds, so that a reader cannot check a guess against an alias.
    """

    def __init__(self, key: str) -> None:
        self._key = hashlib.sha256(f"fivetran-logs report {key}".encode()).digest()
        self._suffixes: dict[str, str] = {}
        self._taken: set[str] = set()

    def of(self, kind: str, text: str) -> str:
        """The alias of a text: its kind and a few letters, the same letters whatever the kind."""
        if text in _OWN_WORDS or text == "":
            return text
        if kind == "resource" and "@" in text:
            kind = "email"
        return f"{kind}-{self._suffix(text)}"

    def _suffix(self, text: str) -> str:
        if text not in self._suffixes:
            digest = hmac.new(self._key, text.encode(), hashlib.sha256).digest()
            letters = base64.b32encode(digest).decode("ascii").lower()
            length = next(n for n in range(_LENGTH, len(letters)) if letters[:n] not in self._taken)
            self._suffixes[text] = letters[:length]
            self._taken.add(letters[:length])
        return self._suffixes[text]
