"""Snowflake's private key: converts it into the form dbt takes, and explains its faults without ever showing it.

Form and structure are judged here; only the passphrase and the key's own numbers need `cryptography`, which comes with
dbt-snowflake and is imported only when needed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path

from fivetran_logs.failures.secrets import looks_like_a_secret, names_a_file

CONTENT = "SNOWFLAKE_PRIVATE_KEY"
PATH = "SNOWFLAKE_PRIVATE_KEY_PATH"
PASSPHRASE = "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE"
GUIDE = "docs/PRIVATE_KEY_SETUP.md"
SMALLEST_KEY = 2048  # bits; Snowflake takes no smaller one

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_BEGIN = re.compile(r"-+ ?BEGIN ([A-Z0-9 ]+?) ?-+")
_ABOUT_A_KEY = re.compile(
    r"deserialize key data|load PEM|Password was (not )?given|could not decrypt|bad decrypt|private_key_path|\.p8\b"
    r"|Incorrect padding|Invalid base64|private key|ASN\.?1|\bPEM\b",
    re.IGNORECASE,
)
_TO_PKCS8 = "openssl pkcs8 -topk8 -in old_key.pem -out rsa_key.p8"


@dataclass(frozen=True)
class KeyFinding:
    """One fault or note about a key. `fatal`: the key cannot connect to Snowflake. The text never quotes the key."""

    code: str
    text: str
    fatal: bool = True


def normalise(text: str) -> str:
    """The key as dbt-snowflake takes it: a PEM with real line breaks of 64 characters, or base64 DER without blanks.

    Takes it with escaped line breaks, Windows line breaks, quotes around it, all on one line, or as base64 of a whole
    PEM, as CI systems store files. It returns any other text unchanged, for `diagnose` to judge.
    """
    text = text.strip().strip("\"'").replace("\\r", "").replace("\\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    text = text.strip()
    match = _PEM.search(text)
    if match:
        label, body = match.group(1), match.group(2)
        if ":" in body:  # headers of an encrypted PKCS#1 key: lines matter
            return text + "\n"
        compact = "".join(body.split())
        lines = [compact[start : start + 64] for start in range(0, len(compact), 64)]
        return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
    if "BEGIN" in text:
        return text
    compact = "".join(text.split())
    decoded = _decode(compact)
    if decoded is not None and decoded.lstrip().startswith(b"-----BEGIN"):
        return normalise(decoded.decode("ascii", errors="replace"))
    return compact if decoded is not None else text


def prepare_environment(environment: MutableMapping[str, str] | None = None, base: Path | None = None) -> None:
    """Puts the key variables into the form that profiles.yml and dbt take, before dbt reads them.

    A path in SNOWFLAKE_PRIVATE_KEY moves to SNOWFLAKE_PRIVATE_KEY_PATH; `~` and a path relative to `base`, where the
    command was started, are resolved.
    """
    environment = os.environ if environment is None else environment
    content = environment.get(CONTENT, "")
    if content.strip():
        if looks_like_a_path(content):
            environment.pop(CONTENT)
            environment.setdefault(PATH, content.strip().strip("\"'"))
        else:
            environment[CONTENT] = normalise(content)
    path = environment.get(PATH, "").strip()
    if path and names_a_file(path):  # anything else may be a key or a passphrase: never show it
        environment[PATH] = str((base or Path.cwd()) / Path(path).expanduser())


def looks_like_a_path(text: str) -> bool:
    """Whether what should be a key's content is the name of a file. A base64 key has no dot and begins with `MI`."""
    text = text.strip().strip("\"'")
    if "\n" in text or "-----" in text or len(text) > 1000 or looks_like_a_secret(text):
        return False
    return text.startswith(("/", "~", "./", "../", ".\\")) or bool(re.search(r"\.(p8|pem|key|der)$", text, re.I))


def sentence(text: str) -> str | None:
    """The fault of the environment's key, in `check`'s words, if a message may be about a key."""
    return fatal_sentence() if _ABOUT_A_KEY.search(text) else None


def fatal_sentence() -> str | None:
    """The fault of the environment's key that prevents a connection to Snowflake; None if the key is usable."""
    if not (os.environ.get(CONTENT) or os.environ.get(PATH)):
        return None  # the profile has its own key
    fatal = [finding.text for finding in diagnose_environment() if finding.fatal]
    return f"{fatal[0]} See {GUIDE}." if fatal else None


def diagnose_environment(environment: MutableMapping[str, str] | None = None) -> list[KeyFinding]:
    """All faults of the environment's key; empty if it is usable."""
    environment = os.environ if environment is None else environment
    content, path = environment.get(CONTENT, "").strip(), environment.get(PATH, "").strip()
    passphrase = environment.get(PASSPHRASE, "")
    if content and looks_like_a_path(content):
        content, path = "", path or content
    if content and path:
        return [KeyFinding("both", f"{CONTENT} and {PATH} are both set, but dbt takes only one: unset the other.")]
    if content:
        return diagnose(content, passphrase, CONTENT)
    if not path:
        return [KeyFinding("no_key", f"Neither {CONTENT} nor {PATH} is set: {GUIDE} explains how to make a key.")]
    if not names_a_file(path):
        return [_no_path(path)]
    return diagnose_file(Path(path).expanduser(), passphrase)


