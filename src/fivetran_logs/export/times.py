"""How the loader reads times, as SQL for DuckDB.

The rules are those of the macro `to_utc_timestamp`, which documents them; a test holds the two together.
"""

from __future__ import annotations

_SIGNED = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_NUMBERS = {*_SIGNED, *(f"U{name}" for name in _SIGNED), "FLOAT", "DOUBLE", "DECIMAL"}
_DAY = "[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}"
# seconds, milliseconds, microseconds, nanoseconds since 1970: from, below, factor that makes them microseconds
_UNITS = (("1e9", "1e10", "1e6"), ("1e12", "1e13", "1e3"), ("1e15", "1e16", "1e0"), ("1e18", "1e19", "1e-3"))


def utc_time(value: str, data_type: str) -> str | None:
    """SQL of a value's time in UTC, null where it has none; None where the type is none of times, text or numbers."""
    if data_type == "VARCHAR":
        return _of_text(value)
    if data_type.partition("(")[0] in _NUMBERS:
        return _of_number(f"cast({value} as double)")
    if data_type == "TIMESTAMP WITH TIME ZONE":
        return _within_years(f"timezone('UTC', {value})")
    if data_type.startswith(("TIMESTAMP", "DATE")):
        return _within_years(f"try_cast({value} as timestamp)")
    return None


def _of_text(text: str) -> str:
    value = f"upper(replace({text}, '\"', ' '))"
    dotted = f"replace(trim({value}), ',', '.')"
    zoned = f"regexp_replace(regexp_replace({dotted}, ' *[zZ]$', 'Z'), ' +([+-][0-9:]+)$', '\\1')"
    return _within_years(
        f"case when regexp_matches({value}, '^ *{_DAY}([T ][0-9:.,]+)? *$') then try_cast({dotted} as timestamp)"
        f" when regexp_matches({value}, '^ *{_DAY}[T ]') then timezone('UTC', try_cast({zoned} as timestamptz))"
        f" else {_of_number(f'try_cast({value} as double)')} end"
    )


def _of_number(number: str) -> str:
    units = " ".join(
        f"when {number} >= {at_least} and {number} < {below} then {number} * {factor}"
        for at_least, below, factor in _UNITS
    )
    return f"make_timestamp(cast(round(case {units} end) as bigint))"


def _within_years(time: str) -> str:
    """What no client can show is null; the time itself is computed once."""
    last = "timestamp '9999-12-31 23:59:59.999999'"
    return f"list_filter([{time}], lambda moment: moment between timestamp '0001-01-01' and {last})[1]"
