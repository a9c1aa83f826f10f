{{ stage_source('team_membership') }}
