-- Data is processed in allowed regions
--
-- The region of every active destination is in the list `fivetran_logs_check_regions`. Without a list nothing can be
-- judged.
--
-- Why it matters: Personal data that leaves the agreed regions needs a legal basis, and customers are promised where
-- theirs is.
--
-- How to fix: Move the destination to an allowed region, or add its region to the list if it is allowed.

select
    id as object_id,
    name as object_name,
    not {{ fivetran_logs.is_among('region', var('fivetran_logs_check_regions')) }} as is_failing,
    'processes data in ' || region as problem
from {{ ref('stg_fivetran_log__destination') }}
where coalesce(is_active, true)
