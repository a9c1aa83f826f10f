{{ stage_source('team') }}
