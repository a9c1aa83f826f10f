"""Finds secret values and removes them from any text, so that they are never printed or logged.

A value is secret if its variable or profile field has a secret name (password, token, key ...), or if the value looks
like a key or a token under any name. The path of a key's file is not secret, so it is shown. A value of such a variable
that cannot be a path is hidden too, because people paste keys and passphrases there.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote, quote_plus, unquote

import yaml

from fivetran_logs.yaml_files import read_yaml

HIDDEN = "***"
SHORTEST = 6  # characters; values of four or five are hidden as whole words only
_SHORTEST_WORD = 4
_FRAGMENT = 16  # characters of a long secret that are hidden even alone, for example after a line break
_LONG = 24  # characters from which a secret has fragments

_NAME = re.compile(r"KEY|PASS|PWD|SECRET|TOKEN(?!S|IZ)|CREDENTIAL|(^|_)PAT$", re.IGNORECASE)
_PLACE = re.compile(r"(PATH|FILE|DIR|FOLDER|STORE)$", re.IGNORECASE)
_WORDS = {"true", "false", "none", "null", "auto", "prefer", "require", "disable"}
_FILE = re.compile(r"\.(p8|p12|pem|key|der|json|txt|cer|crt|toml|ya?ml|env)$", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_TOKEN = re.compile(r"(dapi|dkea|ghp_|gho_|github_pat_|glpat-|sk-|xox[bp]-|AKIA|ya29\.|eyJ)[\w.~+/=-]{12,}")
_PASSWORD_SIGNS = re.compile(r"[!#%^&*?<>{}|~`;]")
_PEM_HEADER = re.compile(r"-{2,} ?(BEGIN|END)[A-Z0-9 ]*-{2,}")

# Secrets that we recognise by their context: a key's block, a web token, a password in a URL or a connection string.
# Each with the texts of which it holds one: a log has 30,000 lines, most of them SQL, and to look for these is quick.
_SHAPES: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = (
    (
        ("private key-----",),
        re.compile(r"(PRIVATE KEY-----)(?:\s|\\+[nr])*[A-Za-z0-9+/]{12,}[A-Za-z0-9+/=\s\\]*"),
        rf"\1 {HIDDEN} ",
    ),
    (("eyj",), re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), HIDDEN),
    (("://",), re.compile(r"(://[^\s:/@'\"]*:)[^\s/'\"]+@"), rf"\1{HIDDEN}@"),
    (
        ("password=", "passwd=", "passphrase=", "pwd=", "token="),
        re.compile(r"(?i)\b(\w*(?:password|passwd|passphrase|pwd|token)=)(?:'[^']*'|\"[^\"]*\"|[^\s&;,'\")]+)"),
        rf"\1{HIDDEN}",
    ),
)

_Known = tuple[re.Pattern[str] | None, re.Pattern[str] | None, frozenset[str]]

_learned: dict[str, str] = {}  # secrets of the profile and of .nao.env, by file and name


def redact(text: str) -> str:
    """The text with every secret replaced by `***`: whole, line by line, escaped, and in fragments of 16 characters."""
    return redactor()(text)


def redactor() -> Callable[[str], str]:
    """`redact` for many texts, which reads the environment once: the log of a build has 30,000 lines."""
    return partial(_hide, _known(tuple(sorted({*secret_variables().values(), *_learned.values()}))))


def _hide(known: _Known, text: str) -> str:
    pieces, words, fragments = known
    if pieces is not None:
        text = pieces.sub(HIDDEN, text)
    if words is not None:
        text = words.sub(HIDDEN, text)
    if fragments:
        text = re.sub(rf"\S{{{_FRAGMENT},}}", lambda run: _without_fragments(run.group(), fragments), text)
    plain = text.casefold()
    for signs, shape, instead in _SHAPES:
        if any(sign in plain for sign in signs):
            text = shape.sub(instead, text)
    return text


def secret_variables(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Environment variables that hold a secret, by name."""
    environment = os.environ if environment is None else environment
    return _secrets_of(tuple(environment.items()))


