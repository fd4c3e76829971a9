"""The `count` room: a `Profile` and a rulebook in; a `Tally` out - rounds, transfers, ties, winner, record.

`count` counts one ballot, `count_path` the ballots that follow an opening; `decide` is the rule book's word on one round, on
exact tallies alone, and `replay` puts published rounds through it. `verify` recounts a record. Everything is decided in
whole numbers and fractions; the same input gives the same bytes.
"""

from whipcount.count.decide import decide
from whipcount.count.engine import Given
from whipcount.count.margin import Change, Margin, margin
from whipcount.count.pairwise import Pairwise, pairwise
from whipcount.count.published import PublishedTallies, read_tallies
from whipcount.count.record import verify
from whipcount.count.replay import Replay, RoundReplay, replay
from whipcount.count.run import count, count_path
from whipcount.count.standing import Bases, Decision, Standing, Tie
from whipcount.count.tally import BallotTally, Link, RoundTally, Tally
from whipcount.count.ties import Broken, Draw, TiePlan, seed_key

__all__ = [
    "BallotTally",
    "Bases",
    "Broken",
    "Change",
    "Decision",
    "Draw",
    "Given",
    "Link",
    "Margin",
    "Pairwise",
    "PublishedTallies",
    "Replay",
    "RoundReplay",
    "RoundTally",
    "Standing",
    "Tally",
    "Tie",
    "TiePlan",
    "count",
    "count_path",
    "decide",
    "margin",
    "pairwise",
    "read_tallies",
    "replay",
    "seed_key",
    "verify",
]
