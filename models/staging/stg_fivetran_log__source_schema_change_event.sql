{{ stage_source('source_schema_change_event') }}
