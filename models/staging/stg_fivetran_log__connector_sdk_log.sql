{{ stage_source('connector_sdk_log') }}
