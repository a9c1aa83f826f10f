{#- What the models that add to themselves share. Words used in this folder:

    stored   what the model holds from earlier builds
    new      an event that the model has not counted: it was loaded after all that is stored, or as-of has passed it since
    changed  a sync, or a day, that has a new event; it is computed again, from all its events

    Two facts make an incremental build equal to a full one. Each build loads events under a later `loaded_at` than any before it,
    so "loaded after all that is stored" misses nothing and repeats nothing. And where as-of moves back, a model first deletes
    what it stored for the later as-of.

    A model asks for its bounds once, in its first lines, and hands them to the conditions below. -#}

{#- The newest values this model holds: {'loaded_at', 'occurred_at'}, or none on a first build. Before all days where the model is
    empty, or about to be emptied since as-of moved back. -#}
{% macro newest_stored(occurred_at='last_event_at', loaded_at='loaded_at') %}
    {%- if not is_incremental() -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set still_valid = 'case when max(' ~ occurred_at ~ ') <= ' ~ fivetran_logs.as_of() ~ ' then ' -%}
    {%- set newest = fivetran_logs.bounds(
        'newest stored',
        [still_valid ~ 'max(' ~ loaded_at ~ ') end', still_valid ~ 'max(' ~ occurred_at ~ ') end'],
        'from ' ~ this,
        fivetran_logs.type_utc_timestamp(),
    ) -%}
    {{- return({'loaded_at': newest[0], 'occurred_at': newest[1]}) -}}
{% endmacro %}


{#- Condition: an event, or a row made of events, is new. On a first build everything is.
    newest                  what newest_stored gave
    loaded_at, occurred_at  columns of what is read -#}
{% macro is_new(newest, loaded_at='loaded_at', occurred_at='occurred_at') -%}
    {%- if newest -%}
    ({{ loaded_at }} > {{ newest.loaded_at }} or {{ occurred_at }} > {{ newest.occurred_at }})
    {%- else -%}
    1 = 1
    {%- endif -%}
{%- endmacro %}


{#- When the first stored row occurred that a condition holds for, as a literal; after all days where there is none.
    joined  what the model's rows, named stored, are joined with -#}
{% macro first_stored(meaning, joined, condition) %}
    {%- if not is_incremental() -%}
        {{- return("cast('" ~ fivetran_logs.after_all_days() ~ "' as " ~ fivetran_logs.type_utc_timestamp() ~ ')') -}}
    {%- endif -%}
    {{- return(fivetran_logs.bounds(
        meaning,
        ['min(stored.occurred_at)'],
        'from ' ~ this ~ ' as ' ~ joined ~ ' where ' ~ condition,
        fivetran_logs.type_utc_timestamp(),
        {0: fivetran_logs.after_all_days()},
    )[0]) -}}
{% endmacro %}


{#- Pre-hook: empties the model if it holds anything later than as-of. -#}
{% macro forget_the_future(occurred_at='last_event_at') -%}
    {%- if execute and is_incremental() -%}
        {{ fivetran_logs.delete_rows('(select max(' ~ occurred_at ~ ') from ' ~ this ~ ') > ' ~ fivetran_logs.as_of()) }}
    {%- endif -%}
{%- endmacro %}
