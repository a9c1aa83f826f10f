{{ stage_source('connector_type') }}
