"""A small contest folder, and its bytes."""

from __future__ import annotations

from pathlib import Path

from whipcount.read import Claim

CONTEST = """\
id: {id}
title: The leadership of our party
party: Our Party
country: Somewhere
rulebook: majority
sections:
  caucus: {{name: the caucus, body: body, by: name}}
questions:
- {{id: vote, asks: Does Ada Quill keep her caucus?, kind: confidence, section: caucus, leader: Ada Quill,
   clause: confidence, opens: 2024-03-01, due: 2024-03-12, due_known: 2024-03-04}}
"""
ELECTORS = "id,name,section,source,confidence\n" + "".join(
    f"{name.lower().replace(' ', '-')},{name},caucus,https://example.org/roll,high\n"
    for name in ("Ada Quill", "Ben Rook", "Cy Stone", "Dee Tarn", "Eve Umber")
)
EVIDENCE = (
    "id,known,question,section,kind,by,source_kind,elector,stance,option,source,confidence,note\n"
    "e1,2024-03-02,vote,caucus,declaration,Ben Rook,own words,ben-rook,supports,Ada Quill,https://example.org/1,high,\n"
    'e2,2024-03-03,vote,caucus,report,The Gazette,named report,cy-stone,opposes,Ada Quill,https://example.org/2,medium,"so, they say"\n'
)


def make_folder(path: Path, **files: str | bytes) -> Path:
    """A small contest folder; `evidence_csv="..."` sets a file."""
    path.mkdir(parents=True, exist_ok=True)
    whole: dict[str, str | bytes] = {
        "contest.yaml": CONTEST.format(id=path.name),
        "electors.csv": ELECTORS,
        "evidence.csv": EVIDENCE,
    }
    whole |= {name.replace("_", "."): content for name, content in files.items()}
    for name, content in whole.items():
        (path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def row_of(key: str, elector: str, **more: str) -> dict[str, str]:
    row = {
        "id": key,
        "known": "2024-03-05",
        "question": "vote",
        "section": "caucus",
        "kind": "declaration",
        "by": elector,
    }
    row |= {"source_kind": "own words", "elector": elector, "stance": "supports", "option": "Ada Quill"}
    return row | {"source": "https://example.org/3", "confidence": "high"} | more


ARTICLE = """Ben Rook said on Tuesday that he would vote for Ada Quill.
Cy Stone is against her. Dee Tarn backs Ada Quill too, a friend said.
Eve Umber may go; nobody knows.
"""


def claim(quote: str, kind: str = "position", **own: str | None) -> Claim:
    """A claim on the article; a position for Ada Quill unless told otherwise."""
    start = ARTICLE.index(quote)
    fields = {"stance": "supports", "target": "Ada Quill"} if kind == "position" else {}
    return Claim(kind, start, start + len(quote), quote, fields | own, "author", "asserted", 0.9, "by hand")


CLAIMS = (
    claim("Ben Rook said on Tuesday that he would vote for Ada Quill", holder="Ben Rook"),
    claim("Cy Stone is against her", holder="Cy Stone", stance="opposes"),
    claim("Dee Tarn backs Ada Quill too", holder="Dee Tarn"),
    claim("Eve Umber may go", "event", subject="Eve Umber", what="may go", when=None),
)


def new_database(server: str) -> str:
    """The URL of an empty database on the server."""
    import secrets

    import psycopg

    name = f"t{secrets.token_hex(6)}"
    with psycopg.connect(host=server, user="tester", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql://tester@/{name}?host={server}"


def drop_database(address: str) -> None:
    """Take a database of `new_database` away again."""
    import psycopg

    name, _, server = address.removeprefix("postgresql://tester@/").partition("?host=")
    with psycopg.connect(host=server, user="tester", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
