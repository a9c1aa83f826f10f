"""Where a failure becomes one sentence."""
