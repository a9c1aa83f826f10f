"""Where a failure becomes one sentence: `explain` is the way in, the modules beside it know one kind each."""
