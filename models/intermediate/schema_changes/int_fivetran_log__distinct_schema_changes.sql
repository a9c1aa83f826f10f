-- Metadata and log joined to one history. Of a change that both record, the metadata row stays: it knows the types and what lies
-- downstream; the log knows the sync.

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

),

noticed_in as (

    select
        pairs.metadata_change_id,
        log_changes.sync_id
    from pairs
    inner join log_changes on pairs.log_change_id = log_changes.change_id

)

select
    metadata_changes.{{ columns | join(',\n    metadata_changes.') }},
    metadata_changes.downstream_tables,
    metadata_changes.downstream_columns,
    noticed_in.sync_id
from metadata_changes
left join noticed_in on metadata_changes.change_id = noticed_in.metadata_change_id

union all

select
    {{ columns | join(',\n    ') }},
    cast(null as {{ dbt.type_bigint() }}) as downstream_tables,
    cast(null as {{ dbt.type_bigint() }}) as downstream_columns,
    sync_id
from log_changes
where change_id not in (select log_change_id from pairs)
