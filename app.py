"""The ASGI application: `uvicorn app:server`, or `python app.py`.

The database is opened when the server starts, not when this module is imported.
"""

import sys

from gridmap.cli.serve import run_server
from gridmap.errors import GridMapError
from gridmap.settings import read_settings
from gridmap.web.context import make_context
from gridmap.web.server import make_server

settings = read_settings()

if __name__ == "__main__":
    try:
        run_server(settings)
    except GridMapError as error:
        sys.exit(f"gridmap: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
else:
    server = make_server(make_context(settings))
