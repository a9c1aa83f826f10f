-- Every price list of fivetran_price_curve begins at 0 units and goes on without a gap, an overlap or a rising price, and the first begins
-- no later than the paid rows.
{{ config(severity='warn') }}

{{ fivetran_logs.price_curve_problems(ref('int_fivetran_log__price_tiers'), ref('int_fivetran_log__usage_months')) }}
