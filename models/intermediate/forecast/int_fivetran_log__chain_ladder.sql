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
        row_number() over (partition by series_key, target_date, origin order by age desc) as latest_first
    from triangles

),

links as (

    select
        series_key,
        target_date,
        age,
        case
            when count(next_rows) = 0 then 1
            else sum(next_rows) / nullif(sum(case when next_rows is not null then cumulative_rows end), 0)
        end as factor
    from cells
    group by 1, 2, 3

),

developments as (

    select
        series_key,
        target_date,
        age,
        case
            when min(case when factor > 0 then 1 else 0 end) over (
                partition by series_key, target_date order by age desc rows between unbounded preceding and current row
            ) = 1
                then exp(sum(ln(case when factor > 0 then factor end)) over (
                    partition by series_key, target_date order by age desc rows between unbounded preceding and current row
                ))
        end as factor_to_end
    from links

)

select
    cells.series_key,
    cells.target_date,
    cells.origin,
    cells.age,
    cells.cumulative_rows,
    1 / developments.factor_to_end as developed_share,
    cells.cumulative_rows * developments.factor_to_end as ultimate_rows
from cells
inner join developments
    on
        cells.series_key = developments.series_key
        and cells.target_date = developments.target_date
        and cells.age = developments.age
where cells.latest_first = 1
