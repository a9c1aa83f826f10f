{{ stage_source('destination_schema_change_event') }}
