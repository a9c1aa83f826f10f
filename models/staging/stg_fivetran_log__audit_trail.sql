{{ stage_source('audit_trail') }}
