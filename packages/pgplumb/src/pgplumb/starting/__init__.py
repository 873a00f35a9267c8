"""New projects: the template without its example, and databases that are there already."""
