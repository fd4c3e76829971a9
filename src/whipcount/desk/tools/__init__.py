"""What the command line does with a file of one's own, done for somebody at the desk: look into, convert, verify, check, make.

In: files as they were sent (`Upload`) and what was chosen in a form. Out: what is in them, or what is wrong with them, as plain records;
or the bytes of a file to take away. Nothing is kept: files are written into a folder that is gone when the answer stands, and are read
in a process of their own (`asking`), which is stopped when it takes too long. A field at fault raises `Wrong`.
"""

from whipcount.desk.tools.answers import BallotsSeen, FolderSeen, Recounted, RulebookSeen
from whipcount.desk.tools.asking import ask

__all__ = ["BallotsSeen", "FolderSeen", "Recounted", "RulebookSeen", "ask"]
