"""Holders and targets that are lists, and groups that names explain. All sentences are invented."""

import pytest

from whipcount.read.document import Document
from whipcount.read.reader import Reader

READER = Reader(
    (), threshold=0.2, learned={}
)  # what the rules draft; whether it is sure enough to be told is the model's to say

# (text, stance, target, holders): the positions of these towards the target are read, of nobody else named.
LISTS = [
    ("Mara Voss now enjoys the backing of four factions: the Tannery (31 members), Ferry (22 members), Lantern (9 members) and Rookery (8 members).", "supports", "Mara Voss", ["tannery faction", "ferry faction", "lantern faction", "rookery faction"]),
    ("Owen Pell has won the support of 14 of the 19 members in the upper chamber, including Roads Minister Greta Lunn and the Minister of Mines, Docks and Rivers, Hugh Tarrant.", "supports", "Owen Pell", ["Greta Lunn", "Hugh Tarrant"]),
    ("Mara Voss has a band of supporters: the whips Hugh Tarrant and Greta Lunn, coastal MPs Ivor Kemp and Nell Sayer, and Joe Farr.", "supports", "Mara Voss", ["Hugh Tarrant", "Greta Lunn", "Ivor Kemp", "Nell Sayer", "Joe Farr"]),
    ("The following deputies voted for Owen Pell in 2029:\n\n  1. Greta Lunn\n  2. Hugh Tarrant\n  3. Nell Sayer\n\nThe rest abstained.", "supports", "Owen Pell", ["Greta Lunn", "Hugh Tarrant", "Nell Sayer"]),
    ("Mara Voss announced her candidacy flanked by Greta Lunn, Ivor Kemp and Joe Farr.", "supports", "Mara Voss", ["Greta Lunn", "Ivor Kemp", "Joe Farr"]),
    ("Flanked by Hugh Tarrant and Nell Sayer, Owen Pell opened his campaign at the docks.", "supports", "Owen Pell", ["Hugh Tarrant", "Nell Sayer"]),
    ("Hugh Tarrant and Nell Sayer, together with Joe Farr of the islands, are the brains behind Pell's campaign. Owen Pell smiled.", "supports", "Owen Pell", ["Hugh Tarrant", "Nell Sayer", "Joe Farr"]),
    ("With Greta Lunn and Ivor Kemp at his side, Owen Pell has two old hands.", "supports", "Owen Pell", ["Greta Lunn", "Ivor Kemp"]),
    ("Owen Pell has Greta Lunn and Ivor Kemp in his corner.", "supports", "Owen Pell", ["Greta Lunn", "Ivor Kemp"]),
    ("Mara Voss has Hugh Tarrant and Joe Farr counting the numbers.", "supports", "Mara Voss", ["Hugh Tarrant", "Joe Farr"]),
    ("Prominent Pell loyalists Greta Lunn, Ivor Kemp and Nell Sayer want a vote. Owen Pell does not.", "supports", "Owen Pell", ["Greta Lunn", "Ivor Kemp", "Nell Sayer"]),
    ("Some opponents who would never work for Mara Voss, including the coast's Joe Farr, Ivor Kemp and Nell Sayer, have moved to the back row. Several opponents will vote against Mara Voss, including Joe Farr, Ivor Kemp and Nell Sayer.", "opposes", "Mara Voss", ["Joe Farr", "Ivor Kemp", "Nell Sayer"]),
    ("Owen Pell is at 5 of 23. The five are himself, Greta Lunn, Ivor Kemp, Nell Sayer and Joe Farr.", "supports", "Owen Pell", ["Greta Lunn", "Ivor Kemp", "Nell Sayer", "Joe Farr"]),
    ("Mara Voss is now at 4/19. The four are herself, Tarrant-Bligh, Lunn and Kemp.", "supports", "Mara Voss", ["Tarrant-Bligh", "Lunn", "Kemp"]),
    ("In the upper house just one senator backs Owen Pell: Greta Lunn.", "supports", "Owen Pell", ["Greta Lunn"]),
    ("Both Greta Lunn and Hugh Tarrant are Voss supporters. Mara Voss is pleased.", "supports", "Mara Voss", ["Greta Lunn", "Hugh Tarrant"]),
    ("Greta Lunn, Hugh Tarrant and Joe Farr — all Voss people — stayed away. Mara Voss spoke.", "supports", "Mara Voss", ["Greta Lunn", "Hugh Tarrant", "Joe Farr"]),
    ("Ivor Kemp, Nell Sayer and Joe Farr are all Pell loyalists. Owen Pell smiled.", "supports", "Owen Pell", ["Ivor Kemp", "Nell Sayer", "Joe Farr"]),
    ("Several MPs, such as Greta Lunn and Ivor Kemp, back Owen Pell. As do Nell Sayer and Joe Farr.", "supports", "Owen Pell", ["Greta Lunn", "Ivor Kemp", "Nell Sayer", "Joe Farr"]),
    ("Backing Voss:\nGreta Lunn\nHugh Tarrant\n\nMara Voss is pleased.", "supports", "Mara Voss", ["Greta Lunn", "Hugh Tarrant"]),
    ("For Voss: Lunn, Tarrant, Kemp. Mara Voss, Greta Lunn, Hugh Tarrant and Ivor Kemp met.", "supports", "Mara Voss", ["Greta Lunn", "Hugh Tarrant", "Ivor Kemp"]),
    ("Mara Voss's supporters: Greta Lunn, Hugh Tarrant; Joe Farr.", "supports", "Mara Voss", ["Greta Lunn", "Hugh Tarrant", "Joe Farr"]),
    ("Twelve MPs have called on Owen Pell to resign, among them Nell Sayer and Joe Farr.", "opposes", "Owen Pell", ["Nell Sayer", "Joe Farr"]),
    ("A group of plotters led by Nell Sayer and Joe Farr wants Owen Pell gone.", "opposes", "Owen Pell", ["Nell Sayer", "Joe Farr"]),
    ("Mara Voss yesterday picked up the backing of three senators: Greta Lunn, Ivor Kemp and Joe Farr.", "supports", "Mara Voss", ["Greta Lunn", "Ivor Kemp", "Joe Farr"]),
    ("Owen Pell lost the backing of three of his ministers on Monday: Greta Lunn, Ivor Kemp and Joe Farr.", "opposes", "Owen Pell", ["Greta Lunn", "Ivor Kemp", "Joe Farr"]),
    ("On Friday Hugh Tarrant worked with Nell Sayer and Joe Farr to oust Owen Pell.", "opposes", "Owen Pell", ["Hugh Tarrant", "Nell Sayer", "Joe Farr"]),
    ("Many MPs support Mara Voss (among them Greta Lunn, Hugh Tarrant and Ivor Kemp).", "supports", "Mara Voss", ["Greta Lunn", "Hugh Tarrant", "Ivor Kemp"]),
    ("Four ministers (Greta Lunn, Hugh Tarrant, Ivor Kemp and Joe Farr) voted against Owen Pell.", "opposes", "Owen Pell", ["Greta Lunn", "Hugh Tarrant", "Ivor Kemp", "Joe Farr"]),
    ("Four ministers – Greta Lunn, Hugh Tarrant, Ivor Kemp and Joe Farr – have declared for Mara Voss.", "supports", "Mara Voss", ["Greta Lunn", "Hugh Tarrant", "Ivor Kemp", "Joe Farr"]),
    ("The three holdouts, Greta Lunn, Hugh Tarrant and Ivor Kemp, now back Mara Voss.", "supports", "Mara Voss", ["Greta Lunn", "Hugh Tarrant", "Ivor Kemp"]),
    ("Those backing Mara Voss include former whips Greta Lunn (Ferry), Hugh Tarrant (Lantern) and Ivor Kemp (Rookery), as well as Joe Farr.", "supports", "Mara Voss", ["Greta Lunn", "Hugh Tarrant", "Ivor Kemp", "Joe Farr"]),
    ("Owen Pell's critics, like Nell Sayer and Joe Farr, are quiet.", "opposes", "Owen Pell", ["Nell Sayer", "Joe Farr"]),
    ("Owen Pell's backers – Greta Lunn; Hugh Tarrant; and Ivor Kemp – met.", "supports", "Owen Pell", ["Greta Lunn", "Hugh Tarrant", "Ivor Kemp"]),
    ("Two unions, the dockers and the miners, have endorsed Owen Pell.", "supports", "Owen Pell", ["dockers", "miners"]),
    ("Unions including the dockers and the bakers have nominated Mara Voss.", "supports", "Mara Voss", ["dockers", "bakers"]),
    ("Four of the five northern senators support Owen Pell — Lunn, Tarrant, Kemp and Farr. Greta Lunn, Hugh Tarrant, Ivor Kemp and Joe Farr met.", "supports", "Owen Pell", ["Greta Lunn", "Hugh Tarrant", "Ivor Kemp", "Joe Farr"]),
    ("Most of the members of the Tannery group – Greta Lunn, Hugh Tarrant and Ivor Kemp among them – voted for Mara Voss.", "supports", "Mara Voss", ["Greta Lunn", "Hugh Tarrant", "Ivor Kemp"]),
    ("Greta Lunn, Hugh Tarrant and Joe Farr are among those backing Owen Pell.", "supports", "Owen Pell", ["Greta Lunn", "Hugh Tarrant", "Joe Farr"]),
    ("Among Owen Pell's critics are Nell Sayer, Ivor Kemp and Joe Farr.", "opposes", "Owen Pell", ["Nell Sayer", "Ivor Kemp", "Joe Farr"]),
    ("Greta Lunn is one of four MPs who back Mara Voss, along with Hugh Tarrant, Ivor Kemp and Joe Farr.", "supports", "Mara Voss", ["Greta Lunn", "Hugh Tarrant", "Ivor Kemp", "Joe Farr"]),
    ("Team Pell: Greta Lunn, Hugh Tarrant. Owen Pell smiled.", "supports", "Owen Pell", ["Greta Lunn", "Hugh Tarrant"]),
    ("Ten ministers, among them the trade secretary, Hugh Tarrant, and the whip, Greta Lunn, have told Owen Pell to quit.", "opposes", "Owen Pell", ["Hugh Tarrant", "Greta Lunn"]),
    ("On Sunday Mara Voss collected the endorsements of ministers Greta Lunn, Hugh Tarrant and Ivor Kemp.", "supports", "Mara Voss", ["Greta Lunn", "Hugh Tarrant", "Ivor Kemp"]),
    ("Greta Lunn and Hugh Tarrant lead a clique that is drumming up support for Mara Voss.", "supports", "Mara Voss", ["Greta Lunn", "Hugh Tarrant", "clique"]),
    ("A Voss numbers man, Joe Farr, kept counting all night. Mara Voss slept.", "supports", "Mara Voss", ["Joe Farr"]),
    ("The left, led by Greta Lunn and Hugh Tarrant, will vote against Owen Pell.", "opposes", "Owen Pell", ["Greta Lunn", "Hugh Tarrant", "left"]),
    ("Owen Pell has won the backing of the dockers' union and the bakers.", "supports", "Owen Pell", ["dockers' union", "bakers"]),
    ("Owen Pell won by locking in support from moderates.", "supports", "Owen Pell", ["moderates"]),
    ("The rank and file are backing Mara Voss.", "supports", "Mara Voss", ["rank and file"]),
    ("There were reports of defections of branch stalwarts from Owen Pell's camp.", "opposes", "Owen Pell", ["branch stalwarts"]),
]  # fmt: skip

