"""The synchronous twins of app.database, app.copy and app.locks."""
