"""Orders, calls, disputes, supervision, call-backs and duplicates: what goes on around an incident."""
