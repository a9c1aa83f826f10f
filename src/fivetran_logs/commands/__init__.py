"""The verbs of the command, one module each: `run` takes the options, prints, and returns the exit code."""
