-- Error monitoring has each issue of the log once, neither lost nor doubled by a name.

{%- if fivetran_logs.tested_together(model.depends_on.nodes) %}

{%- set recently = fivetran_logs.tested_rows('occurred_at') %}

with

counts as (

    select
        (select count(*) from {{ ref('fct_fivetran_error_monitoring') }} where {{ recently }}) as monitored,
        (select count(*) from {{ ref('int_fivetran_log__issues') }} where {{ recently }}) as issues,
        (
            select count(*) from {{ ref('int_fivetran_log__events') }}
            where is_issue and {{ recently }} and occurred_at <= (select max(as_of_at) from {{ ref('int_fivetran_log__calendar') }})
        ) as issue_events

)

select * from counts
where monitored <> issues or issues <> issue_events
{%- else %}
{{ fivetran_logs.nothing_to_test() }}
{%- endif %}
