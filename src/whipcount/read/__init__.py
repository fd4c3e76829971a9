"""The `read` room: documents in (text, Markdown, HTML, PDF, mail, feeds); claims out, each tied to the words that make it.

`Reader(roster).read(document)` gives the claims of a document; `documents([...], wrong)` gives the documents of files and
folders; `accept(folder, claims)` turns claims into evidence of a contest; `read_archive` reads a hundred thousand files.
"""

from whipcount.read.accept import Accepted, accept, leader_of, roster_of
from whipcount.read.archive import Journal, read_archive
from whipcount.read.cast import Person
from whipcount.read.claim import FIELDS, Claim, from_row
from whipcount.read.document import Document
from whipcount.read.formats import read_bytes, read_file
from whipcount.read.llm import ModelReader
from whipcount.read.reader import Reader
from whipcount.read.render import in_words, page, to_terminal
from whipcount.read.score import Marks, Rate, compare
from whipcount.read.sources import documents, files_of

__all__ = [
    "FIELDS",
    "Accepted",
    "Claim",
    "Document",
    "Journal",
    "Marks",
    "ModelReader",
    "Person",
    "Rate",
    "Reader",
    "accept",
    "compare",
    "documents",
    "files_of",
    "from_row",
    "in_words",
    "leader_of",
    "page",
    "read_archive",
    "read_bytes",
    "read_file",
    "roster_of",
    "to_terminal",
]
