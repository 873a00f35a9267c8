"""The example application on top of the generated database layer."""
