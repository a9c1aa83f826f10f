{{ stage_source('table_lineage') }}
