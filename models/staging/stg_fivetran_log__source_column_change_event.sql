{{ stage_source('source_column_change_event') }}
