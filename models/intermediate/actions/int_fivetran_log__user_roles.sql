{{ config(materialized=fivetran_logs.step_materialization()) }}

-- The roles of users today: their own, those of their teams, and those of accounts older than roles.

with

memberships as (

    select * from {{ ref('stg_fivetran_log__resource_membership') }}
    where not coalesce(_fivetran_deleted, false)

),

team_memberships as (

    select * from {{ ref('stg_fivetran_log__team_membership') }}
    where not coalesce(_fivetran_deleted, false)

),

roles as (

    select * from {{ ref('stg_fivetran_log__role') }}

),

granted as (

    select
        user_id,
        role_id,
        destination_id,
        connection_id
    from memberships
    where user_id is not null

    union all

    select
        team_memberships.user_id,
        memberships.role_id,
        memberships.destination_id,
        memberships.connection_id
    from memberships
    inner join team_memberships on memberships.team_id = team_memberships.team_id

),

named as (

    select
        granted.user_id,
        coalesce(roles.name, granted.role_id) as role_name,
        granted.destination_id,
        granted.connection_id
    from granted
    left join roles on granted.role_id = roles.id

    union all

    select
        user_id,
        role as role_name,
        destination_id,
        cast(null as {{ dbt.type_string() }}) as connection_id
    from {{ ref('stg_fivetran_log__destination_membership') }}
    where destination_id is not null

)

select distinct
    user_id,
    role_name,
    case when connection_id is null then destination_id end as destination_id,
    connection_id,
    case
        when connection_id is not null then 'connection'
        when destination_id is not null then 'destination'
        else 'account'
    end as granted_for
from named
where user_id is not null and role_name is not null
