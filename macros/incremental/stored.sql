{#- Macros that all incremental models share. Words in this folder:

    stored   rows in the model from earlier builds
    new      an event that the model has not counted: it was loaded after all stored ones, or as-of has passed it since
    changed  a sync, or a day, with a new event; it is recomputed from all its events

    Three facts make an incremental build equal to a full one. Each build loads events under a later `loaded_at` than any before it,
    so "loaded after all stored events" misses nothing and repeats nothing. If as-of moves back, a model first deletes
    the rows it stored for the later as-of. And if its rows were derived by other rules or settings, it first deletes all of them
    (stored_rules.sql).

    A model queries its bounds once, in its first lines, and passes them to the conditions below. -#}

{#- The newest stored values of this model: {'loaded_at', 'occurred_at', 'keeps_rows'}, or `none` on a first build. "Before all days" if
    the model is empty, or will be emptied because as-of moved back or the rules changed. keeps_rows is false in the last case.
    occurred_at  `none` where as-of plays no part -#}
{% macro newest_stored(occurred_at='last_event_at', loaded_at='loaded_at') %}
    {%- if not is_incremental() -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- if not fivetran_logs.has_column('rules_version') -%}
        {%- do fivetran_logs.say_what_follows_other_rules(none) -%}
        {%- set never = "cast('" ~ fivetran_logs.before_all_days() ~ "' as " ~ fivetran_logs.type_utc_timestamp() ~ ')' -%}
        {{- return({'loaded_at': never, 'occurred_at': never, 'keeps_rows': false}) -}}
    {%- endif -%}
    {%- set within = 'max(' ~ occurred_at ~ ') <= ' ~ fivetran_logs.as_of() ~ ' and ' if occurred_at else '' -%}
    {%- set still_valid = 'case when ' ~ within ~ fivetran_logs.follows_rules() ~ ' then ' -%}
    {%- set newest = fivetran_logs.bounds(
        'newest stored',
        [still_valid ~ 'max(' ~ loaded_at ~ ') end', still_valid ~ 'max(' ~ (occurred_at or loaded_at) ~ ') end'],
        'from ' ~ this,
        fivetran_logs.type_utc_timestamp(),
        beside=fivetran_logs.stored_rules(),
    ) -%}
    {%- if newest[2] is not none -%}
        {%- do fivetran_logs.say_what_follows_other_rules(newest[2]) -%}
    {%- endif -%}
    {{- return({
        'loaded_at': newest[0], 'occurred_at': newest[1],
        'keeps_rows': newest[2] is none or newest[2] == fivetran_logs.rules_of_model(),
    }) -}}
{% endmacro %}


{#- Condition: an event, or a row made of events, is new. On a first build every row is.
    newest                  the result of newest_stored
    loaded_at, occurred_at  columns of the relation -#}
{% macro is_new(newest, loaded_at='loaded_at', occurred_at='occurred_at') -%}
    {%- if newest -%}
    ({{ loaded_at }} > {{ newest.loaded_at }} or {{ occurred_at }} > {{ newest.occurred_at }})
    {%- else -%}
    1 = 1
    {%- endif -%}
{%- endmacro %}


{#- The time of the first stored row that meets a condition, as a literal; "after all days" if there is none.
    joined  join clause for the model's rows, which are named stored -#}
{% macro first_stored(meaning, joined, condition) %}
    {%- if not is_incremental() or not fivetran_logs.has_column('rules_version') -%}
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


{#- Pre-hook: empties the model if it has rows later than as-of, or of other rules.
    anew  a boolean column: rows where it is true are made anew in each build, and deleted first -#}
{% macro forget_the_future(occurred_at='last_event_at', anew=none) -%}
    {%- if execute and is_incremental() -%}
        {%- set future = '(select max(' ~ occurred_at ~ ') from ' ~ this ~ ') > ' ~ fivetran_logs.as_of() ~ ' or ' ~ fivetran_logs.follows_other_rules() -%}
        {{ fivetran_logs.delete_rows(
            '1 = 1' if not fivetran_logs.has_column('rules_version')
            else future ~ ' or ' ~ anew if anew and fivetran_logs.has_column(anew)
            else future
        ) }}
    {%- endif -%}
{%- endmacro %}
