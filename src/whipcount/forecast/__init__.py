"""The `forecast` room."""
