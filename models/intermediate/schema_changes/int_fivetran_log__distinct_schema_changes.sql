-- Metadata and log joined to one history. Of a change that both record, the metadata row stays: it knows the types and what lies
-- downstream.

{%- set columns = [
    'change_id', 'change_detected_at', 'connection_id', 'schema_name', 'table_name', 'column_name', 'change_level', 'change_type',
    'previous_data_type', 'new_data_type', 'side', 'evidence',
] %}

with

metadata_changes as (

    select * from {{ ref('int_fivetran_log__metadata_changes') }}

),

log_changes as (

    select * from {{ ref('int_fivetran_log__located_log_changes') }}

),

pairs as (

    select * from {{ ref('int_fivetran_log__schema_change_pairs') }}

)

select
    {{ columns | join(',\n    ') }},
    downstream_tables,
    downstream_columns
from metadata_changes

union all

select
    {{ columns | join(',\n    ') }},
    cast(null as {{ dbt.type_bigint() }}) as downstream_tables,
    cast(null as {{ dbt.type_bigint() }}) as downstream_columns
from log_changes
where change_id not in (select log_change_id from pairs)
