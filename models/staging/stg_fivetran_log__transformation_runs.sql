{{ stage_source('transformation_runs') }}
