{{ stage_source('account') }}
