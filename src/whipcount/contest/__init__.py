"""The `contest` room."""
