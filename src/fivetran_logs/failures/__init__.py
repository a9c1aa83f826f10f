"""Turns failures into one sentence: `explain` is the entry point, each other module handles one kind."""
