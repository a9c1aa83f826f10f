{{ stage_source('destination_table_change_event') }}
