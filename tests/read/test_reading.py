"""The reader: what it makes of plain sentences, and the laws that hold of any text."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from whipcount.read import Document, Person, Reader, page
from whipcount.read.corpus import load

ROSTER = (
    Person("Ada Quill", ("Quill",)),
    Person("Tom Hale", ("Hale",)),
    Person("Joan Moss", ("Moss", "the member for Dunmore")),
    Person("Colin Veck"),
)
ALL = Reader(ROSTER, leader="Colin Veck", threshold=0.0, learned={})  # what the rules draft


def read(text):
    return ALL.read(Document(text, date=date(2031, 3, 18), country="United Kingdom"))


def has(text, kind, **own):
    found = [c for c in read(text) if c.kind == kind and all(c.own.get(k) == v for k, v in own.items())]
    assert found, [(c.kind, dict(c.own)) for c in read(text)]
    return found[0]


def test_positions_through_the_parse():
    has("Tom Hale is backing Ada Quill.", "position", holder="Tom Hale", stance="supports", target="Ada Quill")
    has("Ada Quill is backed by the dockers and Tom Hale.", "position", holder="Tom Hale", target="Ada Quill")
    has("Tom Hale, who voted against Ada Quill, left early.", "position", holder="Tom Hale", stance="opposes")
    has(
        "Tom Hale and Joan Moss want Colin Veck gone.",
        "position",
        holder="Joan Moss",
        stance="opposes",
        target="Colin Veck",
    )
    has(
        "The member for Dunmore has thrown her weight behind Ada Quill.",
        "position",
        holder="Joan Moss",
        stance="supports",
    )
    has(
        "Tom Hale is no longer defending Colin Veck.",
        "position",
        holder="Tom Hale",
        stance="opposes",
        target="Colin Veck",
    )


def test_support_in_nouns_lists_and_inversions():
    has("Those supporting Ada Quill include Tom Hale.", "position", holder="Tom Hale", stance="supports")
    has(
        "Refusing to endorse Colin Veck:\n\n- Tom Hale\n- Joan Moss\n", "position", holder="Joan Moss", stance="opposes"
    )
    has("Backing Ada Quill: Tom Hale and Joan Moss.\n", "position", holder="Tom Hale", stance="supports")
    has("Tom Hale has deserted Colin Veck. So has Joan Moss.", "position", holder="Joan Moss", stance="opposes")
    has("Joan Moss, who has never forgiven Colin Veck, is out.", "position", holder="Joan Moss", stance="opposes")
    has("Joan Moss is counting numbers for Ada Quill.", "position", holder="Joan Moss", target="Ada Quill")


def test_results_give_each_side_its_figure():
    text = "Ada Quill defeated Colin Veck by 57 votes to 45 in the party room."
    has(text, "headcount", of="Ada Quill", amount="57")
    has(text, "headcount", of="Colin Veck", amount="45")
    has("Ada Quill has the backing of 17 colleagues.", "headcount", of="Ada Quill", amount="17")
    prices = [c for c in read("The odds on Ada Quill are 20-1.") if c.kind == "headcount"]
    assert not any(c.own["amount"] == "20" for c in prices)


def test_people_are_found_without_a_roster():
    text = "Later on Megan Osgood ran. Graham Tidy, a former whip, said that he would vote for Ms Osgood. She may win."
    claims = Reader(threshold=0.0).read(Document(text))
    assert any(c.own.get("holder") == "Graham Tidy" and c.own.get("target") == "Megan Osgood" for c in claims)
    assert any(c.kind == "prediction" and c.own["subject"] == "Megan Osgood" for c in claims)


def test_headcounts():
    has("A majority of the caucus want Colin Veck gone.", "headcount", of="against Colin Veck", amount="majority")
    has("Nobody backs Tom Hale.", "headcount", of="Tom Hale", amount="none")
    has("Ada Quill has 12 votes in the caucus.", "headcount", of="Ada Quill", amount="12")
    has(
        "Quill and Moss have the numbers. Hale does not.",
        "headcount",
        of="Ada Quill + Joan Moss",
        amount="has the numbers",
    )
    has("Quill and Moss have the numbers. Hale does not.", "headcount", of="Tom Hale", amount="lacks the numbers")
    has("The poll put Ada Quill on 41 per cent.", "headcount", of="Ada Quill", amount="41%")


def test_candidacies_memberships_and_the_rest():
    has("Ada Quill has ruled herself out.", "candidacy", person="Ada Quill", status="not standing")
    has("Joan Moss is considering a bid.", "candidacy", person="Joan Moss", status="considering")
    has("Unions have urged Tom Hale to stand.", "candidacy", person="Tom Hale", status="wanted")
    has("Tom Hale belongs to the Rose Street group.", "membership", member="Tom Hale", camp="rose street group")
    assert has("Ada Quill will win.", "prediction", subject="Ada Quill", outcome="wins").modality == "asserted"
    assert has("If the left splits, Ada Quill will win.", "prediction", outcome="wins").modality == "hypothetical"
    has("Tom Hale accused Joan Moss of leaking the letter.", "accusation", accuser="Tom Hale", accused="Joan Moss")
    has("Nominations will close on Friday.", "event", subject="nominations", when="2031-03-21")


def test_who_says_it_and_how_firmly():
    assert has("Joan Moss said that Tom Hale backs Ada Quill.", "position", holder="Tom Hale").speaker == "Joan Moss"
    assert has('"I back Ada Quill," said Joan Moss.', "position", holder="Joan Moss").speaker == "Joan Moss"
    assert has("Tom Hale may back Ada Quill.", "position", holder="Tom Hale").modality == "hedged"
    assert has("Joan Moss denied that Tom Hale backs Ada Quill.", "position", holder="Tom Hale").modality == "denied"


def test_two_people_with_one_surname_are_told_apart():
    roster = (Person("Ada Quill"), Person("Ben Quill"), Person("Tom Hale"))
    claims = Reader(roster, threshold=0.0).read(
        Document("Ben Quill spoke first. Then Tom Hale endorsed Quill. Ada Quill left.")
    )
    assert [c.own["target"] for c in claims if c.kind == "position"] == ["Ben Quill"]


def test_quotes_are_the_documents_own_and_the_default_gives_fewer():
    for one in load("train")[:3]:
        text = one.document.text
        every = Reader(one.roster, threshold=0.0).read(one.document)
        some = Reader(one.roster).read(one.document)
        assert len(some) <= len(every)
        for claim in every:
            assert text[claim.start : claim.end] == claim.quote
            assert 0 < claim.confidence < 1
            assert claim.by


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=200) | st.text(alphabet=st.sampled_from("Quill Hale backs .,\"'?*\u00ad\n60%"), max_size=120))
def test_any_text_is_read_without_a_fall(text):
    for claim in ALL.read(Document(text)):
        assert text[claim.start : claim.end] == claim.quote


def test_a_page_escapes_what_it_shows():
    text = '<script>alert(1)</script> Tom Hale backs Ada Quill & "friends".'
    document = Document(text, title="<img src=x onerror=y>")
    made = page([(document, ALL.read(document))])
    assert "<script" not in made
    assert "<img" not in made
    assert "default-src 'none'" in made


@pytest.mark.long
def test_training_gives_the_model_that_ships():
    pytest.importorskip("sklearn")
    from whipcount.read.model import shipped
    from whipcount.read.train import train

    model, _ = train()
    assert model.thresholds == pytest.approx(dict(shipped().thresholds))
    assert model.weights == pytest.approx(dict(shipped().weights), abs=1e-3)


@pytest.mark.parametrize("number", ["1," * 400 + "1", "9" * 500, "1/" + "9" * 5_000, "9" * 5_000 + " MPs"])
def test_numbers_that_count_nobody_are_no_amounts(number):
    text = f"Ada Quill has {number} votes in caucus. Tom Hale has 12 votes in caucus."
    amounts = {c.own.get("amount") for c in ALL.read(Document(text)) if c.kind == "headcount"}
    assert all(len(a or "") < 40 for a in amounts)
