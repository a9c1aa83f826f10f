-- The tiers of a contract follow each other without gap or overlap, begin at 0, end open, and get no dearer.

with

tiers as (

    select
        meter,
        scope,
        valid_from,
        from_units,
        to_units,
        usd_per_million,
        lag(to_units) over (partition by meter, scope, valid_from order by from_units) as previous_to_units,
        lag(usd_per_million) over (partition by meter, scope, valid_from order by from_units) as previous_usd_per_million,
        row_number() over (partition by meter, scope, valid_from order by from_units) as tier_number,
        row_number() over (partition by meter, scope, valid_from order by from_units desc) as tiers_to_come,
        min(scope) over (partition by meter, valid_from) as first_scope,
        max(scope) over (partition by meter, valid_from) as last_scope
    from {{ fivetran_logs.seed_table('fivetran_price_curve') }}

),

judged as (

    select
        *,
        case
            when first_scope <> last_scope then 'A contract of this meter has tiers for connections and for the account: keep one scope.'
            when tier_number = 1 and from_units <> 0 then 'The first tier does not begin at 0: units below it would cost nothing.'
            when tier_number > 1 and previous_to_units is null then 'The tier before this one has no end: the two overlap.'
            when previous_to_units > from_units then 'This tier begins before the one before it ends: the two overlap.'
            when previous_to_units < from_units then 'There is a gap before this tier: units in it would cost nothing.'
            when tiers_to_come = 1 and to_units is not null then 'The last tier has an end: units beyond it would cost nothing.'
            -- model runs have free ones first
            when meter <> 'model_runs' and usd_per_million > previous_usd_per_million
                then 'This tier is dearer than the one before it: Fivetran''s prices fall with the volume.'
        end as problem
    from tiers

)

select
    problem,
    meter,
    scope,
    valid_from,
    from_units,
    to_units,
    usd_per_million
from judged
where problem is not null
