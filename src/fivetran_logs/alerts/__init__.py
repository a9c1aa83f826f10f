"""Alerts: what the marts say is wrong, told once to whom it concerns, and again when it is over."""
