"""The live channel: one board, one ring of changes, any number of browsers."""
