{{ stage_source('source_table') }}
