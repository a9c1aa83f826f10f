{{ stage_source('destination') }}
