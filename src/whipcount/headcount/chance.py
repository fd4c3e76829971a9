"""Random numbers for compiled loops: xoshiro256+ (Blackman and Vigna 2021), normals by the polar method, gammas by Marsaglia
and Tsang (2000). A seed means the same draws with every version of NumPy and Numba. A state is four uint64."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log, sqrt
from typing import Any, TypeVar, cast

import numba
import numpy as np

_F = TypeVar("_F", bound=Callable[..., Any])
_R = "u8[::1]"
_U = np.uint64
_A17, _A45, _A19, _A11 = _U(17), _U(45), _U(19), _U(11)


def compiled(signature: str, *, public: bool = False) -> Callable[[_F], _F]:
    """Compiled for one signature at import, kept on disk: the wait, if any, is where it is announced.

    What Python does not call itself goes without the wrappers for it, which take longer to compile than the loop inside.
    """
    inner = {"no_cpython_wrapper": not public, "no_cfunc_wrapper": True}
    return cast("Callable[[_F], _F]", numba.njit(signature, cache=True, nogil=True, error_model="numpy", **inner))


@compiled(f"f8({_R})")
def uniform(state: Any) -> Any:
    """In [0, 1)."""
    out = state[0] + state[3]
    t = state[1] << _A17
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= t
    state[3] = (state[3] << _A45) | (state[3] >> _A19)
    return np.float64(out >> _A11) * 1.1102230246251565e-16


@compiled(f"f8({_R})")
def normal(state: Any) -> Any:
    """Standard normal, by the polar method."""
    while True:
        x, y = 2 * uniform(state) - 1, 2 * uniform(state) - 1
        r = x * x + y * y
        if 0 < r < 1:
            return x * sqrt(-2 * log(r) / r)


@compiled(f"f8({_R}, f8)")
def gamma_draw(state: Any, shape: Any) -> Any:
    """Gamma with scale 1, at least 1e-300."""
    boost = 1.0
    if shape < 1:
        boost = exp(log(uniform(state) + 1e-300) / shape)
        shape += 1.0
    d = shape - 1 / 3
    c = 1 / sqrt(9 * d)
    while True:
        x = normal(state)
        v = (1 + c * x) ** 3
        if v > 0 and log(uniform(state) + 1e-300) < 0.5 * x * x + d - d * v + d * log(v):
            return max(d * v * boost, 1e-300)


@compiled(f"b1({_R}, f8)")
def accepts(state: Any, delta: Any) -> Any:
    """Metropolis: True with probability exp(delta)."""
    return delta >= 0 or uniform(state) < exp(delta)
