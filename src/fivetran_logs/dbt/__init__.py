"""The user's dbt project, profile and warehouse."""
