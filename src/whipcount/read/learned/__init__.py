"""Drafts by learned weights: a scene in; claims that the weights think possible out, each with a probability.

Every pair of mentions of a sentence, every mention, and every mention with a number is a candidate; linear weights on hashed
marks of the words and the tree around them say what it is. `fit` learns the weights from labelled commentaries.
"""

from whipcount.read.learned.drafts import learned_drafts, merged
from whipcount.read.learned.weights import Learned

__all__ = ["Learned", "learned_drafts", "merged"]
