"""Fixtures of the tests of the count room."""

import pytest
from count_making import make_ballot


@pytest.fixture
def ballot_of():
    return make_ballot
