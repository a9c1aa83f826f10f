{{ stage_source('schema_lineage') }}
