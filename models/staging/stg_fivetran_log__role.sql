{{ stage_source('role') }}
