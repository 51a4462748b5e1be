"""One function = one intention = one transaction."""
