"""Colours of the drawings, in light and dark: ten that colour-blind readers tell apart, in the order of use."""

from __future__ import annotations

LIGHT = ("#3366a8", "#e08a1e", "#2f9e78", "#b8477d", "#6bb4e0", "#8a6d3b", "#7a5cc2", "#c9b33a", "#5f6f7f", "#d4593c")
DARK = ("#6f9fe0", "#f0a94e", "#55c9a0", "#e07fae", "#8fd0f5", "#c2a26a", "#a98ff0", "#e3d066", "#9fb0c0", "#f08468")
HEAT_LIGHT = ("#2f9e78", "#8cc9ae", "#e6e3cf", "#f0b183", "#c44a2d")
HEAT_DARK = ("#2d7d61", "#3f6f5d", "#5d5b4b", "#8f5a39", "#a6452d")

_BASE = """
.exhibit{max-width:100%;height:auto;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.exhibit text{font-size:12px;fill:var(--ink)}
.exhibit .u{fill:var(--soft)}
.exhibit .v{font-weight:600}
.exhibit .head{font-size:24px;font-weight:600}
.exhibit .paper{fill:var(--paper);stroke:none}
.exhibit .vi,.exhibit .in{fill:var(--on)}
.exhibit .on{fill:var(--ink)}
.exhibit .grid{stroke:var(--rule);stroke-width:1;fill:none}
.exhibit .zero{stroke:var(--soft);stroke-width:1;fill:none}
.exhibit rect{stroke:var(--paper);stroke-width:.6}
.exhibit .lline{stroke-width:2.2;fill:none}
.exhibit .llimit{stroke-width:2;stroke-dasharray:6 4;fill:none}
.exhibit .fan0{fill:var(--c0);fill-opacity:.14}
.exhibit .fan1{fill:var(--c0);fill-opacity:.3}
.exhibit .path{stroke:var(--c0);stroke-width:1;stroke-opacity:.55;fill:none}
.exhibit .joint{stroke:var(--soft);stroke-width:1;fill:none}
.exhibit .begun{fill:var(--begun)}
.exhibit .serves,.exhibit .up{fill:var(--c0)}
.exhibit .down{fill:var(--c9)}
.exhibit .total{fill:var(--c8)}
.exhibit .none{fill:var(--rule)}
.exhibit .onh0{fill:var(--onh0)}
.exhibit .onh4{fill:var(--onh4)}
"""


def _colours(colours: tuple[str, ...], heat: tuple[str, ...], rest: dict[str, str]) -> str:
    named = {f"c{i}": colour for i, colour in enumerate(colours)} | {f"h{i}": c for i, c in enumerate(heat)} | rest
    return "".join(f"--{name}:{colour};" for name, colour in named.items())


_LIGHT = _colours(
    LIGHT,
    HEAT_LIGHT,
    {"ink": "#1c2430", "soft": "#56616e", "rule": "#dfe4ea", "paper": "#ffffff", "on": "#ffffff", "begun": "#c9d8ea"}
    | {"onh0": "#1c2430", "onh4": "#ffffff"},
)
_DARK = _colours(
    DARK,
    HEAT_DARK,
    {"ink": "#e8edf3", "soft": "#a5b0bd", "rule": "#333d49", "paper": "#151a21", "on": "#0d1117", "begun": "#2c4768"}
    | {"onh0": "#ffffff", "onh4": "#ffffff"},
)
_SERIES = "".join(
    f".exhibit .s{i}{{fill:var(--c{i})}}.exhibit .k{i}{{stroke:var(--c{i})}}.exhibit .d.k{i}{{fill:var(--c{i})}}"
    for i in range(len(LIGHT))
) + "".join(f".exhibit .h{i}{{fill:var(--h{i})}}" for i in range(len(HEAT_LIGHT)))

STYLE = (
    f":root,svg{{{_LIGHT}}}@media (prefers-color-scheme:dark){{:root,svg{{{_DARK}}}}}"
    f"@media print{{:root,svg{{{_LIGHT}}}}}{''.join(_BASE.split(chr(10)))}{_SERIES}"
)
"""The style sheet of all drawings; the page sets the same variables for its own text."""