@lru_cache(maxsize=8)
def _secrets_of(environment: tuple[tuple[str, str], ...]) -> dict[str, str]:
    found = {}
    for name, value in environment:
        if is_secret(name, value):
            found[name] = value
        elif password := re.search(r"://[^\s:/@]*:([^\s/]+)@", value):
            found[name] = unquote(password.group(1))
    return found


def is_secret(name: str, value: str) -> bool:
    """Whether a variable or a field of that name holds a secret."""
    if looks_like_a_secret(value):
        return True
    if not _NAME.search(name) or value.strip().lower() in _WORDS or len(value.strip()) < _SHORTEST_WORD:
        return False
    # Even a variable for a key's content may name its file.
    return not names_a_file(value)


def names_a_file(value: str) -> bool:
    """Whether a text can be a path: the file or its folder exists, or the name ends like that of a key file.

    Any other text may be a passphrase or part of a key, so it must not be shown.
    """
    text = value.strip().strip("\"'")
    if not text or "\n" in text or "\\n" in text or "-----" in text or len(text) > 1000 or text.startswith("{"):
        return False
    path = Path(text)
    with suppress(OSError, ValueError, RuntimeError):
        path = path.expanduser()
        if path.exists():
            return True
        if _FILE.search(text):
            return True
        return path.parent != Path(path.anchor or ".") and path.parent.is_dir()
    return False


def looks_like_a_secret(value: str) -> bool:
    """Whether a value has the shape of a private key, of a line of one, or of a token, under any name."""
    text = value.strip().strip("\"'")
    if len(text) < _FRAGMENT:
        return False
    if "PRIVATE KEY" in text or '"private_key"' in text or _TOKEN.fullmatch(text):
        return True
    compact = "".join(text.replace("\\r", "").replace("\\n", "").split())
    if len(compact) < 40 or not _BASE64.fullmatch(compact) or _is_there(text):
        return False
    # A run of both cases and digits: no name or path looks like this, but every line of a key does.
    longest = max(re.split(r"[/_-]", compact), key=len)
    return len(longest) >= 16 and all(re.search(kind, longest) for kind in ("[a-z]", "[A-Z]", "[0-9]"))


