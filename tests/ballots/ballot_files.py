"""One small file in each format, all of our own making, and what is in it."""

from __future__ import annotations

import json

CSV_RANKS = """rank1,rank2,rank3,section,unit,weight
Ash,Birch,,caucus,North,3
Birch,,Ash,caucus,South,2
"Cedar, J.",Ash=Birch,,members,,1/2
,,,members,,1
"""
CSV_CANDIDATES = """Ash;Birch;Cedar;Riding
1;2;;North
2;1;3;North
1;1;2;South
;;;South
"""
CSV_LONG = """ballot_id,rank,candidate
7,1,Ash
7,2,Birch
8,2,Cedar
8,1,Ash
9,1,
10,1,Ash
10,1,Birch
"""
BLT = """# Council of the trees
3 1
-2
3 1 3 2 0
2 2 - 1 0
1 2=3 1 0
1.5 3 0
1 0
0
"Ash"
"Birch # not a comment"
"Cedar"
"The trees"
"""
BLT_BARE = """3 1
3 1 3 2
2 2 1
Ash
Birch
Cedar
The trees
"""
PREFLIB = """# TITLE: The trees
# DATA TYPE: toi
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 6
# NUMBER UNIQUE ORDERS: 3
# ALTERNATIVE NAME 1: Ash
# ALTERNATIVE NAME 2: Birch
# ALTERNATIVE NAME 3: Cedar
3: 1,3,2
2: 2
1: {2,3},1
"""
ABIF = """# the trees
{"title": "The trees"}
=A:[Ash]
=B:[Birch wood]
="C d":[Cedar]
3: A>B>"C d"   # as declared
2 * B=A>"C d"
1: A/5, B/5, "C d"/1
4:
"""
CEF = """#/Candidates: Ash ; Birch wood ; Cedar
#/Weight Allowed: true
#/Number of Seats: 1
# the trees
Ash > Birch wood = Cedar ^2 * 3 # six
tag one, tag two || Cedar>Ash
/EMPTY_RANKING/ * 2
"""
SCOTTISH = """3,1,
126,1,
9,1,2,
10,1,2,3,
"Candidate 1","Ash","Green (G)",
"Candidate 2","Birch","Blue (B)",
"Candidate 3","Ash","Red (R)",
"Hill ward",
"""


def _selection(number, *positions):
    return {
        "@type": "CVR.CVRContestSelection",
        "ContestSelectionId": f"s{number}",
        "SelectionPosition": [
            {"@type": "CVR.SelectionPosition", "HasIndication": "yes", "NumberVotes": 1, **position}
            for position in positions
        ],
    }


def _record(identity, selections, unit="u1"):
    contest = {"@type": "CVR.CVRContest", "ContestId": "c1", "CVRContestSelection": selections}
    old = {"@id": "old", "Type": "original", "CVRContest": [{**contest, "CVRContestSelection": []}]}
    return {
        "@type": "CVR.CVR",
        "UniqueId": str(identity),
        "CurrentSnapshotId": "now",
        "BallotStyleUnitId": unit,
        "CVRSnapshot": [old, {"@id": "now", "Type": "interpreted", "CVRContest": [contest]}],
    }


def report(contests=1):
    people = [{"@id": f"p{i}", "Name": name} for i, name in enumerate(["Ash", "Birch", "Cedar"], 1)]
    selections = [{"@id": f"s{i}", "CandidateIds": [f"p{i}"]} for i in (1, 2, 3)]
    trees = {"@id": "c1", "Name": "Trees", "ContestSelection": [*selections, {"@id": "s4", "IsWriteIn": True}]}
    extra = [{"@id": "c2", "Name": "Flowers", "ContestSelection": []}] * (contests - 1)
    records = [
        _record(1, [_selection(1, {"Rank": 1}), _selection(2, {"Rank": 2})]),
        _record(2, [_selection(1, {"Rank": 1}), _selection(3, {"Rank": 1})], "u2"),
        _record(3, [_selection(3, {"Rank": 1}), _selection(2, {"Rank": 3})]),
        _record(4, []),
        _record(5, [_selection(4, {"Rank": 1}), _selection(1, {"Rank": 2, "HasIndication": "no"})]),
        _record(6, [_selection(1, {"Rank": 1, "IsAllocable": "no"}), _selection(2, {"Rank": 1, "IsAllocable": "no"})]),
        _record(7, [_selection(1, {"Rank": 1, "IsAllocable": "no"}), _selection(2, {"Rank": 2})]),
    ]
    return {
        "@type": "CVR.CastVoteRecordReport",
        "Version": "1.0.0",
        "GpUnit": [{"@id": "u1", "Name": "North"}, {"@id": "u2", "Name": "South"}],
        "Election": [{"@id": "e1", "Candidate": people, "Contest": [trees, *extra]}],
        "CVR": records,
    }


def xml_of(tree, name="CastVoteRecordReport"):
    """The same report as XML, elements for properties and ObjectId for @id."""
    attributes = f' ObjectId="{tree["@id"]}"' if "@id" in tree else ""
    parts = []
    for key, value in tree.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                parts.append(xml_of(one, key))
            elif not key.startswith("@"):
                parts.append(f"<{key}>{str(one).lower() if isinstance(one, bool) else one}</{key}>")
    return f"<{name}{attributes}>{''.join(parts)}</{name}>"


CVR_JSON = json.dumps(report(), indent=1)
CVR_XML = '<?xml version="1.0" encoding="UTF-8"?>\n' + xml_of(report())

FILES = {
    "csv ranks": ("csv", CSV_RANKS),
    "csv candidates": ("csv", CSV_CANDIDATES),
    "csv long": ("csv", CSV_LONG),
    "blt": ("blt", BLT),
    "blt bare": ("blt", BLT_BARE),
    "preflib": ("preflib", PREFLIB),
    "abif": ("abif", ABIF),
    "cef": ("cef", CEF),
    "scottish": ("scottish", SCOTTISH),
    "cvr-json": ("cvr-json", CVR_JSON),
    "cvr-xml": ("cvr-xml", CVR_XML),
}
