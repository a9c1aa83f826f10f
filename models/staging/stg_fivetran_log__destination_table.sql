{{ stage_source('destination_table') }}
