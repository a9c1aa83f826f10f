-- Every price list of fivetran_price_curve begins at 0 units and goes on without a gap, an overlap or a rising price.
{{ config(severity='warn') }}

select
    problem,
    meter,
    valid_from,
    from_units,
    usd_per_million
from {{ ref('int_fivetran_log__price_tiers') }}
where problem is not null
