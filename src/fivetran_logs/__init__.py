"""The ``fivetran-logs`` command: fetches, runs, draws and delivers what the dbt project computes."""

__version__ = "0.1.0"
