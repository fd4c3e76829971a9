"""The `ballots` room."""