def _no_path(text: str) -> KeyFinding:
    """The finding for a value that cannot be a path. It may be part of a key or the passphrase, so it is not quoted."""
    if looks_like_a_secret(text):
        return KeyFinding(
            "key_as_path", f"{PATH} holds a key, not the path of its file: move the key to {CONTENT}, or name the file."
        )
    return KeyFinding("path", f"{PATH} does not name an existing file: write the key file's full path.")


def diagnose_file(path: Path, passphrase: str = "") -> list[KeyFinding]:
    """The same for a key file; also checks who else may read it."""
    if not path.is_file():
        what = "is a directory" if path.is_dir() else "does not exist"
        return [KeyFinding("path", f"{PATH} names {path}, which {what}: write the file's full path.")]
    try:
        content = path.read_bytes()
    except OSError as error:
        return [KeyFinding("path", f"{path} cannot be read ({error.strerror}): give this user the right to read it.")]
    if content[:1] == b"\x30":  # DER, not text
        return [
            KeyFinding(
                "der_file",
                f"{path} is binary DER, and dbt reads PEM files: put its base64 into {CONTENT} instead "
                f"(`openssl base64 -A -in {path.name}`).",
            )
        ]
    found = diagnose(content.decode("utf-8", errors="replace"), passphrase, str(path))
    if not found and os.name == "posix" and path.stat().st_mode & 0o077:
        found = [KeyFinding("permissions", f"others on this machine may read {path}: chmod 600 {path.name}.", False)]
    return found


def diagnose(text: str, passphrase: str = "", where: str = "The key") -> list[KeyFinding]:
    """The faults of a private key, given as text in any form; an empty list if it is usable.

    text        PEM or base64 DER
    passphrase  of an encrypted key, else empty
    where       its name in messages: the variable or file it comes from
    """
    if not text.strip():
        return [KeyFinding("empty", f"{where} is empty.")]
    key = normalise(text)
    begin = _BEGIN.search(key)
    label = begin.group(1) if begin else ""
    problem = _wrong_label(label, where) or (_damaged_frame(key, begin is not None, where))
    if problem:
        return [problem]
    match = _PEM.search(key)
    body = "".join(match.group(2).split()) if match else key
    notes = _notes(text, where)
    if match and ":" in match.group(2):  # encrypted PKCS#1: no DER to look into
        return [_pkcs1(where), *_try_key(key, passphrase, where), *notes]
    der = _decode(body)
    if der is None:
        return [KeyFinding("base64", f"{where} is damaged: the text between its first and last line is not base64.")]
    kind = _structure(der)
    if kind == "truncated":
        return [KeyFinding("truncated", f"{where} is cut short: copy the whole file, first and last line included.")]
    if kind == "public":
        return [_public(where)]
    if kind == "unknown":
        return [KeyFinding("no_key", f"{where} is not a private key, which begins with -----BEGIN PRIVATE KEY-----.")]
    if kind == "encrypted" and not passphrase:
        return [KeyFinding("no_passphrase", f"{where} is encrypted, and {PASSPHRASE} is not set: set it.")]
    if kind != "encrypted" and passphrase:
        return [
            KeyFinding(
                "needless_passphrase", f"{where} is not encrypted, but {PASSPHRASE} is set: unset that variable."
            )
        ]
    problems = _try_key(key, passphrase, where)
    return problems or [*([_pkcs1(where)] if kind == "pkcs1" else []), *notes]


def public_fingerprint(text: str, passphrase: str = "") -> str | None:
    """`SHA256:…` of the public key, as Snowflake shows it in RSA_PUBLIC_KEY_FP; None if the key cannot be read."""
    try:
        from cryptography.hazmat.primitives import serialization

        public = _load(normalise(text), passphrase).public_key()
        encoded = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    except Exception:
        return None
    return "SHA256:" + base64.b64encode(hashlib.sha256(encoded).digest()).decode()


def environment_fingerprint(environment: MutableMapping[str, str] | None = None) -> str | None:
    """The fingerprint of the environment's key."""
    environment = os.environ if environment is None else environment
    text = environment.get(CONTENT, "")
    try:
        text = text or Path(environment.get(PATH, "")).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return public_fingerprint(text, environment.get(PASSPHRASE, ""))


# -- form


