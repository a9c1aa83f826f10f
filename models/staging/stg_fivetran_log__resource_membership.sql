{{ stage_source('resource_membership') }}
