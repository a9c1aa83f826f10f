{{ stage_source('source_schema') }}
