{{ stage_source('incremental_mar') }}
