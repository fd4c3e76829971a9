"""What the first use after an install compiles, and that nothing is compiled later."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("numba")


def run(cache: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of Python's with compiled code kept in `cache`."""
    told = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    return subprocess.run([sys.executable, *command], env=told, capture_output=True, text=True, check=True)


@pytest.mark.long
def test_installing_compiles_what_a_report_needs_and_says_so(tmp_path: Path) -> None:
    installed = run(tmp_path, "-c", "from whipcount.compiling import warm; assert warm()")
    assert "compiling the headcount" in installed.stderr
    assert "compiling the forecast" in installed.stderr
    first = run(tmp_path, "-m", "whipcount", "report", "uk-labour-2010", "--as-of", "2010-09-20")
    assert "compiling" not in first.stderr


@pytest.mark.long
def test_what_a_first_headcount_compiles_is_announced_and_kept(tmp_path: Path) -> None:
    asked = "-m", "whipcount", "headcount", "nz-labour-2012", "--as-of", "2012-11-20", "--json"
    first, second = run(tmp_path, *asked), run(tmp_path, *asked)
    assert first.stderr.count("compiling") == 1
    assert "compiling" not in second.stderr
    assert first.stdout == second.stdout
