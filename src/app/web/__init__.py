"""The example service: HTTP in front of app.services. It needs the dependency group `web`."""
