"""Colours of the page: one slot for each option, told apart by people who see colours differently, in light and in dark.

The hues are those of Okabe and Ito (2008, "Color universal design"), darkened for white paper and lightened for a dark
screen until each has a contrast of 3 to 1 with its ground, as WCAG 2.1 (1.4.11) asks of graphics; ink has 4.5 to 1 or more.
Colour never stands alone: each slot also has its own hatching.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from whipcount.forecast import NOBODY, ConfidenceOutlook, ElectionOutlook, Outlook
from whipcount.headcount import AGAINST, FOR, UNALIGNED


@dataclass(frozen=True)
class Tone:
    """One colour on paper and on a dark screen, with the angle (degrees) of its hatching."""

    name: str
    light: str
    dark: str
    angle: int = 45


SLOTS = (
    Tone("o0", "#0072b2", "#56b4e9", 45),
    Tone("o1", "#c55300", "#f08c42", -45),
    Tone("o2", "#00805e", "#2fc99c", 0),
    Tone("o3", "#a8457f", "#e08fbe", 90),
    Tone("o4", "#8f6a00", "#e6b422", 20),
    Tone("o5", "#3f5fa8", "#9db4f0", -20),
    Tone("o6", "#5d5d5d", "#c4c4c4", 70),
    Tone("o7", "#7a4a21", "#d8a47c", -70),
)
"""One for each option; with more options than slots they come round again."""
NEUTRAL = Tone("even", "#767676", "#8f8f8f")
GROUND = Tone("ground", "#ffffff", "#14171a")
INK = Tone("ink", "#1b1f23", "#e8eaed")
SOFT = Tone("soft", "#565c63", "#a9b0b8")
LINE = Tone("line", "#d5d9de", "#3a4048")
PANEL = Tone("panel", "#f4f6f8", "#1e2328")
LINK = Tone("link", "#0a5a9c", "#7cc0f5")
FLAG = Tone("flag", "#8a4b00", "#f2b45c")
TONES = (*SLOTS, NEUTRAL, GROUND, INK, SOFT, LINE, PANEL, LINK, FLAG)


def sentinel(tone: Tone) -> str:
    """The colour that stands for a tone while a chart is drawn; `SENTINELS` turns it back into its CSS variable."""
    return f"#fe01{TONES.index(tone):02x}"


SENTINELS = {sentinel(tone): f"var(--{tone.name})" for tone in TONES}


def css(*, dark: bool) -> str:
    """The tones as CSS variables, for one of the two grounds."""
    return "".join(f"--{t.name}:{t.dark if dark else t.light};" for t in TONES)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (`#rrggbb`), between 1 and 21, as WCAG 2.1 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def tones(outlook: Outlook) -> dict[str, Tone]:
    """Option -> tone, the same on the whole page: a leader has the tone of those with the leader."""
    votes = [q for q in outlook.questions if isinstance(q, ConfidenceOutlook)]
    given = {FOR: SLOTS[0], AGAINST: SLOTS[1]} if votes else {}
    given |= {q.question.leader: SLOTS[0] for q in votes if q.question.leader}
    # Tones of the vote on the leader are given again last, so that a challenger has one of his own while there are any.
    free = [*SLOTS[2:], SLOTS[1], SLOTS[0]] if votes else list(SLOTS)
    fresh = [o for o in dict.fromkeys(_options(outlook)) if o not in given and o not in {UNALIGNED, NOBODY}]
    given |= {option: free[i % len(free)] for i, option in enumerate(fresh)}
    return given | {UNALIGNED: NEUTRAL, NOBODY: NEUTRAL}


def _options(outlook: Outlook) -> Iterable[str]:
    for one in outlook.questions:
        if isinstance(one, ElectionOutlook):
            yield from one.p_wins
        else:
            yield from (s.option for s in sorted(one.headcount.support, key=lambda s: -s.mean))
