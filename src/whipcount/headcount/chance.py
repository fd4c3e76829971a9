"""Random numbers for compiled loops: xoshiro256+ (Blackman and Vigna 2021), normals by the polar method, gammas by Marsaglia
and Tsang (2000). A seed means the same draws with every version of NumPy and Numba. A state is four uint64."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log, sqrt
from typing import Any, TypeVar, cast

import numba
import numpy as np

_F = TypeVar("_F", bound=Callable[..., Any])
_U = np.uint64
_A17, _A45, _A19, _A11 = _U(17), _U(45), _U(19), _U(11)


def compiled(function: _F) -> _F:
    """Compiled as part of what calls it, and not for Python: wrappers take longer to compile than the loop inside.

    It's kept on disk within the `entry` that calls it, which is compiled anew when *its* file changes, not when this one does.
    """
    inner = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return cast("_F", numba.njit(error_model="numpy", **inner)(function))


def entry(arguments: str) -> Callable[[Callable[..., None]], Any]:
    """A way in with one signature, compiled at import (where the wait is announced) and kept on disk if there is a place."""

    def build(function: Callable[..., None]) -> Any:
        try:
            return numba.cfunc(f"void({arguments})", cache=True, error_model="numpy")(function)
        except RuntimeError:  # no directory that can be written to
            return numba.cfunc(f"void({arguments})", error_model="numpy")(function)

    return build


@compiled
def uniform(state: Any) -> Any:
    """In [0, 1)."""
    a, b, c, d = state[0], state[1], state[2], state[3]
    c ^= a
    e = d ^ b
    state[1] = b ^ c
    state[0] = a ^ e
    state[2] = c ^ (b << _A17)
    state[3] = (e << _A45) | (e >> _A19)
    return ((a + d) >> _A11) * 1.1102230246251565e-16


@compiled
def normal(state: Any) -> Any:
    """Standard normal, by the polar method."""
    while True:
        x = 2.0 * uniform(state) - 1.0
        y = 2.0 * uniform(state) - 1.0
        r = x * x + y * y
        if r < 1.0 and r > 0.0:
            return x * sqrt(-2.0 * log(r) / r)


@compiled
def gamma_draw(state: Any, shape: Any) -> Any:
    """Gamma with scale 1, at least 1e-300."""
    boost = 1.0
    if shape < 1.0:
        boost = exp(log(uniform(state) + 1e-300) / shape)
        shape += 1.0
    d = shape - 1 / 3
    c = 1.0 / sqrt(9.0 * d)
    while True:
        x = normal(state)
        w = 1.0 + c * x
        v = w * w * w
        if v > 0.0 and log(uniform(state) + 1e-300) < 0.5 * x * x + d - d * v + d * log(v):
            return max(d * v * boost, 1e-300)


@compiled
def accepts(state: Any, delta: Any) -> Any:
    """Metropolis: True with probability exp(delta)."""
    return delta >= 0.0 or uniform(state) < exp(delta)
