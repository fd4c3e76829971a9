"""whipcount: who has the numbers in a leadership contest.

The rooms, left to right (a room imports nothing from a room to its right):
`rules`, `contest`, `ballots`, `count`, `headcount`, `power`, `forecast`, `report`, `cli`.
"""

__version__ = "0.1.0"
