{#- The versions of the rules by which stored rows are derived. Raise a number in the commit that changes what rows hold; a build that
    finds rows of another version derives them again (macros/incremental/stored_rules.sql). tests/models/test_upgrades.py fails where the
    SQL of a chain changes and its number does not.

    events  how a row of the log becomes an event. A new number reads again all rows that the source still has.
            3  27-11-2026  lists of objects in another order are one payload; an empty id counts as missing
            2  26-11-2026  the whole payload is kept of all kinds that are not read in full
            1              all tables without a version
    facts   how events become syncs, days, issues and schema changes. A new number computes these again from the stored events.
            5  28-11-2026  no secrets in messages and reasons; a failure that only a `status` tells is an error
            4  27-11-2026  whether a sync has a start
            3  27-11-2026  schema changes know their sync
            2  26-11-2026  API calls told in two ways, echoes
            1              all tables without a version -#}
{% macro rules_version(chain) %}
    {{- return({'events': '3', 'facts': '5'}[chain]) -}}
{% endmacro %}
