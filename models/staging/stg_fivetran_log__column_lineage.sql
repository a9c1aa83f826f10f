{{ stage_source('column_lineage') }}
