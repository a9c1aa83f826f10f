{{ stage_source('usage_cost') }}
