"""Power: who is pivotal, who can win together, who can block.

In: camps or members with weights and a quota (`Game`), games joined with `&` and `|`, or draws of camp sizes from an
uncertain headcount (`power_over_draws`). Out: indices in whole numbers and fractions, coalitions, and probabilities.

>>> eec = Game(12, {"France": 4, "Germany": 4, "Italy": 4, "Belgium": 2, "Netherlands": 2, "Luxembourg": 1})
>>> eec.shapley_shubik()["Belgium"]
Fraction(3, 20)
>>> eec.dummies()
('Luxembourg',)
"""

from whipcount.power.base import VotingGame
from whipcount.power.compound import Compound
from whipcount.power.draws import CampPower, CoalitionPower, DrawnPower, power_over_draws
from whipcount.power.game import Game

__all__ = ["CampPower", "CoalitionPower", "Compound", "DrawnPower", "Game", "VotingGame", "power_over_draws"]
