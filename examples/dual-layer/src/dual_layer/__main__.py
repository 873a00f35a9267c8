"""`python -m dual_layer`: serves on http://127.0.0.1:8001."""

import sys

import uvicorn

from dual_layer.application import create_app
from dual_layer.settings import ConfigurationError

if __name__ == "__main__":
    try:
        application = create_app()
    except ConfigurationError as error:
        sys.exit(str(error))
    uvicorn.run(application, host="127.0.0.1", port=8001)
