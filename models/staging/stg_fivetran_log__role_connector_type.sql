{{ stage_source('role_connector_type') }}
