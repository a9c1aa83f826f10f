{{ stage_source('source_table_change_event') }}
