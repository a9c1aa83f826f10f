{{ stage_source('destination_membership') }}
