"""No secret of an action is shown, whatever its field is called, wherever it stands, however damaged the record is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from helpers import BuiltAccount, macros_of

SECRET = 'hUsh"\\/}]{[,:é☃ x'
# fmt: off
NAMES = [
    "password", "Password", "passwd", "pwd", "db_password", "dbPassword", "DB-PASSWORD",
    "passphrase", "private_key_passphrase", "privateKeyPassphrase", "pass", "pw", "userPass",
    "token", "access_token", "accessToken", "refresh_token", "refreshToken", "REFRESH_TOKEN",
    "oauth_token", "id_token", "api_key", "apiKey", "api-key", "APIKEY", "ApiKey", "x-api-key",
    "private_key", "privateKey", "secret", "client_secret", "clientSecret", "secret_key",
    "secretKey", "secrets_list", "access_key", "accessKey", "access_key_id",
    "aws_secret_access_key", "account_key", "accountKey", "storage_account_key", "credentials",
    "credential", "credentials_json", "service_account_key", "service_account_json", "sas",
    "sas_token", "sasToken", "sas_url", "sasUrl", "connection_string", "connectionString",
    "conn_str", "jdbc_url", "pem", "client_cert", "clientCert", "ssl_cert", "certificate", "keytab",
    "keystore_password", "oauth", "auth", "auth_code", "authorization", "bearer_token", "bearer",
    "cookie", "session_cookie", "session_token", "jwt", "hmac_key", "signature", "signing_key",
    "encryption_key", "ssh_key", "ssh_private_key", "consumer_key", "consumerKey",
    "consumer_secret", "otp", "pin", "psk", "mfa_secret", "key", "webhook_secret",
    "shared_access_signature", "masterKey", "license_key", "personal_access_token", "pat",
    "creds", "source_cred", "privkey", "prvKey", "app_key", "auth-key", "AesKey", "rsa_key", "pkcs8", "pfx",
    "client.p12", "jks", "mnemonic", "totp", "passkey", "security_code", "unlockCode", "user_psw",
    "webhook_url", "Client Secret", "snowflake.private.key", "passwort", "kennwort", "mot_de_passe",
    "contraseña", "clave",
]
# fmt: on
SHAPES: dict[str, Callable[[str], dict[str, Any]]] = {
    "at the top": lambda name: {name: SECRET},
    "nested": lambda name: {"a": {"b": {name: SECRET}}},
    "in a list": lambda name: {"a": [{name: SECRET}, {"x": 1, name: SECRET}]},
    "a list": lambda name: {name: [SECRET, SECRET]},
    "an object": lambda name: {name: {"a": SECRET, "b": [SECRET, {"c": SECRET}]}},
    "a number": lambda name: {name: 123456789},
    "a pair": lambda name: {"fields": [{"name": name, "type": "text", "value": SECRET}]},
    "a pair with an object": lambda name: {"fields": [{"name": name, "value": {"a": [SECRET]}}]},
    "a pair with a list": lambda name: {"fields": [{"field": name, "newValues": [SECRET, SECRET]}]},
    "a pair with an object the other way": lambda name: {"fields": [{"value": {"a": SECRET}, "name": name, "b": 1}]},
    "a pair the other way": lambda name: {"fields": [{"value": SECRET, "name": name}]},
    "JSON in a string": lambda name: {"a": json.dumps({name: SECRET})},
    "JSON in JSON in a string": lambda name: {"a": json.dumps({"b": json.dumps({name: "hUsh"})})},
}
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


@pytest.fixture(scope="module")
def shown(built_account: BuiltAccount) -> Callable[[list[str | None]], list[str | None]]:
    """What actions show of texts."""
    with macros_of(built_account) as warehouse:
        sql = str(warehouse.macro("without_secrets", text="text"))
    connection = duckdb.connect()

    def rows(texts: list[str | None]) -> list[str | None]:
        connection.execute("create or replace table texts (place integer, text varchar)")
        connection.executemany("insert into texts values (?, ?)", list(enumerate(texts)))
        return [text for (text,) in connection.execute(f"select {sql} from texts order by place").fetchall()]

    return rows


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


def test_no_text_shows_its_secret(shown) -> None:
    for before, after in zip(TEXTS, shown(TEXTS), strict=True):
        assert "hUsh" not in after, before[:80]
        assert "[secret]" in after, before[:80]


def test_what_is_no_secret_stays(shown) -> None:
    assert shown(HARMLESS) == HARMLESS
