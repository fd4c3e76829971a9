"""The `power` room."""
