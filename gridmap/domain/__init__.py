"""Rules and geometry: pure functions, no file, no setting, no database, no Dash."""
