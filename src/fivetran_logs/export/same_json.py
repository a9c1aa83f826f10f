"""JSON texts compared by their values, as the models compare payloads (macros/dialect/canonical_json.sql)."""

from __future__ import annotations


def canonical_json(text: str) -> str:
    """SQL of one form for all spellings of a JSON text: order of keys, blanks, escapes, 1.0 for 1, JSON in a string.

    text  SQL of a VARCHAR; what is no JSON is its trimmed text
    """
    plain = (
        f"trim(case when starts_with({text}, '\"') then coalesce(try(json_extract_string({text}, '$')),"
        f" replace(substr({text}, 2), '\\\"', '\"')) else {text} end)"
    )
    whole_numbers = "regexp_replace({}, '([0-9])\\.0([,}}\\]])', '\\1\\2', 'g')"
    written = f"json({plain})::varchar"
    numbered = f"case when contains({written}, '.0') then {whole_numbers.format(written)} else {written} end"
    return (
        f"case when json_valid({plain}) then list_transform([{numbered}], lambda whole: case"
        " when not contains(whole, ',') then whole"
        f" when not contains(whole, '[') and not contains(substr(whole, 2), '{{') then {_sorted_pairs('whole')}"
        " else coalesce(try(array_to_string(list_sort(list_transform("
        "map_entries(cast(cast(whole as json) as map(varchar, json))),"
        " lambda pair: pair.key || ':' || case"
        f" when contains(pair.value::varchar, '{{') then {_sorted_pairs('pair.value::varchar')}"
        f" else coalesce(pair.value::varchar, 'null') end)), ',\"')), {_sorted_pairs('whole')})"
        f" end)[1] else {plain} end"
    )


def _sorted_pairs(json: str) -> str:
    pairs = f"string_split(translate({json}, '{{}}[]', ',,,,'), ',\"')"
    return f"array_to_string(list_sort(list_transform({pairs}, lambda pair: rtrim(pair, ','))), ',\"')"
