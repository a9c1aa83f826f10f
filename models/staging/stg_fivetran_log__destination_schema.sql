{{ stage_source('destination_schema') }}
