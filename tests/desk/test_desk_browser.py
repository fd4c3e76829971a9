"""The real paths, walked in Chromium on a desk that runs as a process of its own."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from desk_browser import DESK, PHONE, chromium, faults, watched
from desk_server import SECRET, served

import whipcount
from whipcount.contest import locate, names

LIBRARY = Path(whipcount.__file__).parent / "library"
CONTEST, DAY = "nz-labour-2012", "2012-11-19"
ARTICLE = """The caucus turns against him

Maryan Street will vote against David Shearer. Clare Curran opposes David Shearer.
Jacinda Ardern no longer supports David Shearer. Phil Twyford will not back David Shearer.
"""
QUOTE = "Nanaia Mahuta supports David Shearer"
WORDS = "plum harbour seven lantern"
FIRST_ROW = "the first row of the evidence"
PAGES = (
    "/contests", f"/contests/{CONTEST}?as_of={DAY}", f"/contests/{CONTEST}/electors?as_of={DAY}",
    f"/contests/{CONTEST}/electors/maryan-street?as_of={DAY}", f"/contests/{CONTEST}/why?as_of={DAY}",
    f"/contests/{CONTEST}/evidence?as_of={DAY}", f"/contests/{CONTEST}/camps?as_of={DAY}",
    f"/contests/{CONTEST}/replay?as_of={DAY}", f"/contests/{CONTEST}/calls?as_of={DAY}",
    f"/contests/{CONTEST}/path?as_of={DAY}", f"/contests/{CONTEST}/what-if?as_of={DAY}&assume=Maryan+Street+backs+David+Cunliffe",
    f"/contests/{CONTEST}/evidence/new?elector=maryan-street&as_of={DAY}", f"/contests/{CONTEST}/tables",
    f"/contests/{CONTEST}/tables/evidence.csv", FIRST_ROW, "/inbox", "/inbox/1", "/claims/1/mend", "/journal", "/account",
    "/accounts", "/feeds", "/jobs", "/new", "/count", "/rulebooks", "/rulebooks/uk-labour@2010-09-25",
    "/rulebooks/compare?a=nz-labour@2012-11-18&b=nz-labour@2010-01-01", "/api", "/nothing-here",
    f"/contests/{CONTEST}/headcount?as_of={DAY}", f"/contests/{CONTEST}/camps?as_of=2013-02-01", f"/contests/{CONTEST}/opens?as_of={DAY}",
    f"/contests/{CONTEST}/what-if/grid?as_of={DAY}&draws=1000&down=assume&down_value=-&down_value=Maryan+Street+backs+David+Cunliffe",
    f"/contests/{CONTEST}/predictions?as_of={DAY}&shares=true", f"/contests/{CONTEST}/predictions/publish?as_of={DAY}", "/ledger", "/ledger/add",
    "/record?draws=1000", "/backtest?draws=1000", "/scoreboard?contest=nz-labour-2012&draws=1000",
    "/tools", "/tools/verify", "/tools/ballots", "/tools/rules", "/tools/folder", "/tools/past", "/tools/new", "/store",
)  # fmt: skip
SOON = ("/contests", PAGES[1], PAGES[10], PAGES[11], PAGES[13], "/inbox", "/inbox/1", "/count")
"""Those that have most in them; the others are looked at in the long run."""


@pytest.fixture(scope="module")
def browser():
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def address(browser):
    with served("--demo", "--draws", "500") as found, watched(browser, found) as desk:
        for _ in range(120):
            if desk.page.request.get(f"/contests/{names()[-1]}/tables").status == 200:
                break
            desk.page.wait_for_timeout(500)
        bring(desk, f"One of the caucus speaks\n\n{QUOTE}.\n", contest=CONTEST, published=DAY)
        desk.page.get_by_role("button", name="Accept").first.click()
        desk.page.locator(".claim.accepted").wait_for()
        yield found


def bring(desk, text, **known):
    """Paste a text into the inbox."""
    desk.go("/inbox")
    desk.page.get_by_label("Paste a text").fill(text)
    desk.page.get_by_label("Contest", exact=True).select_option(known["contest"])
    desk.page.get_by_label("Published").fill(known["published"])
    desk.page.get_by_role("button", name="Read it").click()
    desk.page.wait_for_url(re.compile(r"/inbox/\d+$"))


# -- the paths ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_number_leads_to_the_quote_behind_it(browser, address, size):
    with watched(browser, address, viewport=size) as desk:
        page = desk.page
        desk.go("/contests")
        page.locator(f"#card-{CONTEST} h2 a").click()
        page.get_by_label("As of").fill("2012-11-20")
        page.get_by_role("button", name="Show").first.click()
        page.wait_for_url("**as_of=2012-11-20*")
        assert desk.overflow() <= 0
        page.locator("p.number > a").first.click()
        page.wait_for_url("**/why?*")
        assert desk.overflow() <= 0
        cause = page.locator(".causes li", has=page.locator("blockquote", has_text=QUOTE)).last
        assert cause.locator("time").first.get_attribute("datetime") == DAY
        cause.locator("a.id").first.click()
        page.wait_for_url("**/evidence?*#*")
        assert page.locator(":target blockquote").inner_text() == QUOTE


def test_an_article_is_pasted_and_three_claims_accepted_by_keyboard_move_the_headcount(browser, address):
    with watched(browser, address) as desk:
        page = desk.page
        bring(desk, ARTICLE, contest=CONTEST, published=DAY)
        numbers = page.locator("#numbers table", has_text="keep the support of his caucus")
        with_him = numbers.locator("tr", has_text="with David Shearer").first.locator("td")
        with_him.first.wait_for()
        opened = with_him.nth(1).inner_text()
        assert with_him.nth(0).inner_text() == opened
        for done in range(1, 4):
            if done == 1:
                page.keyboard.press("j")
            with page.expect_response(lambda answer: "/numbers?" in answer.url):
                page.keyboard.press("a")
            page.locator(".claim.accepted").nth(done - 1).wait_for()
        numbers.locator("tr.moved", has_text="with David Shearer").first.wait_for()
        assert page.locator(".claim.accepted").count() == 3
        assert page.locator("mark.at, .claim.at").count() >= 1
        assert with_him.nth(0).inner_text() == opened
        assert float(with_him.nth(1).inner_text()) < float(opened)
        page.keyboard.press("k")
        page.keyboard.press("u")
        page.locator(".claim.open").nth(1).wait_for()


def test_a_what_if_opens_the_same_in_a_fresh_browser(browser, address):
    with watched(browser, address) as desk:
        desk.go(f"/contests/{CONTEST}/what-if?as_of={DAY}")
        desk.page.get_by_label("Somebody declares").fill("Maryan Street backs David Cunliffe")
        desk.page.get_by_role("button", name="Compare").click()
        desk.page.locator("table.compare").first.wait_for()
        seen = desk.page.locator("#result table").all_inner_texts()
        link = desk.page.get_by_role("link", name="Address of this comparison").get_attribute("href")
        assert "assume=" in desk.page.url
    with watched(browser, address) as fresh:
        fresh.go(link)
        assert fresh.page.locator("#result table").all_inner_texts() == seen
        assert (
            fresh.page.get_by_label("Somebody declares", exact=True).input_value()
            == "Maryan Street backs David Cunliffe"
        )


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_ballots_of_the_mps_of_2010_are_uploaded_and_counted_in_four_rounds(browser, address, size):
    with watched(browser, address, viewport=size) as desk:
        desk.go("/count")
        desk.page.locator("input[name=ballots]").set_input_files(LIBRARY / "ballots" / "uk-labour-2010-mps.soi")
        desk.page.locator("[name=rules]").select_option("av")
        desk.page.locator("main button.main").click()
        desk.page.wait_for_url(re.compile(r"/count/[0-9a-f]{16}$"))
        desk.page.locator("table.rounds").wait_for()
        told = desk.page.locator("main").inner_text()
        assert "D.Milbnd is elected: 140 to 122 in the last of 4 rounds." in told
        assert desk.overflow() <= 0


def test_a_contest_is_taken_away_to_the_byte(browser, address):
    with watched(browser, address) as desk:
        desk.go("/contests/nz-labour-2014")
        with desk.page.expect_download() as taken:
            desk.page.get_by_role("link", name="All of its files").click()
        packed = zipfile.ZipFile(io.BytesIO(Path(taken.value.path()).read_bytes()))
        folder = locate("nz-labour-2014")
        files = {
            f"nz-labour-2014/{f.relative_to(folder).as_posix()}": f.read_bytes()
            for f in folder.rglob("*")
            if f.is_file()
        }
        assert {name: packed.read(name) for name in packed.namelist()} == files


def test_what_an_elector_said_is_added_in_two_clicks(browser, address):
    with watched(browser, address) as desk:
        page = desk.page
        desk.go(f"/contests/{CONTEST}/electors/shane-jones?as_of={DAY}")
        before = page.locator("main").inner_text()
        page.get_by_role("link", name="Add what was said").click()
        page.get_by_role("button", name="opposes David Shearer").first.click()
        page.wait_for_url(re.compile(r"/electors/shane-jones"))
        desk.go(f"/contests/{CONTEST}/electors/shane-jones?as_of={DAY}")
        assert page.locator("main").inner_text() != before
        assert page.get_by_text("Shane Jones opposes David Shearer").count() > 0


# -- charts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_day_of_the_replay_that_is_pointed_at_says_its_chances_and_what_became_known(browser, address, size):
    with watched(browser, address, viewport=size) as desk:
        page = desk.page
        # The chart draws one question, a row of the table that of its day: of this day they are the same.
        desk.go(f"/contests/{CONTEST}/replay?as_of={DAY}&question=february")
        chart = page.locator(".live svg")
        chart.wait_for()
        chart.scroll_into_view_if_needed()
        assert not page.locator("svg.replaced").is_visible()
        box = chart.bounding_box()
        for share in (0.55, 0.6):
            page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        page.locator(".tip").wait_for()
        told = page.locator(".tip").inner_text()
        day = page.locator("tr", has_text="18 November 2012")
        assert "18 November 2012" in told
        assert day.locator("[data-l='became known since']").inner_text() in told
        shown = re.search(r"\d+", day.locator("[data-l='chance']").inner_text())
        assert re.findall(r"(\d+)\s?%", told) == [shown.group()]
        assert desk.overflow() <= 0
        page.emulate_media(media="print")
        assert page.locator("svg.replaced").is_visible()
        assert not chart.is_visible()


def test_a_bar_of_the_support_that_is_pointed_at_says_what_it_is_enough_for(browser, address):
    with watched(browser, address, color_scheme="dark") as desk:
        page = desk.page
        desk.go(f"/contests/{CONTEST}?as_of={DAY}")
        page.locator("#support").scroll_into_view_if_needed()
        page.locator("#support .live .mark-rect path").nth(8).hover()
        page.locator(".tip").wait_for()
        assert "enough for" in page.locator(".tip").inner_text()
        assert page.evaluate("getComputedStyle(document.querySelector('.live .mark-rect path')).fill").startswith("rgb")


def test_without_scripts_the_drawings_of_the_desk_stand(browser, address):
    with watched(browser, address, java_script_enabled=False) as desk:
        desk.go(f"/contests/{CONTEST}?as_of={DAY}")
        assert desk.page.locator("#support .draw svg").first.is_visible()
        assert desk.page.locator(".live").count() == 0


# -- without ------------------------------------------------------------------------------------------------------------


def test_forms_work_without_scripts(browser, address):
    with watched(browser, address, java_script_enabled=False) as desk:
        page = desk.page
        bring(desk, "No script here\n\nSue Moroney supports David Cunliffe.\n", contest=CONTEST, published=DAY)
        page.get_by_role("button", name="Accept").first.click()
        page.wait_for_url(re.compile(r"#claim-\d+$"))
        assert page.locator(".claim.accepted").count() == 1
        desk.go(f"/contests/{CONTEST}/what-if?as_of={DAY}")
        page.get_by_label("Somebody declares").fill("Maryan Street backs nobody at all")
        page.get_by_role("button", name="Compare").click()
        assert page.get_by_label("Somebody declares", exact=True).input_value() == "Maryan Street backs nobody at all"
        assert page.locator("#m-assume").count() == 1


def test_the_keyboard_is_enough(browser, address):
    with watched(browser, address) as desk:
        page = desk.page
        desk.go(f"/contests/{CONTEST}?as_of={DAY}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.locator(".hall a.seat[tabindex='0']").first.focus()
        page.keyboard.press("ArrowRight")
        seat = page.evaluate("document.activeElement.getAttribute('aria-label')")
        page.keyboard.press("Enter")
        page.locator(".seatcard").first.wait_for()
        assert page.locator(".seatcard").first.inner_text().split("\n")[0].split(",")[0][:6] in seat


# -- every page ---------------------------------------------------------------------------------------------------------


def looked_at(browser, address, paths, sizes, schemes):
    found = []
    for scheme in schemes:
        with watched(browser, address, color_scheme=scheme, bypass_csp=True) as desk:
            for path in paths:
                if path == FIRST_ROW:
                    desk.go(f"/contests/{CONTEST}/tables/evidence.csv")
                    path = desk.page.locator("tbody th a").first.get_attribute("href")
                desk.go(path)
                found += looked_at_here(desk, sizes, scheme)
    return found


def looked_at_here(desk, sizes, scheme):
    found = []
    for size in sizes:
        desk.page.set_viewport_size(size)
        found += [f"{size['width']} {scheme} {one}" for one in faults(desk.page)]
        if desk.overflow() > 0:
            found.append(f"{desk.page.url} is {desk.overflow()} px too wide for {size['width']} px")
    return found


def test_the_fullest_pages_are_fit_for_everybody(browser, address):
    assert "\n".join(looked_at(browser, address, SOON, [PHONE], ["light"])) == ""


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_fit_for_everybody(browser, address, scheme):
    assert "\n".join(looked_at(browser, address, PAGES, [PHONE, DESK], [scheme])) == ""


@pytest.mark.long
def test_no_page_makes_the_browser_complain(browser, address):
    with watched(browser, address) as desk:
        for path in PAGES:
            if path == FIRST_ROW:
                continue
            desk.go(path)
            desk.page.wait_for_load_state("networkidle")


@pytest.mark.long
def test_no_link_is_dead(browser, address):
    seen, ahead = set(), ["/"]
    dead = []
    with watched(browser, address) as desk:
        for _ in range(3):
            found = set()
            for path in ahead:
                answer = desk.page.request.get(path)
                if answer.status not in (200, 202):
                    dead.append(f"{path}: {answer.status}")
                if "text/html" in answer.headers.get("content-type", ""):
                    links = re.findall(r'(?:href|src)="(/[^"#]*)', answer.text())
                    found |= {link.replace("&amp;", "&") for link in links}
            seen |= set(ahead)
            ahead = sorted(spread(found - seen))
    assert dead == []


def spread(found):
    """Of addresses that differ only in an elector, a row, a day or a question: three."""
    kinds = {}
    for one in sorted(found):
        kind = re.sub(r"/electors/[^/?]+|/rows/\d+|\d{4}-\d\d-\d\d|=[^&]+|/inbox/\d+|/rulebooks/[^/?]+", "*", one)
        kinds.setdefault(kind, []).append(one)
    return {one for some in kinds.values() for one in some[:3]}


@pytest.mark.parametrize("path", [PAGES[1], f"/contests/{CONTEST}/why?as_of={DAY}"])
def test_a_page_can_be_printed(browser, address, path):
    with watched(browser, address) as desk:
        desk.go(path)
        desk.page.emulate_media(media="print")
        assert not desk.page.locator(".tabs").first.is_visible()
        assert not desk.page.locator(".asof").first.is_visible()
        assert desk.page.locator("h1").first.is_visible()
        assert desk.page.pdf(format="A4").startswith(b"%PDF-")


# -- doors --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def public(browser, tmp_path_factory):
    from whipcount.desk.doors.passwords import hashed
    from whipcount.store import open_store

    path = str(tmp_path_factory.mktemp("public") / "w.db")
    store = open_store(path)
    store.import_folder(locate(CONTEST), "test")
    for name, role in (("Rhona", "reader"), ("Olga", "owner")):
        store.add_user(name, role, hashed(WORDS))
    store.close()
    with served("--public", "--store", path, "--draws", "500") as found:
        yield found


def log_in(desk, name):
    desk.page.get_by_label("Name").fill(name)
    desk.page.get_by_label("Password").fill(WORDS)
    desk.page.get_by_role("button", name="Log in").click()


def test_a_reader_reads_and_is_refused_what_a_reader_may_not_do(browser, public):
    with watched(browser, public) as desk:
        page = desk.page
        desk.go(f"/contests/{CONTEST}/evidence?as_of={DAY}")
        assert page.url.startswith(f"{public}/login?next=")
        log_in(desk, "Rhona")
        page.wait_for_url(f"**/contests/{CONTEST}/evidence?*")
        cookies = {one["name"]: one for one in desk.context.cookies()}
        session = cookies["__Host-whipcount"]
        assert (session["secure"], session["httpOnly"], session["sameSite"]) == (True, True, "Lax")
        assert SECRET not in str(cookies)
        assert page.evaluate("document.cookie") == ""
        for path in ("/inbox", "/accounts", "/journal", f"/contests/{CONTEST}/tables", "/jobs", "/feeds"):
            assert desk.go(path).status == 403, path
            assert "you are here as reader" in page.locator("main").inner_text()
        assert desk.go("/count").status == 200
        desk.go("/account")
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url("**/login")
        assert desk.go("/contests").url.startswith(f"{public}/login")


def test_an_owner_makes_an_account_and_guessing_its_password_is_slowed(browser, public):
    with watched(browser, public) as desk:
        desk.go("/login?next=/accounts")
        log_in(desk, "Olga")
        desk.page.wait_for_url("**/accounts")
        desk.page.get_by_label("Name", exact=True).fill("Tess")
        desk.page.get_by_role("button", name="Make it").click()
        assert re.fullmatch(r"[0-9a-f-]{27}", desk.page.locator(".done code").inner_text())
        assert desk.overflow() <= 0
    with watched(browser, public, viewport=PHONE) as desk:
        desk.go("/login")
        assert desk.overflow() <= 0
        for _ in range(12):
            log_in(desk, "Tess")
            desk.page.locator(".message, .trouble").first.wait_for()
            if "Too many tries" in desk.page.locator("main").inner_text():
                break
        assert "Too many tries" in desk.page.locator("main").inner_text()


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_people_with_accounts_are_fit_for_everybody(browser, public, scheme):
    sizes = [PHONE, DESK]
    with watched(browser, public, color_scheme=scheme, bypass_csp=True) as desk:
        page = desk.page
        desk.go("/login")
        found = looked_at_here(desk, sizes, scheme)
        page.get_by_label("Name").fill("Nobody")
        page.get_by_label("Password").fill("not the words at all")
        page.get_by_role("button", name="Log in").click()
        page.locator(".message, .trouble").first.wait_for()
        found += looked_at_here(desk, sizes, scheme)
        log_in(desk, "Olga")
        page.wait_for_url("**/contests")
        for path in ("/account", "/accounts"):
            desk.go(path)
            found += looked_at_here(desk, sizes, scheme)
        conflict_of(desk, scheme)
        found += looked_at_here(desk, sizes, scheme)
        count_some(desk)
        found += looked_at_here(desk, sizes, scheme)
        desk.go("/count")
        found += looked_at_here(desk, sizes, scheme)
    assert "\n".join(found) == ""


def conflict_of(desk, scheme):
    """Two windows change one row: the page on which the second sees both."""
    desk.go(f"/contests/{CONTEST}/tables/evidence.csv")
    row = desk.page.locator("tbody th a").first.get_attribute("href")
    desk.go(row)
    other = desk.context.new_page()
    other.goto(row)
    for page, note in ((other, f"first, {scheme}"), (desk.page, f"somebody else, {scheme}")):
        before = page.locator("[name=note]").input_value()
        page.locator("[name=note]").fill(f"{before[:20]} {note}")
        page.get_by_role("button", name="Save").click()
        page.wait_for_load_state()
    other.close()
    assert desk.page.get_by_role("heading", name="Theirs and yours").count() == 1


def count_some(desk):
    """Count the ballots of an example, and wait for its page."""
    desk.go("/count")
    desk.page.locator("[name=example]").select_option("uk-labour-2010-mps.soi")
    desk.page.locator("[name=rules]").select_option("av")
    desk.page.locator("main button.main").click()
    desk.page.locator("table.rounds").first.wait_for()