def _wrong_label(label: str, where: str) -> KeyFinding | None:
    if label in ("", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY"):
        return None
    if "PUBLIC KEY" in label:
        return _public(where)
    if label == "OPENSSH PRIVATE KEY":
        return KeyFinding(
            "openssh",
            f"{where} is an OpenSSH key, as ssh-keygen makes it; Snowflake needs PKCS#8: see {GUIDE}.",
        )
    if label == "CERTIFICATE":
        return KeyFinding("header", f"{where} is a certificate, not a private key.")
    return KeyFinding(
        "header",
        f"{where} begins with -----BEGIN {label}-----, where -----BEGIN PRIVATE KEY----- or "
        "-----BEGIN ENCRYPTED PRIVATE KEY----- is expected.",
    )


def _damaged_frame(key: str, has_begin: bool, where: str) -> KeyFinding | None:
    if _PEM.search(key):
        return None
    if has_begin:
        if re.search(r"-----END [A-Z0-9 ]+-----", key):
            return KeyFinding(
                "header", f"{where} is damaged: its first and last line do not match; copy the file again."
            )
        return KeyFinding(
            "truncated",
            f"{where} is cut short: its last line, -----END … KEY-----, is missing. In .nao.env, put the "
            "whole key in double quotes.",
        )
    if "-----END" in key:
        return KeyFinding("header", f"{where} lacks its first line, -----BEGIN … PRIVATE KEY-----.")
    if _decode(key) is None:
        return KeyFinding("base64", f"{where} is neither a PEM nor base64: copy the file again, first line included.")
    return None


def _notes(text: str, where: str) -> list[KeyFinding]:
    if "\r" not in text and "\\r" not in text:
        return []
    return [
        KeyFinding(
            "crlf",
            f"{where} has Windows line breaks (CRLF): harmless to fivetran-logs, but other tools may fail: save it "
            "with LF.",
            False,
        )
    ]


def _pkcs1(where: str) -> KeyFinding:
    return KeyFinding(
        "pkcs1",
        f"{where} is in the older PKCS#1 format (-----BEGIN RSA PRIVATE KEY-----); Snowflake documents PKCS#8: "
        f"convert it with `{_TO_PKCS8}`.",
        False,
    )


def _public(where: str) -> KeyFinding:
    return KeyFinding(
        "public",
        f"{where} is a public key, which belongs to the Snowflake user; put the private key (rsa_key.p8) here.",
    )


# -- structure


def _decode(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) if text else None
    except (binascii.Error, ValueError):
        return None


def _structure(der: bytes) -> str:
    """pkcs8, pkcs1, encrypted, public, truncated or unknown: judged by the first fields of the outermost sequence."""
    outer = _element(der, 0)
    if outer is None or outer[0] != 0x30:
        return "unknown"
    _, start, end = outer
    if end > len(der):
        return "truncated"
    first = _element(der, start)
    second = _element(der, first[2]) if first else None
    if first is None or second is None:
        return "unknown"
    known = {
        (0x02, 0x30): "pkcs8",  # version, algorithm
        (0x02, 0x02): "pkcs1",  # version, modulus
        (0x30, 0x04): "encrypted",  # algorithm, encrypted data
        (0x30, 0x03): "public",  # algorithm, bits
    }
    return known.get((first[0], second[0]), "unknown")


def _element(der: bytes, at: int) -> tuple[int, int, int] | None:
    """Tag, start and end of the content of the DER element at a position."""
    if at + 2 > len(der):
        return None
    length, start = der[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        if size > 4 or start + size > len(der):
            return None
        length, start = int.from_bytes(der[start : start + size], "big"), start + size
    return der[at], start, start + length


# -- what needs cryptography


def _try_key(key: str, passphrase: str, where: str) -> list[KeyFinding]:
    try:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    except ImportError:
        return []
    try:
        loaded = _load(key, passphrase)
    except TypeError:
        return [KeyFinding("no_passphrase", f"{where} is encrypted, and {PASSPHRASE} is not set: set it.")]
    except Exception as error:
        if passphrase:
            return [KeyFinding("passphrase", f"{PASSPHRASE} is not the passphrase of {where}.")]
        return [KeyFinding("base64", f"{where} is damaged and cannot be read ({type(error).__name__}): copy it again.")]
    if not isinstance(loaded, RSAPrivateKey):
        return [KeyFinding("algorithm", f"{where} is not an RSA key, which Snowflake needs: see {GUIDE}.")]
    if loaded.key_size < SMALLEST_KEY:
        return [
            KeyFinding(
                "size", f"{where} has {loaded.key_size} bits; Snowflake needs at least {SMALLEST_KEY}: make a new key."
            )
        ]
    return []


def _load(key: str, passphrase: str):
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    password = passphrase.encode() if passphrase else None
    try:
        if "-----BEGIN" in key:
            return serialization.load_pem_private_key(key.encode(), password)
        return serialization.load_der_private_key(base64.b64decode(key), password)
    except (ValueError, UnsupportedAlgorithm):
        older = _load_older(key, passphrase)  # as dbt-snowflake does: OpenSSL still reads what cryptography refuses
        if older is None:
            raise
        return older


def _load_older(key: str, passphrase: str):
    try:
        from OpenSSL import crypto
    except ImportError:
        return None
    if "-----BEGIN" not in key:
        key = f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{key}\n-----END ENCRYPTED PRIVATE KEY-----\n"
    try:
        return crypto.load_privatekey(
            crypto.FILETYPE_PEM, normalise(key).encode(), passphrase.encode()
        ).to_cryptography_key()
    except Exception:
        return None
