{{ stage_source('user') }}
