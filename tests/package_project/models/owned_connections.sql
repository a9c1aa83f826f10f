-- One row per connection that somebody owns, with how it fares: a model of this project on a mart and a seed.

select
    health.connection_id,
    health.connection_name,
    health.health_status,
    owners.team
from {{ ref('fivetran_logs', 'fct_fivetran_connector_health') }} as health
inner join {{ ref('fivetran_connection_owners') }} as owners
    on health.connection_id = owners.connection_name