def looks_like_a_password(value: str) -> bool:
    """Whether a value is what a password generator makes: both cases, digits, and signs that names lack."""
    return (
        len(value) >= 8
        and all(re.search(kind, value) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
        and (_PASSWORD_SIGNS.search(value) is not None)
    )


def _is_there(text: str) -> bool:
    with suppress(OSError, ValueError, RuntimeError):
        return Path(text).expanduser().exists()
    return False


# -- secrets learned from other places than the environment


def learn(values: Mapping[str, str | None], where: str) -> None:
    """Remembers the secrets among named values, such as those of `.nao.env` that the shell overrides."""
    for name, value in values.items():
        if value and is_secret(name, value):
            _learned[f"{where}:{name}"] = value


def learn_profile(path: Path) -> None:
    """Remembers the secrets of a profile, and the variables that its secret fields read."""
    try:
        content = read_yaml(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return
    for name, value in _fields(content):
        reads = re.findall(r"env_var\(\s*['\"](\w+)['\"](?:\s*,\s*['\"]([^'\"]+)['\"])?", value)
        for variable, otherwise in reads:
            content = os.environ.get(variable, "")
            if looks_like_a_password(content) and not names_a_file(content):
                _learned[f"{path}:{variable}"] = content  # in any field
            learn({name: os.environ.get(variable), f"{name} otherwise": otherwise}, f"{path}:{variable}")
        if not reads:
            learn({name: value}, str(path))


def _fields(content: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a profile with the name of its field; items of a list have the name of the list."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _fields(value, str(key))
    elif isinstance(content, list):
        for value in content:
            yield from _fields(value, name)
    elif isinstance(content, (str, int, float)) and not isinstance(content, bool):
        yield name, str(content)


# -- texts without secrets


@lru_cache(maxsize=4)
def _known(secrets: tuple[str, ...]) -> _Known:
    """The texts to hide: pieces anywhere, short ones as words, fragments of long ones."""
    pieces: set[str] = set()
    words: set[str] = set()
    fragments: set[str] = set()
    for secret in secrets:
        for text in _lines(secret):
            (pieces if len(text) >= SHORTEST else words).update(_escaped(text))
        compact = "".join(_PEM_HEADER.sub(" ", _real_lines(secret)).split())
        if len(compact) >= _LONG:
            fragments.update(compact[at : at + _FRAGMENT] for at in range(len(compact) - _FRAGMENT + 1))
    return _any_of(pieces), _any_of(words, r"(?<!\w){}(?!\w)"), frozenset(fragments)


def _real_lines(secret: str) -> str:
    return secret.replace("\\r", "").replace("\\n", "\n").replace("\r", "")


def _lines(secret: str) -> Iterator[str]:
    """The secret and each of its lines, without the header and footer that all keys share."""
    several = "\n" in _real_lines(secret).strip()
    for text in (secret, secret.strip(), secret.strip("\"' "), *(_real_lines(secret).split("\n") if several else ())):
        text = text.strip()
        if len(text) >= (SHORTEST if several else _SHORTEST_WORD) and not _PEM_HEADER.fullmatch(text):
            yield text


def _escaped(text: str) -> set[str]:
    """A text as Python, JSON, an address or a log may write it."""
    forms = {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1]}
    forms |= {form.replace("\\", "\\\\") for form in forms} | {" ".join(text.split())}
    return forms | {quote(text, safe=""), quote(text), quote_plus(text), text.replace("'", "''")}


def _any_of(texts: Iterable[str], frame: str = "{}") -> re.Pattern[str] | None:
    ordered = sorted(texts, key=lambda text: (-len(text), text))
    return re.compile(frame.format(f"(?:{'|'.join(map(re.escape, ordered))})")) if ordered else None


def _without_fragments(run: str, fragments: frozenset[str]) -> str:
    hidden = [False] * len(run)
    for at in range(len(run) - _FRAGMENT + 1):
        if run[at : at + _FRAGMENT] in fragments:
            hidden[at : at + _FRAGMENT] = [True] * _FRAGMENT
    if not any(hidden):
        return run
    shown = "".join("\0" if gone else sign for sign, gone in zip(run, hidden, strict=True))
    return re.sub("\0+", HIDDEN, shown)


def redact_values(content: Any) -> Any:
    """Redacts every text in nested lists and dictionaries."""
    return _redact_values(content, redactor())


def _redact_values(content: Any, redacted: Callable[[str], str]) -> Any:
    if isinstance(content, str):
        return redacted(content)
    if isinstance(content, dict):
        return {key: _redact_values(value, redacted) for key, value in content.items()}
    return [_redact_values(value, redacted) for value in content] if isinstance(content, (list, tuple)) else content


class RedactedStream:
    """A text stream without secrets. Libraries and threads print to standard error through it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        self._stream.write(redact(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


# -- secrets in the wrong place


def misplaced(fields: Mapping[str, Any], diagnosed: Iterable[str] = ()) -> str | None:
    """The sentence for a secret in a profile field that should hold something else; None if there is none.

    dbt would write such a value into its files and the SQL, for example as a schema's name, so no command may start.

    diagnosed  fields that another function judges in more detail
    """
    known = {secret.strip() for secret in (*secret_variables().values(), *_learned.values())}
    for name, value in fields.items():
        if not isinstance(value, str) or (_NAME.search(name) and not _PLACE.search(name)) or name in diagnosed:
            continue
        is_place = bool(_PLACE.search(name))
        # User and password may be the same word, so a known secret counts only if it cannot be a name.
        is_known = value.strip() in known and not re.fullmatch(r"[\w.@$-]*", value.strip())
        if not (is_known or looks_like_a_secret(value) or (looks_like_a_password(value) and not is_place)):
            continue
        variables = sorted(key for key, content in os.environ.items() if content and content.strip() == value.strip())
        where = variables[0] if variables else f"The profile's field {name}"
        instead = "the path of a file" if is_place else f"the {name.replace('_', ' ')}"
        return (
            f"{where} holds what looks like a key, password or token: put {instead} there, and the secret into its own."
        )
    return None
