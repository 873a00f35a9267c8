"""`python -m app.web`: serves on HOST (127.0.0.1) and PORT (8000)."""

import os
import sys

import uvicorn

from app.settings import ConfigurationError
from app.web.application import create_app
from app.web.logs import log_as_json

if __name__ == "__main__":
    log_as_json()
    try:
        app = create_app()
    except ConfigurationError as error:
        sys.exit(str(error))
    uvicorn.run(
        app,
        host=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", "8000")),
        log_config=None,
        access_log=False,
        # A live feed never ends by itself.
        timeout_graceful_shutdown=5,
    )
