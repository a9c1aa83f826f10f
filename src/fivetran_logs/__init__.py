"""The ``fivetran-logs`` command: loads exports, runs the dbt project, and delivers its results."""

__version__ = "0.1.0"
