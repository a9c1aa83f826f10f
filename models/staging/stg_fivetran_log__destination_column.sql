{{ stage_source('destination_column') }}
