"""Turns a warehouse's message about a wrong setup into one sentence with a remedy."""

from __future__ import annotations

import re

# (pattern of the warehouse's message, sentence); groups of the pattern fill the sentence. The first match wins.
_SENTENCES: tuple[tuple[str, str], ...] = (
    # -- the user
    (
        r"JWT token is invalid",
        "Snowflake refused the key: the user does not have its public key (RSA_PUBLIC_KEY), SNOWFLAKE_ACCOUNT or "
        "SNOWFLAKE_USER is misspelled, or this machine's clock is off. Compare fingerprints as "
        "docs/PRIVATE_KEY_SETUP.md says.",
    ),
    (
        r"Incorrect username or password|password authentication failed|[Ii]nvalid access token|Invalid credentials",
        "The warehouse refused the credentials: check user and password, key or token in .nao.env.",
    ),
    (
        r"251006|Password is empty",
        "Neither a key nor a password is set: set SNOWFLAKE_PRIVATE_KEY_PATH or SNOWFLAKE_PRIVATE_KEY in .nao.env, as "
        "docs/PRIVATE_KEY_SETUP.md says.",
    ),
    (
        r"Could not connect to Snowflake backend",
        "Snowflake does not answer: check SNOWFLAKE_ACCOUNT, and that this machine reaches it.",
    ),
    (
        r"no password supplied",
        "The warehouse wants a password and none is set: put it into .nao.env (POSTGRES_PASSWORD, REDSHIFT_PASSWORD).",
    ),
    (
        r"check your MotherDuck token|[Yy]our request is not authenticated",
        "MotherDuck refused the token: make one in its settings and put it into .nao.env as motherduck_token.",
    ),
    (
        r"no database/share named '([^']+)' found",
        "MotherDuck has no database {0}: create database {0}, or name another as FIVETRAN_LOGS_DUCKDB=md:<name>.",
    ),
    (
        r'Failed to download extension "motherduck"',
        "DuckDB could not download its extension motherduck, which talks to MotherDuck: let this machine reach "
        "extensions.duckdb.org, or install the extension from a file.",
    ),
    (
        r"DefaultCredentialsError|default credentials were not found",
        "No Google credentials found: set BIGQUERY_KEYFILE, or run `gcloud auth application-default login`.",
    ),
    (r'role "([^"]+)" does not exist', "There is no user {0} in the database: check the user in .nao.env."),
    (
        r"Role '([^']+)' specified in the connect string (?:does not exist|is not granted)[^.]*",
        "The role {0} does not exist or was not granted to the user: grant role {0} to user <user>.",
    ),
    (
        r"could not translate host name \"([^\"]+)\"|Name or service not known|nodename nor servname",
        "The host cannot be found: check host or account in .nao.env.",
    ),
    (
        r"connection to server on socket \"([^\"]+)\" failed",
        "No server answers on this machine's socket {0}: set POSTGRES_HOST in .nao.env.",
    ),
    (r"404 Not Found: \w+ \S*snowflakecomputing", "Snowflake knows no such account: check SNOWFLAKE_ACCOUNT."),
    (
        r"Connection refused|timeout expired|timed out",
        "The warehouse does not answer: check host and port, and firewalls.",
    ),
    (r'database "([^"]+)" does not exist', "There is no database {0}: check the database in .nao.env."),
    (
        r"No active warehouse selected",
        "The role may use no warehouse: set SNOWFLAKE_WAREHOUSE, and grant usage on it to the role.",
    ),
    (
        r"Out of Memory Error",
        "DuckDB needs more memory than it may take: set FIVETRAN_LOGS_DUCKDB_MEMORY (3GB unless set), below what this "
        "machine has free.",
    ),
    (
        r"env_var\('(\w+)'.*Could not convert value '([^']*)' into type 'number'",
        "{0} must be a number, and is '{1}': correct it in .nao.env.",
    ),
    (
        r"(?i)owner_entries\W.{0,40}?\b(expected_every_minutes|freshness_target)\b",
        "Your fivetran_connection_owners, seed or table, lacks the column {0}: add it; it may be empty.",
    ),
    # -- write access
    (
        r"attached in read-only mode|[Cc]annot execute [A-Z ]+ in a read-only transaction|database is read-only",
        "The target is read-only, and a build writes: open it for writing, or choose another target.",
    ),
    (
        r"permission denied for database (\S+)",
        "The user may not create schemas in {0}: grant create on database {0} to it.",
    ),
    (r"permission denied for schema (\S+)", "The user may not use the schema {0}: grant usage on schema {0} to it."),
    (
        r"permission denied for (?:table|relation|view) (\S+)",
        "The user may not read {0}: grant select on all tables in its schema to it.",
    ),
    (
        r"Insufficient privileges to operate on (\w+) '([^']+)'",
        "The role lacks a privilege on the {0} {1}: docs/warehouses/snowflake_grants.sql has the grants.",
    ),
    (
        r"(?:Database|Schema|Object) '([^']+)' does not exist or not authorized",
        "{0} does not exist, or the role may not use it: check the name, else docs/warehouses/snowflake_grants.sql.",
    ),
    (
        r"cross-database references are not implemented",
        "The source is in another database, which PostgreSQL cannot read: load it into the target's database, or let "
        "the target point to the source's.",
    ),
    (r"Access Denied: (.{0,80})", "BigQuery denied access ({0}): docs/SETUP_GUIDE.md names the roles it needs."),
    (r"Not found: Dataset (\S+)", "There is no dataset {0}: check its name and its location."),
    (
        r"PERMISSION_DENIED|INSUFFICIENT_PERMISSIONS",
        "The user lacks a privilege: grant use schema and select on the source.",
    ),
)


def sentence(text: str) -> str | None:
    """The sentence for a warehouse's message, or None for an unknown one."""
    for pattern, what_to_do in _SENTENCES:
        found = re.search(pattern, text)
        if found:
            return what_to_do.format(*(group or "" for group in found.groups()))
    return None
