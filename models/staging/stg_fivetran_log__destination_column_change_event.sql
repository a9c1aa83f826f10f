{{ stage_source('destination_column_change_event') }}
