"""No secret of an action or an error is shown, whatever its field is called and however damaged the record is."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable

import duckdb
import pytest
from helpers import ROOT, BuiltAccount, macros_of
from planted_secrets import HARMLESS_MESSAGES, MESSAGES, NAMES, SHAPES

TEXTS = [
    '{"url":"postgres://bob:hUsh@h.example:5432/db"}',
    '{"url":"postgres:\\/\\/bob:hUsh@h/db"}',
    '{"url":"mongodb+srv://a:hU/sh@hUsh@h/x"}',
    '{"u":"Server=x;Uid=y;Password=hUsh;Encrypt=1"}',
    '{"u":"DefaultEndpointsProtocol=https;AccountKey=hUsh==;"}',
    '{"u":"https://x/?sv=1&sig=hUsh&b=2"}',
    '{"k":"-----BEGIN PRIVATE KEY-----\\nhUsh\\nhUsh"}',
    '{"h":"Bearer hUshhUshhUsh"}',
    '{"h":"AKIAhUshABCDEFGHIJ"}',
    '{"x":"my password: hUsh"}',
    '{"password" : \n "hUsh"}',
    '{"password":"hUsh',
    '{"credentials":{"a":["hUsh","b"',
    '{"u":"redis://:hUsh@h/0"}',
    '{"u":"https://hUshhUshhUshhUshhUsh@github.com/o/r"}',
    '{"u":"https://x/y?key=hUsh&z=1"}',
    '{"u":"https://x/callback?a=1&code=hUsh"}',
    '{"u":"https://b.s3.amazonaws.com/k?X-Amz-Signature=hUsh&x=1"}',
    '{"u":"https://hooks.slack.com/services/T000/B000/hUsh"}',
    '{"u":"https://outlook.office.com/webhook/abc/IncomingWebhook/hUsh/xyz"}',
    '{"c":"<password>hUsh</password>"}',
    "{'password': 'hUsh', 'a': 1}",
    "{\"c\":\"{'password': 'hUsh'}\"}",
    "authorization: hUsh",
    '{"c":"mysql --password hUsh -u a"}',
    '{"h":["Authorization: Token hUsh","X-Api-Key: hUsh"]}',
    '{"h":"Set-Cookie: sid=hUsh"}',
    '{"v":"rk_live_hUsh12345678"}',
    '{"v":"sk_test_hUsh12345678"}',
    '{"v":"whsec_hUsh12345678"}',
    '{"v":"GOCSPX-hUsh12345678"}',
    '{"v":"ya29.hUsh12345678"}',
    '{"v":"pat-na1-hUsh12345678"}',
    '{"v":"shpat_hUsh12345678"}',
    '{"v":"dapi0hUsh12345678"}',
    '{"v":"xoxb-1234567890-hUsh"}',
    '{"v":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJoVXNoIn0.hUsh"}',
    '{"v":"-----BEGIN OPENSSH PRIVATE KEY-----\\nhUsh"}',
    '[{"password":"hUsh"}]',
    '{"credentials":{"a":{"a":{"a":{"a":{"a":{"a":{"a":"hUsh"}}}}}}}}',
    "ghp_hUsh0123456789abcdef",
    "password=hUsh",
    '{"a":"' + "x" * 1_000_000 + '","password":"hUsh"}',
]
HARMLESS = [
    '{"sync_frequency":360,"schema":"passenger","primary_keys":["id"],"authType":"OAuth","paused":true,"time_zone_offset":"1"}',
    '{"url":"sftp://bob@files.example:22/in?page=2","keyword":"a","topic":"orders","spinner":"b","cmd":"ls --all x"}',
    '{"html":"<p>a: b</p>"}',
    '{"password":"[secret]","next":"\\\\"}',
    '{"note":"a:b@c <script> \\"quoted\\" C:\\\\data é🚀"}',
    "null",
    "{}",
    "",
    None,
]


Shown = Callable[[list[str | None]], list[str | None]]


def answers_of(macro: str, account: BuiltAccount) -> Shown:
    """What a macro makes of texts."""
    with macros_of(account) as warehouse:
        sql = str(warehouse.macro(macro, text="text"))
    connection = duckdb.connect()

    def rows(texts: list[str | None]) -> list[str | None]:
        connection.execute("create or replace table texts (place integer, text varchar)")
        connection.executemany("insert into texts values (?, ?)", list(enumerate(texts)))
        return [text for (text,) in connection.execute(f"select {sql} from texts order by place").fetchall()]

    return rows


@pytest.fixture(scope="module")
def shown(built_account: BuiltAccount) -> Shown:
    """What actions show of texts."""
    return answers_of("without_secrets", built_account)


@pytest.fixture(scope="module")
def told(built_account: BuiltAccount) -> Shown:
    """What errors show of texts."""
    return answers_of("message_without_secrets", built_account)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_field_shows_its_secret(shown, shape: str) -> None:
    for spelling in ({}, {"ensure_ascii": False}, {"indent": 2}, {"separators": (",", ":")}):
        texts = [json.dumps({"keep": "me", **SHAPES[shape](name), "host": "h"}, **spelling) for name in NAMES]
        for name, text in zip(NAMES, shown(texts), strict=True):
            assert "hUsh" not in text, name
            assert "123456789" not in text, name
            assert "[secret]" in text, name
            if "JSON" not in shape:
                assert {key: json.loads(text)[key] for key in ("keep", "host")} == {"keep": "me", "host": "h"}, name


@pytest.mark.parametrize(
    "shape", [shape for shape in SHAPES if not shape.endswith("the other way")]
)  # its name is cut away
def test_no_cut_record_shows_its_secret(shown, shape: str) -> None:
    whole = [json.dumps(SHAPES[shape](name)) for name in NAMES]
    for back in (1, 3, 8, 15):
        for name, text in zip(NAMES, shown([text[:-back] for text in whole]), strict=True):
            assert "hUsh" not in text, (name, back)


def in_json(text: str) -> list[str]:
    """A text as a field of JSON, and as one of JSON in a string of JSON."""
    return [json.dumps({"note": text}), json.dumps({"a": json.dumps({"note": text})})]


def test_no_text_shows_its_secret(shown) -> None:
    texts = [*TEXTS, *(text for message in MESSAGES for text in (message, *in_json(message)))]
    for before, after in zip(texts, shown(texts), strict=True):
        assert "hush" not in after.lower(), before[:80]
        assert "[secret]" in after, before[:80]


def test_what_is_no_secret_stays(shown) -> None:
    assert shown(HARMLESS) == HARMLESS


@pytest.mark.parametrize("shape", SHAPES)
def test_no_message_shows_the_secret_of_a_field(told, shape: str) -> None:
    texts = [f"Request failed (400): {json.dumps({'host': 'h', **SHAPES[shape](name)})}" for name in NAMES]
    for name, text in zip(NAMES, told(texts), strict=True):
        assert text.startswith('Request failed (400): {"host": "h"'), name
        assert "hUsh" not in text, name
        assert "[secret]" in text, name


def test_no_message_shows_its_secret(told) -> None:
    messages = [text for message in MESSAGES for text in (message, *in_json(message))]
    for before, after in zip(messages, told(messages), strict=True):
        assert "hush" not in after.lower(), before
        assert "[secret]" in after, before


def test_what_a_message_says_besides_stays(told) -> None:
    """A category, an owner and a next step depend on it."""
    assert told(HARMLESS_MESSAGES) == HARMLESS_MESSAGES
    known = []
    for name in ("error_messages", "error_pattern_examples"):
        with (ROOT / "tests" / "models" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            known += [row["message"] for row in csv.DictReader(file)]
    assert told(known) == known != []
    (text,) = told(["dsn host=h password=hUsh user=u: timeout after 30 s"])
    assert text == "dsn host=h password=[secret] user=u: timeout after 30 s"
