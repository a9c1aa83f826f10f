-- The log keeps arriving
--
-- The log of every Platform schema arrived within its usual gap.
--
-- Why it matters: Everything here stands on the log: where it stops, failures and changes go unseen.
--
-- How to fix: Look at the Fivetran Platform connection: it is paused, broken or late.

select
    platform_schema as object_id,
    platform_schema as object_name,
    minutes_behind > expected_gap_minutes as is_failing,
    'the log ends ' || {{ fivetran_logs.hours_in_words('minutes_behind / 60.0') }} || ' ago, more than the usual '
    || {{ fivetran_logs.hours_in_words('expected_gap_minutes / 60.0') }} as problem
from {{ ref('int_fivetran_log__known_until') }}
