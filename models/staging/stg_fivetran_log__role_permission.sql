{{ stage_source('role_permission') }}
