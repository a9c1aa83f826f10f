{{ stage_source('log') }}
