"""A rulebook as a plain tree that uses every key of the language, for tests to change and to break."""

from __future__ import annotations

from typing import Any

import yaml

CITED = {"source": ["https://example.org/rules"], "confidence": "high", "note": "as read out"}
HALF = {"share": "1/2", "compare": "more than", "of": "valid"}
READING = {
    "label": "sixty",
    "share": "3/5",
    "compare": "at least",
    "plus": 0,
    "of": "entitled",
    "source": ["https://example.org/other"],
    "confidence": "low",
}


def clause(id: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "kind": kind, "says": "and so on", **fields, **CITED}


CLAUSES: dict[str, dict[str, Any]] = {
    "vacancy": clause("vacancy", "vacancy", circumstance="in government", then=["field", "college"]),
    "keeps": clause(
        "keeps",
        "confidence",
        body="caucus",
        when="each spring",
        motion="confidence",
        keeps={"share": "3/5", "compare": "at least", "plus": 1, "of": "entitled"},
        readings=[READING],
        moved_by={"share": "15%", "of": "entitled"},
        binding=False,
        secret=True,
        leader_may_stand=False,
        immunity_months=12,
        circumstance="in opposition",
        then=["college"],
    ),
    "removes": clause(
        "removes",
        "confidence",
        body="caucus",
        when="at any meeting",
        motion="no confidence",
        removes={"share": "1/2", "compare": "more than", "of": "cast"},
        moved_by={"count": 2},
        then=["college"],
    ),
    "petition": clause(
        "petition",
        "petition",
        body="caucus",
        needs={"share": "1/5", "of": "entitled"},
        readings=[{**READING, "label": "a quarter", "share": "1/4"}],
        calls="removes",
        nominates=True,
        circumstance="before an election",
        then=["college"],
    ),
    "nomination": clause(
        "nomination",
        "nomination",
        opening=["vacancy"],
        needs={
            "all": [
                {
                    "body": "caucus",
                    "needs": {"share": "1/10", "of": "entitled"},
                    "apart_from_self": True,
                    "says": "in writing",
                },
                {
                    "any": [
                        {"body": "branches", "needs": {"share": "5%", "of": "entitled"}},
                        {"body": "members", "needs": {"count": 500}},
                    ],
                },
            ],
        },
        readings=[{**READING, "label": "a ninth", "share": "1/9"}],
        incumbent="on the paper without nominations",
        field_at_most=9,
    ),
    "candidate": clause("candidate", "candidate", must_be="a member of parliament"),
    "electorate": clause(
        "electors",
        "electorate",
        body="caucus",
        who="the MPs",
        vote="one person, one vote",
        joined_months_before=6,
        fee="three pounds",
    ),
    "field": clause(
        "field",
        "ballot",
        title="the ballots of the caucus",
        sections=[{"body": "caucus", "weight": "1"}],
        paper="single",
        wins=[HALF],
        lead={"share": "15%", "of": "entitled"},
        rounds={
            "out": "all but",
            "keep": 3,
            "at_most": 4,
            "floors": [{"needs": {"share": "1/20", "of": "entitled"}, "round": 1}],
            "batch": True,
            "until": 2,
        },
        leaves=2,
        field="top",
        field_top=3,
        if_none="next",
        ties=["latest difference", "lot"],
        marks={"overvote": "exhaust", "skipped": 1, "duplicate": "exhaust"},
        exhausted="stay",
    ),
    "college": clause(
        "college",
        "ballot",
        title="the electoral college",
        sections=[{"body": "caucus", "weight": "2/5"}, {"body": "members", "weight": "3/5"}],
        paper="ranked",
        wins=[{"share": "1/2", "compare": "more than", "of": "continuing"}],
        rounds={"out": "lowest"},
        field="reopened",
    ),
    "points": clause(
        "points",
        "ballot",
        title="the vote by riding",
        sections=[{"body": "members", "weight": "1"}],
        units={"name": "riding", "points": 100, "cap": "votes"},
        paper="ranked",
        wins=[{"share": "1/2", "compare": "more than", "of": "continuing"}],
    ),
    "text": clause("text", "text", about="the deputy"),
}


def version(**changed: Any) -> dict[str, Any]:
    members = {**CLAUSES["electorate"], "id": "member-electors", "body": "members"}
    return {
        "from": "2012-11-17",
        "label": "a college",
        "summary": "Everything that the language can say.",
        "bodies": {
            "caucus": {"name": "the caucus", "known": "by name"},
            "members": {"name": "the members of the party", "known": "by poll"},
            "branches": {"name": "branches", "known": "by delegation"},
        },
        "clauses": [*CLAUSES.values(), members],
        "governed": ["somewhere-2012"],
        "note": "for tests",
        **changed,
    }


def rulebook(**changed: Any) -> dict[str, Any]:
    return {
        "id": "everything",
        "name": "Everything",
        "country": "Nowhere",
        "kind": "party",
        "versions": [version()],
        **changed,
    }


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def dump(tree: Any) -> str:
    """A tree as YAML, written out in full: aliases are refused."""
    return yaml.dump(tree, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=200)
