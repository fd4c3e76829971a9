"""The `count` room."""
