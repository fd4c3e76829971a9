"""A ballot clause in one call, for the tests of this room."""

from whipcount.rules import Ballot


def make_ballot(**changes):
    """A plain preferential ballot of one body, with changes."""
    plain = {
        "id": "ballot",
        "kind": "ballot",
        "title": "the ballot",
        "sections": [{"body": "body"}],
        "paper": "ranked",
        "wins": [{"share": "1/2", "compare": "more than", "of": "continuing"}],
        "source": "ours",
        "confidence": "high",
    }
    return Ballot.model_validate(plain | changes)
