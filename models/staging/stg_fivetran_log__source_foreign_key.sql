{{ stage_source('source_foreign_key') }}