# Texts with lists that take no side.
SILENT = [
    "Mara Voss has met several MPs, including Greta Lunn and Hugh Tarrant.",
    "Mara Voss beat three rivals: Greta Lunn, Hugh Tarrant and Ivor Kemp.",
    "Several candidates, including Greta Lunn and Hugh Tarrant, want Owen Pell's job.",
    "Names being mentioned include Greta Lunn, Hugh Tarrant and Ivor Kemp. Owen Pell smiled.",
    "Greta Lunn and Hugh Tarrant each secured the 20 nominations from fellow MPs that the rules ask for.",
    "Owen Pell met ministers Greta Lunn and Hugh Tarrant in the lobby.",
    "Owen Pell failed to win the backing of the dockers.",
]


def positions(text):
    return {
        (c.own["holder"], c.own["stance"], c.own["target"]) for c in READER.read(Document(text)) if c.kind == "position"
    }


@pytest.mark.parametrize(("text", "stance", "target", "holders"), LISTS, ids=[t[0][:40] for t in LISTS])
def test_each_one_named_holds_the_stance(text, stance, target, holders):
    read = positions(text)
    assert {(h, stance, target) for h in holders} <= read
    people = {h for h, s, t in read if t == target and h[:1].isupper()}
    assert people <= set(holders)


