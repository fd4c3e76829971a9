"""The test client. It prefers a newer httpx by another name, and warns; the one that the desk itself uses serves it as well."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["TestClient"]
