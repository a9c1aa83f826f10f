{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The chain ladder, on triangles of any size: from one age to the next all origins together grow by a factor, and the product of the
-- factors still to come takes an origin to its end. Mack (1993), volume-weighted. An age at which no origin has anything has no factor,
-- and neither have the ages before it.

with

triangles as (

    select * from {{ ref('int_fivetran_log__usage_triangles') }}

),

cells as (

    select
        *,
        lead(cumulative_rows) over (partition by series_key, target_date, origin order by age) as next_rows,
        row_number() over (partition by series_key, target_date, origin order by age desc) as latest_first,
        row_number() over (partition by series_key, target_date, age order by origin) as origin_of_age
    from triangles

),

links as (

    select
        *,
        case
            when count(next_rows) over (partition by series_key, target_date, age) = 0 then 1
            else
                sum(next_rows) over (partition by series_key, target_date, age)
                / nullif(
                    sum(case when next_rows is not null then cumulative_rows end) over (partition by series_key, target_date, age),
                    0
                )
        end as factor
    from cells

),

-- the factor of an age counts once, with the first origin that has the age
developments as (

    select
        *,
        case
            when min(case when factor > 0 then 1 else 0 end) over (
                partition by series_key, target_date order by age desc, origin_of_age rows between unbounded preceding and current row
            ) = 1
                then exp(sum(case when origin_of_age = 1 then ln(case when factor > 0 then factor end) end) over (
                    partition by series_key, target_date order by age desc, origin_of_age rows between unbounded preceding and current row
                ))
        end as factor_to_end
    from links

)

select
    series_key,
    target_date,
    origin,
    age,
    cumulative_rows,
    1 / factor_to_end as developed_share,
    cumulative_rows * factor_to_end as ultimate_rows
from developments
where latest_first = 1
