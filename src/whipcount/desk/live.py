"""Charts that answer to the pointer: what a page's script draws again with Vega-Embed, over the drawing made here.

In: a drawing and its Vega-Lite specification. Out: the same drawing with the specification in an attribute (`data-live`), and the script
that draws it. Without scripts, and on paper, the drawing stands as it is.

Vega, Vega-Lite and Vega-Embed (BSD-3-Clause) come out of `vl-convert-python`, which draws the charts here: the script is bundled from it
when a browser first asks for it, and kept while the desk runs. So nothing of 900 kB lies in the repository to be renewed by hand, both
drawings are by the same Vega, and nothing is loaded from elsewhere.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from typing import Any

from markupsafe import Markup, escape

from whipcount.desk.caching import Answer, Things, answer
from whipcount.errors import MissingExtra

NAME = "vega-embed.js"
SECONDS = 120.0
"""Time that bundling may take; it takes about four seconds."""
_BUNDLE = "import sys, vl_convert; sys.stdout.buffer.write(vl_convert.javascript_bundle('export default vegaEmbed;').encode())"
_HEAD = "/* Vega, Vega-Lite, Vega-Embed (BSD-3-Clause, https://github.com/vega) and what they need, bundled by vl-convert-python {}. */\n"
_LIVE = re.compile(r' data-live="[^"]*"')
_made = Things(1)


def spec_of(spec: Mapping[str, Any]) -> str:
    """A specification as JSON for a page: tones become the page's variables, so that light and dark follow by themselves.

    Empty where nothing in it has anything to tell, and so nothing is gained by drawing it again.
    """
    from whipcount.report.palette import SENTINELS

    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":"), default=str)
    if '"tooltip":' not in text:
        return ""
    for colour, variable in SENTINELS.items():
        text = text.replace(colour, variable)
    return text


def alive(drawing: Markup, spec: Mapping[str, Any]) -> Markup:
    """A drawing (`<svg ...`) that carries its specification."""
    text = spec_of(spec)
    return Markup(str(drawing).replace("<svg", f'<svg data-live="{escape(text)}"', 1)) if text else drawing  # noqa: S704 - escaped


def still(drawing: str) -> str:
    """The drawing without it, for a file."""
    return _LIVE.sub("", drawing)


@cache
def address() -> str:
    """The address of the script, which changes with the version of Vega; empty without the 'charts' extra."""
    try:
        return f"/static/{NAME}?v={metadata.version('vl-convert-python')}"
    except metadata.PackageNotFoundError:
        return ""


def script() -> Answer:
    """The script. Made in a process of its own, as bundling it holds up every thread. Raises `MissingExtra`."""
    return _made.get(NAME, _bundled)


def _bundled() -> Answer:
    if not address():
        raise MissingExtra("A chart that answers to the pointer", "charts")
    command = [sys.executable, "-c", _BUNDLE]
    made = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - ours, by this Python
    head = _HEAD.format(metadata.version("vl-convert-python"))
    return answer(head.encode() + made.stdout, "text/javascript; charset=utf-8")
