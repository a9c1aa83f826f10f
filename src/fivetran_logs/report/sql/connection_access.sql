with

people as (

    select
        resource_id as connection_id,
        coalesce(user_name, user_email, user_id) as person,
        max(case when can_delete then 1 else 0 end) as can_delete,
        min(case when is_dormant then 1 else 0 end) as is_dormant,
        max(case when is_deleted_user then 1 else 0 end) as is_deleted_user
    from {{ ref('fct_fivetran_access_control') }}
    where resource_type = 'connection' and can_write
    group by resource_id, coalesce(user_name, user_email, user_id)

),

ranked as (

    select
        *,
        row_number() over (partition by connection_id order by can_delete desc, person) as place
    from people

)

select
    connection_id as connection,
    count(*) as people_who_can_change,
    sum(can_delete) as people_who_can_delete,
    sum(is_dormant) as dormant_people,
    sum(is_deleted_user) as deleted_people,
    {{ fivetran_logs.listed("case when place <= 20 and can_delete = 1 then person end") }} as names_who_can_delete,
    {{ fivetran_logs.listed("case when place <= 20 and can_delete = 0 then person end") }} as names_who_can_only_change
from ranked
group by connection_id
order by connection_id
