"""Take pictures of the desk for the docs, or of every page to look at.

Use: `python tools/screenshots.py` writes those of `DOCS` into docs/images; `python tools/screenshots.py --all FOLDER` writes every
page at two widths, light and dark. A desk of its own is started for it (`whipcount serve --demo`), and a made-up article is read into
its inbox. It needs Playwright and Chromium (`chromium` on the path, or WHIPCOUNT_CHROMIUM); with Pillow the pictures are a quarter as large.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
COLOURS = 128
"""Colours of a picture in the docs: enough for pages, and few enough for small files."""
PHONE, WIDE = 360, 1280
CONTEST, DAY = "nz-labour-2012", "2012-11-19"
AT = f"/contests/{CONTEST}"
ARTICLE = """The caucus turns against him

Maryan Street will vote against David Shearer. "I am backing David Cunliffe," she said.
Clare Curran opposes David Shearer. Jacinda Ardern is backing David Shearer.
Charles Chauvel is expected to back David Cunliffe. One insider counts 14 votes for David Cunliffe.
"""
PAGES = {
    "contests": "/contests", "contest": f"{AT}?as_of={DAY}", "electors": f"{AT}/electors?as_of={DAY}",
    "elector": f"{AT}/electors/maryan-street?as_of={DAY}", "why": f"{AT}/why?as_of={DAY}",
    "evidence": f"{AT}/evidence?as_of={DAY}", "camps": f"{AT}/camps?as_of={DAY}", "replay": f"{AT}/replay?as_of={DAY}",
    "calls": f"{AT}/calls?as_of={DAY}", "path": f"{AT}/path?as_of={DAY}",
    "what-if": f"{AT}/what-if?as_of={DAY}&assume=Maryan+Street+backs+David+Cunliffe",
    "said": f"{AT}/evidence/new?elector=maryan-street&as_of={DAY}", "tables": f"{AT}/tables",
    "table": f"{AT}/tables/evidence.csv", "inbox": "/inbox", "document": "/inbox/1", "mend": "/claims/1/mend",
    "journal": "/journal", "account": "/account", "accounts": "/accounts", "feeds": "/feeds", "jobs": "/jobs",
    "folder": "/new", "count": "/count", "counted": "counted", "rulebooks": "/rulebooks",
    "rulebook": "/rulebooks/uk-labour@2010-09-25", "scoreboard": "/scoreboard", "api": "/api",
    "compare": "/rulebooks/compare?a=nz-labour@2012-11-18&b=nz-labour@2010-01-01", "headcount": f"{AT}/headcount?as_of={DAY}",
    "opens": f"{AT}/opens?as_of={DAY}", "predictions": f"{AT}/predictions?as_of={DAY}", "ledger": "/ledger", "record": "/record",
    "backtest": "/backtest", "tools": "/tools", "store": "/store", "nothing": "/nothing-here",
}  # fmt: skip
DOCS = (
    ("contests", WIDE, "light"), ("contest", WIDE, "light"), ("contest", PHONE, "dark"), ("why", WIDE, "light"),
    ("document", WIDE, "light"), ("document", PHONE, "light"), ("what-if", WIDE, "dark"), ("counted", WIDE, "light"),
)  # fmt: skip
"""(page, width, scheme) of the pictures in the docs."""


@contextmanager
def desk() -> Iterator[str]:
    """A desk with the contests that ship: its address."""
    command = [sys.executable, "-m", "whipcount", "serve", "--demo", "--port", "0"]
    run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert run.stderr is not None
        found = re.search(r"http://[^ ]+(?=/ )", run.stderr.readline())
        if not found:
            raise SystemExit(f"The desk did not start: {run.stderr.read()}")
        yield found[0]
    finally:
        run.terminate()
        run.communicate()


@contextmanager
def window(address: str) -> Iterator[Any]:
    """A page of Chromium that is on the desk."""
    from playwright.sync_api import sync_playwright

    found = os.environ.get("WHIPCOUNT_CHROMIUM") or shutil.which("chromium")
    if not found:
        raise SystemExit("There is no Chromium: put `chromium` on the path, or its path into WHIPCOUNT_CHROMIUM.")
    with sync_playwright() as made:
        browser = made.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu", "--no-first-run"])
        page = browser.new_page(base_url=address, locale="en-GB")
        page.set_default_timeout(120_000)
        yield page
        browser.close()


def prepare(page: Any) -> dict[str, str]:
    """Read the article into the inbox, accept a claim of it, and count some ballots: the addresses of all pages."""
    while page.request.get("/contests/uk-labour-2016/tables").status != 200:
        page.wait_for_timeout(500)
    page.goto("/inbox")
    page.get_by_label("Paste a text").fill(ARTICLE)
    page.get_by_label("Contest", exact=True).select_option(CONTEST)
    page.get_by_label("Published").fill(DAY)
    page.get_by_label("Outlet").fill("The Ledger")
    page.get_by_role("button", name="Read it").click()
    page.locator("#numbers table").first.wait_for()
    page.get_by_role("button", name="Accept").first.click()
    page.locator("#numbers tr.moved").first.wait_for()
    page.goto("/count")
    page.locator("[name=example]").select_option("uk-labour-2010-mps.soi")
    page.locator("[name=rules]").select_option("av")
    page.locator("main button.main").click()
    page.wait_for_url(re.compile(r"/count/[0-9a-f]{16}$"))
    page.locator("table.rounds").first.wait_for()
    return PAGES | {"counted": page.url}


def take(page: Any, path: str, width: int, scheme: str, to: Path, *, whole: bool) -> None:
    """A picture of one page, of all of it or of what a window shows."""
    page.set_viewport_size({"width": width, "height": 900 if width > PHONE else 740})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    answer = page.goto(path)
    # No answer: the page looked again by itself at the same moment.
    while answer is None or answer.status == 202 or page.get_by_text(re.compile("(is|are) being worked out")).count():
        page.wait_for_timeout(1_500)
        if (answer is None or answer.status == 202) and page.request.get(path).status != 202:
            answer = page.goto(path)
    if whole:  # pictures further down are loaded only when they come into view
        page.evaluate("document.querySelectorAll('img').forEach((one) => { one.loading = 'eager'; })")
        page.wait_for_load_state("networkidle")
    page.screenshot(path=to, full_page=whole, animations="disabled")


def small(picture: Path) -> None:
    """The same picture in few colours; as it is where Pillow is missing."""
    try:
        from PIL import Image
    except ImportError:
        print(f"Pillow is missing: {picture.name} is larger than it need be.", file=sys.stderr)
        return
    with Image.open(picture) as one:
        # The usual method joins the colours of small things: two candidates would look alike.
        fewer = one.convert("RGB").quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    fewer.save(picture, optimize=True)


def main() -> None:
    """Take the pictures."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--all", type=Path, metavar="FOLDER", help="every page, whole, at two widths, light and dark")
    given = asked.parse_args()
    every = [(name, width, scheme) for name in PAGES for width in (PHONE, WIDE) for scheme in ("light", "dark")]
    folder: Path = given.all or IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with desk() as address, window(address) as page:
        pages = prepare(page)
        for name, width, scheme in every if given.all else DOCS:
            to = folder / f"desk-{name}-{'phone' if width == PHONE else 'wide'}-{scheme}.png"
            take(page, pages[name], width, scheme, to, whole=bool(given.all))
            if not given.all:
                small(to)
            print(to)


if __name__ == "__main__":
    main()
