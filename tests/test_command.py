"""The command itself: how it starts, and what it says to wrong input."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import distributions, requires
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from whipcount.cli.main import COMMANDS, cli

RUNTIME_ONLY = """
import sys
allowed = set({allowed!r})
class Blocker:
    def find_spec(self, name, path=None, target=None):
        top = name.partition('.')[0]
        if top in {blocked!r}:
            raise ImportError(f'{{top}} is not a runtime dependency')
sys.meta_path.insert(0, Blocker())
import importlib.util
look = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name.partition('.')[0] in {blocked!r} else look(name, package)
sys.argv = ['whipcount', *{arguments!r}]
from whipcount.cli import main
main()
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "whipcount", *arguments], capture_output=True, text=True, check=False, timeout=120
    )


def closure(name: str, seen: set[str]) -> set[str]:
    """Distributions that come with one, by their requirements without extras."""
    from packaging.requirements import Requirement

    if name in seen:
        return seen
    seen.add(name)
    for line in requires(name) or []:
        need = Requirement(line)
        if need.marker is None or need.marker.evaluate({"extra": ""}):
            closure(need.name.lower().replace("_", "-"), seen)
    return seen


def top_levels(names: set[str], *, inside: bool) -> set[str]:
    out = set()
    for dist in distributions():
        name = (dist.metadata["Name"] or "").lower().replace("_", "-")
        if (name in names) is inside:
            out |= {
                f.parts[0].removesuffix(".py") for f in dist.files or [] if f.suffix == ".py" and ".." not in f.parts
            }
    return out


def test_it_starts_with_the_runtime_dependencies_alone() -> None:
    ours = closure("whipcount", set())
    allowed = top_levels(ours, inside=True)
    blocked = (
        top_levels(ours, inside=False) - allowed - {"pip", "setuptools", "_distutils_hack", "whipcount", "_virtualenv"}
    )
    assert {"altair", "polars", "numba", "pytest", "hypothesis"} <= blocked
    for arguments in (
        ["--help"],
        ["rules", "list"],
        ["report", "nz-labour-2013", "--as-of", "2013-09-01", "--draws", "1000"],
    ):
        code = RUNTIME_ONLY.format(allowed=sorted(allowed), blocked=sorted(blocked), arguments=arguments)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from whipcount.cli.main import cli; cli.main(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"numpy", "pydantic", "rich", "yaml", "jinja2", "numba", "polars", "altair"}


def test_every_command_has_help() -> None:
    for name in COMMANDS:
        result = CliRunner().invoke(cli, [name, "--help"])
        assert result.exit_code == 0, name
        assert "Usage:" in result.output


WRONG: dict[str, tuple[list[str], int, str]] = {
    "unknown command": (["reprt"], 2, "Did you mean report"),
    "unknown contest": (["report", "nz-labor-2012"], 2, "Did you mean nz-labour-2012"),
    "no such folder": (["report", "./nowhere"], 1, "no such folder"),
    "a date in the future": (["report", "nz-labour-2012", "--as-of", "2199-01-01"], 2, "in the future"),
    "no date": (["report", "nz-labour-2012", "--as-of", "20/11/2012"], 2, "does not match"),
    "a date before anything was known": (["report", "nz-labour-2012", "--as-of", "1999-01-01"], 2, "first evidence"),
    "too few draws": (["report", "nz-labour-2012", "--draws", "3"], 2, "range"),
    "unknown rulebook": (["rules", "show", "uk-labor"], 2, "Did you mean uk-labour"),
    "a rulebook of no date": (["rules", "show", "uk-labour@soon"], 2, "no date"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_gets_one_clear_message(case: str) -> None:
    arguments, status, says = WRONG[case]
    done = run(*arguments)
    assert done.returncode == status
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_a_closed_pipe_is_no_error() -> None:
    shell = f"{sys.executable} -m whipcount contests --json | head -1"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def check(folder: Path) -> Result:
    return CliRunner().invoke(cli, ["check", str(folder), "--json"])


def test_a_new_folder_passes_the_check_and_is_not_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert run("new", str(folder)).returncode == 0
    assert json.loads(check(folder).output)["problems"] == []
    before = (folder / "contest.yaml").read_bytes()
    again = run("new", str(folder))
    assert again.returncode == 2
    assert "not empty" in again.stderr
    assert (folder / "contest.yaml").read_bytes() == before
