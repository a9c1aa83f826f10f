"""The verbs of the command, a module each: `run` takes what was typed, prints, and returns the exit code."""
