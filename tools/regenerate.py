"""Write anew the parts of README and docs that come from commands, or check that they are what the commands print.

A part stands between `<!-- run: whipcount ... -->` and `<!-- end -->`, in a fence. Paths are taken from the repository's root.
Use: `python tools/regenerate.py [--check]`; with --check the exit status is 1 if a part is out of date.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PART = re.compile(r"(<!-- run: (?P<command>whipcount [^\n]*?) -->\n)```text\n.*?```\n(<!-- end -->)", re.DOTALL)
WIDTH = "100"


def output(command: str) -> str:
    """What a command prints on standard output, with trailing blanks gone."""
    arguments = shlex.split(command)[1:]
    env = {"COLUMNS": WIDTH, "PATH": "/usr/bin:/bin", "TERM": "dumb", "NO_COLOR": "1", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "whipcount", *arguments], capture_output=True, text=True, cwd=ROOT, env=env, check=False
    )
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stderr}")
    return "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines()) + "\n"


def fresh(text: str) -> str:
    """A page with every part run again."""
    return PART.sub(lambda m: f"{m[1]}```text\n{output(m['command'])}```\n{m[3]}", text)


def pages() -> list[Path]:
    """The pages that may hold parts."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def main() -> int:
    """Rewrite or check; 1 if a check finds a page out of date."""
    stale = []
    for page in pages():
        old = page.read_text(encoding="utf-8")
        new = fresh(old)
        if new != old:
            stale.append(page.relative_to(ROOT))
            if "--check" not in sys.argv:
                page.write_text(new, encoding="utf-8")
    verb = "out of date" if "--check" in sys.argv else "written anew"
    print(*(f"{page}: {verb}" for page in stale), sep="\n")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
