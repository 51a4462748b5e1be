"""HTTP routes; each module has `make_router(context)`."""
