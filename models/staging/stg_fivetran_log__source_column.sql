{{ stage_source('source_column') }}
