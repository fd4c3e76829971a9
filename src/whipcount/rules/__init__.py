"""The `rules` room."""
