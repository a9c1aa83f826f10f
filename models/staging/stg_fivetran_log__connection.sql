{{ stage_source('connection') }}