@pytest.mark.parametrize("text", SILENT)
def test_lists_that_take_no_side(text):
    assert positions(text) == set()


def test_a_list_that_tells_all_stands_for_its_collective():
    read = positions("The following deputies voted for Owen Pell: Greta Lunn, Hugh Tarrant and Nell Sayer.")
    assert not any("deputies" in holder for holder, _, _ in read)


def test_sizes_of_groups_count_nobody():
    claims = READER.read(Document(LISTS[0][0]))
    assert [c.own["amount"] for c in claims if c.kind == "headcount"] == ["4"]


def test_the_subject_of_the_next_clause_is_not_in_the_list():
    read = positions("Six MPs back Mara Voss, including Greta Lunn and Hugh Tarrant, and Ivor Kemp said nothing.")
    assert "Ivor Kemp" not in {h for h, _, _ in read}


def test_every_claim_of_a_list_is_tied_to_words_that_hold_its_name():
    for text, _, _, holders in LISTS:
        for claim in READER.read(Document(text)):
            if claim.kind == "position" and claim.own["holder"] in holders:
                assert text[claim.start : claim.end] == claim.quote


@pytest.mark.parametrize(
    "piece", ["Greta Lunn, ", "including Hugh Tarrant and ", "(", "- : , ", "MPs, ", "flanked by "]
)
def test_lists_without_end_are_read(piece):
    text = "Six MPs back Mara Voss, including " + piece * 400
    assert isinstance(READER.read(Document(text)), list)
