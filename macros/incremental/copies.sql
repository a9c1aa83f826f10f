{#- Copies of an event: a log delivers it again, with another sync id or its JSON written otherwise. Of all copies the newest decides.

    value_key  identifies an event by its values (macro value_key)
    event_key  the name that the event got first, and keeps. Tables of earlier versions named events by the spelling of their
               payload (macro spelling_key): there an event goes on under that name once a copy of it is read. -#}

{#- Query: of each event its newest copy, unless the stored one is as new and was read by today's rules; with stored_key and stored_sync_id, what it is stored under.

    rows     a CTE with value_key
    untaken  what untaken_bounds gave -#}
{% macro newest_copies(rows, untaken) -%}
    {%- set order = '_fivetran_synced desc nulls last, sync_id nulls last, severity nulls last' -%}
    {%- set numbered = '(select *, row_number() over (partition by value_key order by ' ~ order ~ ') as copy_number from ' ~ rows ~ ') as copies' -%}
    select
        copies.*,
    {%- if not untaken or not untaken.has_value_keys %}
        cast(null as {{ dbt.type_string() }}) as stored_key,
        cast(null as {{ dbt.type_string() }}) as stored_sync_id
    from {{ numbered }}
    where copies.copy_number = 1
    {%- else %}
        stored.event_key as stored_key,
        stored.sync_id as stored_sync_id
    from {{ numbered }}
    left join {{ this }} as stored
        on
            copies.value_key = stored.value_key
            and (stored.occurred_at >= {{ untaken.first_event_at }} or stored.occurred_at is null)
    where
        copies.copy_number = 1
        {%- if not fivetran_logs.derives_again() %}
        and (stored.event_key is null or not {{ fivetran_logs.decides('stored', 'copies') }})
        {%- endif %}
    {%- endif %}
{%- endmacro %}


{#- Condition: of two copies of an event the stored one decides: it arrived later, or at once and comes first by its sync. If such were
    loaded again, each build would compute their syncs, and all days since, anew. -#}
{% macro decides(stored, copy) -%}
    {%- set before = "cast('" ~ fivetran_logs.before_all_days() ~ "' as " ~ fivetran_logs.type_utc_timestamp() ~ ')' -%}
    {%- set stored_at = 'coalesce(' ~ stored ~ '.synced_at, ' ~ before ~ ')' -%}
    {%- set copied_at = 'coalesce(' ~ copy ~ '._fivetran_synced, ' ~ before ~ ')' -%}
    (
            {{ stored_at }} > {{ copied_at }}
            or {{ stored_at }} = {{ copied_at }} and coalesce({{ stored }}.sync_id, '~') <= coalesce({{ copy }}.sync_id, '~')
        )
{%- endmacro %}


{#- Query: events, each with its event_key and, where it was stored with another sync id, with that one. An event that is stored under the
    spelling of its payload is found by it, else by what has been read of it: as many as are stored, one for one.

    events   a CTE with stored_key, stored_sync_id and spelling_key
    untaken  what untaken_bounds gave -#}
{% macro with_event_keys(events, untaken) -%}
    {%- if not untaken or not untaken.has_spelling_keys -%}
    select
        *,
        coalesce(stored_key, value_key) as event_key,
        case when stored_sync_id <> coalesce(sync_id, '') then stored_sync_id end as previous_sync_id
    from {{ events }}
    {%- else -%}
    {%- set columns = 'event_key, sync_id, ' ~ fivetran_logs.read_values() ~ ' as read_values' -%}
    {%- set missing = 'value_key is null and ' if untaken.has_value_keys else '' -%}
    {%- set old = '(select ' ~ columns ~ ' from ' ~ this ~ ' where ' ~ missing ~ '(occurred_at >= ' ~ untaken.first_event_at ~ ' or occurred_at is null))' -%}
    select
        told.*,
        coalesce(told.stored_key, told.old_key, alike.event_key, told.value_key) as event_key,
        case
            when coalesce(told.stored_sync_id, told.old_sync_id, alike.sync_id) <> coalesce(told.sync_id, '')
                then coalesce(told.stored_sync_id, told.old_sync_id, alike.sync_id)
        end as previous_sync_id
    from (
        select
            events.*,
            old.event_key as old_key,
            old.sync_id as old_sync_id,
            row_number() over (
                partition by events.read_values, case when old.event_key is null and events.stored_key is null then 1 else 0 end
                order by events.value_key
            ) as twin_number
        from (select *, {{ fivetran_logs.read_values() }} as read_values from {{ events }}) as events
        left join {{ old }} as old on events.spelling_key = old.event_key
    ) as told
    left join (
        select
            old.*,
            row_number() over (partition by old.read_values order by old.event_key) as twin_number
        from {{ old }} as old
        left join {{ events }} as events on old.event_key = events.spelling_key
        where events.spelling_key is null
    ) as alike
        on
            told.old_key is null
            and told.stored_key is null
            and told.read_values = alike.read_values
            and told.twin_number = alike.twin_number
    {%- endif %}
{%- endmacro %}
