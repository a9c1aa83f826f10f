{{ stage_source('credits_used') }}
