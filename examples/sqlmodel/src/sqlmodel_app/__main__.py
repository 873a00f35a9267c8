"""`python -m sqlmodel_app`: serves on http://127.0.0.1:8002."""

import sys

import uvicorn

from sqlmodel_app.application import create_app
from sqlmodel_app.settings import ConfigurationError

if __name__ == "__main__":
    try:
        application = create_app()
    except ConfigurationError as error:
        sys.exit(str(error))
    uvicorn.run(application, host="127.0.0.1", port=8002)
