-- It needs no source, but waits for staging, which stops a build of a wrong schema before anything is replaced.
-- depends_on: {{ ref('stg_fivetran_log__usage_cost') }}

-- The price lists of the seed, each with its months, and each step with what all steps below it cost: so a price is one joined row.
-- A step ends where the next begins, whatever the seed says: a list with a gap still prices every number of units.

with

steps_of_months as (

    select
        *,
        {{ fivetran_logs.month_of('valid_from') }} as valid_from_month
    from {{ fivetran_logs.seed_table('fivetran_price_curve') }}
    where valid_from is not null and usd_per_million is not null

),

newest_of_months as (

    select
        *,
        max(valid_from) over (partition by meter, valid_from_month) as newest_valid_from
    from steps_of_months

),

-- a contract that changes within a month counts for all of it
price_curve as (

    select * from newest_of_months
    where valid_from = newest_valid_from

),

lists as (

    select
        meter,
        valid_from_month,
        lead(valid_from_month) over (partition by meter order by valid_from_month) as valid_until
    from price_curve
    group by meter, valid_from_month

),

-- of two steps that begin alike, the first counts: the other would end where it begins
begun as (

    select
        *,
        row_number() over (
            partition by meter, valid_from_month, from_units
            order by to_units nulls last, usd_per_million, scope
        ) as rank_in_beginning,
        count(*) over (partition by meter, valid_from_month, from_units) as steps_that_begin_here
    from price_curve

),

steps as (

    select
        begun.*,
        lists.valid_until,
        row_number() over (partition by begun.meter, begun.valid_from_month order by begun.from_units) as step,
        lead(begun.from_units) over (partition by begun.meter, begun.valid_from_month order by begun.from_units) as next_from_units,
        lag(begun.usd_per_million) over (partition by begun.meter, begun.valid_from_month order by begun.from_units) as usd_per_million_before,
        min(begun.scope) over (partition by begun.meter, begun.valid_from_month) as scope_of_list,
        lag(case when begun.base_kind = 'minimum' then begun.base_usd end) over (
            partition by begun.meter, begun.valid_from_month order by begun.from_units
        ) as least_usd_before,
        max(begun.scope) over (partition by begun.meter, begun.valid_from_month) as other_scope_of_list
    from begun
    inner join lists on begun.meter = lists.meter and begun.valid_from_month = lists.valid_from_month
    where begun.rank_in_beginning = 1

),

costs as (

    select
        *,
        coalesce(
            sum(cast(next_from_units - from_units as {{ fivetran_logs.type_decimal() }}) * usd_per_million * 0.000001) over (
                partition by meter, valid_from_month
                order by from_units
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as usd_below
    from steps

)

select
    meter,
    scope_of_list as scope,
    valid_from_month as valid_from,
    valid_until,
    {{ fivetran_logs.as_rows('step') }} as step,
    step = 1 as is_first,
    from_units,
    next_from_units,
    usd_per_million,
    cast(usd_below as {{ fivetran_logs.type_decimal() }}) as usd_below,
    base_usd,
    base_kind,
    case
        when scope_of_list <> other_scope_of_list then 'The list has steps of both scopes; one list has one scope.'
        when steps_that_begin_here > 1 then 'Two steps begin at the same units; one of them is ignored.'
        when step = 1 and from_units > 0 then 'No step begins at 0 units; the units below the first step cost nothing.'
        when next_from_units > to_units then 'A gap follows the step; its units are priced by this step.'
        when next_from_units < to_units or next_from_units is not null and to_units is null
            then 'The step overlaps the next one; the next one counts.'
        when next_from_units is null and to_units is not null then 'The last step has an end; units beyond it are priced by this step.'
        when usd_per_million > usd_per_million_before and not (step = 2 and usd_per_million_before = 0)
            then 'The price rises from the step before; only a first free step may be cheaper than the next.'
        when least_usd_before > usd_below + coalesce(base_usd, 0) and (base_usd is null or base_kind <> 'minimum' or base_usd < least_usd_before)
            then 'The base charge of the step before ends here, so that one unit more costs less: write it into this step too.'
    end as problem
from costs
