-- Columns that look personal are known
--
-- No column of a destination table has a name that looks like personal data, except in tables with an exception. Whether
-- a column is hashed or blocked is not in the data, unless its name says `hash`. One row per table.
--
-- Why it matters: Personal data has to be known before it can be protected, kept briefly or deleted on request.
--
-- How to fix: Block or hash the column in Fivetran, or accept the table as an exception with the reason.

with

columns as (

    select
        table_id,
        name,
        case
            when
                {{ fivetran_logs.regexp_found('lower(name)', "'" ~ var('fivetran_logs_check_personal_columns') ~ "'") }}
                and lower(name) not like '%hash%'
                then 1
            else 0
        end as is_personal
    from {{ ref('stg_fivetran_log__destination_column') }}
    where name is not null

),

personal as (

    select
        table_id,
        sum(is_personal) as personal_columns,
        min(case when is_personal = 1 then name end) as first_column
    from columns
    group by table_id

)

select
    {{ fivetran_logs.in_words('tables.id') }} as object_id,
    coalesce(schemas.name || '.', '') || tables.name as object_name,
    personal.personal_columns > 0 as is_failing,
    {{ fivetran_logs.counted('personal.personal_columns', 'column') }} || ' with a name like personal data, such as ' || personal.first_column as problem
from {{ ref('stg_fivetran_log__destination_table') }} as tables
inner join personal on tables.id = personal.table_id
left join {{ ref('stg_fivetran_log__destination_schema') }} as schemas on tables.schema_id = schemas.id
