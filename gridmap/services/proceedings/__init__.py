"""What goes on around an incident: orders, calls, disputes, supervision, call-backs, duplicates. One intention a file."""
