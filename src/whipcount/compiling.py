"""Compiled loops (the extra `fast`): loading them, and saying so when that means compiling them first."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


def load(module: str, what: str) -> ModuleType | None:
    """The module with compiled loops, or None where numba is not installed.

    `what` is being compiled, in words for standard error, if the disk does not have it yet.
    """
    try:
        import numba.core.event  # noqa: F401
    except ImportError:
        return None
    with announced(what):
        return import_module(module)


@contextmanager
def announced(what: str) -> Iterator[None]:
    """Say on standard error that something is being compiled; say nothing when it comes from the disk."""
    from numba.core import event

    class Announcer(event.Listener):  # type: ignore[misc, name-defined, unused-ignore]
        said = False

        def on_start(self, event: Any) -> None:
            del event
            if not self.said:
                print(f"whipcount: compiling {what}, once; a few seconds ...", file=sys.stderr)
            self.said = True

        def on_end(self, event: Any) -> None:
            pass

    collecting = gc.isenabled()
    gc.disable()  # a compiler makes many small things that live on: looking for garbage among them is a sixth of its time
    try:
        with event.install_listener("numba:compile", Announcer()):
            yield
    finally:
        if collecting:
            gc.enable()


KERNELS = (
    ("whipcount.headcount.kernel", "the headcount"),
    ("whipcount.power._kernels", "the power indices"),
)
"""Modules that compile as they are imported, and what for."""

CALLED = ("whipcount.forecast.compiled", "whipcount.read.learned.kernel")
"""Modules that compile when their `prepare` is called."""


def warm() -> bool:
    """Compile now what reports, headcounts and readings would compile when first used; for the end of an installation.

    False where that does nothing for later: numba isn't installed, or there is no directory that it can write to.
    """
    try:
        loaded = [load(module, what) for module, what in KERNELS]
        if None not in loaded:
            for module in CALLED:
                import_module(module).prepare()
    except (RuntimeError, OSError):
        return False
    return None not in loaded
