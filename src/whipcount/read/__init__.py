"""The `read` room: documents in (text, Markdown, HTML, PDF, mail, feeds); claims out, each tied to the words that make it.

`Reader(roster).read(document)` gives the claims of a document; `documents([...], wrong)` gives the documents of files and
folders; `accept(folder, claims)` turns claims into evidence of a contest; `read_archive` reads a hundred thousand files.
"""

from whipcount.read.accept import Accepted, accept, leader_of, pending, roster_of, rows_for
from whipcount.read.archive import Settings, read_archive, read_each
from whipcount.read.cast import Person
from whipcount.read.claim import CHOICES, FIELDS, Claim, from_row
from whipcount.read.document import Document
from whipcount.read.feeds import entries
from whipcount.read.fetch import Fetched, Limits, fetch
from whipcount.read.formats import read_bytes, read_file
from whipcount.read.journal import Journal
from whipcount.read.llm import ModelReader
from whipcount.read.reader import Reader
from whipcount.read.render import in_words, page, tame, to_terminal
from whipcount.read.review import edited, sentence_around
from whipcount.read.score import Marks, Rate, compare
from whipcount.read.sources import documents, files_of
from whipcount.read.story import Stories

__all__ = [
    "CHOICES",
    "FIELDS",
    "Accepted",
    "Claim",
    "Document",
    "Fetched",
    "Journal",
    "Limits",
    "Marks",
    "ModelReader",
    "Person",
    "Rate",
    "Reader",
    "Settings",
    "Stories",
    "accept",
    "compare",
    "documents",
    "edited",
    "entries",
    "fetch",
    "files_of",
    "from_row",
    "in_words",
    "leader_of",
    "page",
    "pending",
    "read_archive",
    "read_bytes",
    "read_each",
    "read_file",
    "roster_of",
    "rows_for",
    "sentence_around",
    "tame",
    "to_terminal",
]
