"""An export of the Platform connector's schema: found in a directory, read, loaded into a DuckDB file."""
