"""The `headcount` room."""
