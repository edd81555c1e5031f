"""Results as tables in Markdown: one function for each section of the file of results."""

from __future__ import annotations

import math
from collections.abc import Sequence

from benchmarks.measure import PACKAGES, Row
from benchmarks.milestones import GAPS

ENOUGH_RUNS = 5
"""With fewer the figures are marked."""


def about(section: Row) -> str:
    """What was measured with, in a line."""
    found = section["machine"]
    packages = ", ".join(f"{name} {found[name]}" for name in PACKAGES if found.get(name, "not installed")[0].isdigit())
    line = f"{found['cores']} cores, {found['system']}, Python {found['python']}, {packages}."
    runs = section.get("runs")
    if runs is not None:
        line += f" Medians of {runs}." if runs > 1 else " One run."
    short = section["quick"] or (runs is not None and runs < ENOUGH_RUNS)
    return f"**Short form: the figures show that it works, not how fast it is.** {line}" if short else line


def template(section: Row) -> str:
    """Process time of the command on the template."""
    (row,) = section["rows"]
    return _table(
        ["whole, s", "imports, s", "HiGHS, s", "beside HiGHS, s"],
        [[_seconds(row[key]) for key in ("whole_s", "imports_s", "highs_s", "beside_highs_s")]],
    )


def stages(section: Row) -> str:
    """The stages up to the root by shape, with the scaling law."""
    keys = ("import_s", "validate_s", "build_s", "compile_s", "root_s")
    heads = [
        "shape",
        "columns",
        "nonzeros",
        "import, s",
        "validate, s",
        "build, s",
        "compile, s",
        "root LP, s",
        "MiB",
    ]
    lines = []
    for row in section["rows"]:
        if "skipped" in row:
            lines.append([row["shape"], row["skipped"]])
            continue
        size = [_count(row["columns"]), _count(row["nonzeros"])]
        lines.append([row["shape"], *size, *(_seconds(row[key]) for key in keys), _count(row["peak_mb"])])
    return f"{_table(heads, lines)}\n\n{law(section['rows'])}"


def law(rows: Sequence[Row]) -> str:
    """Build and compile as a power of the nonzeros, by least squares on logarithms."""
    points = [(row["nonzeros"], row["build_s"] + row["compile_s"]) for row in rows if "skipped" not in row]
    if len({nonzeros for nonzeros, _ in points}) < 2:
        return "No scaling law: it takes two sizes."
    exponent, factor, spread = power_law(points)
    at_million = factor * 1e6**exponent
    return (
        f"Build and compile take {at_million:.2g} s × (nonzeros / 10⁶)^{exponent:.2f} over {len(points)} shapes; "
        f"the typical shape is off by a factor of {spread:.2f}."
    )


def power_law(points: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Exponent b and factor a of y = a·x^b by least squares on logarithms, and exp of the root mean square residual."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    mean_x, mean_y = (sum(values) / len(logs) for values in zip(*logs, strict=True))
    exponent = sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)
    level = mean_y - exponent * mean_x
    squares = sum((y - level - exponent * x) ** 2 for x, y in logs)
    return exponent, math.exp(level), math.exp(math.sqrt(squares / len(logs)))


def solves(section: Row) -> str:
    """Whole solves by shape, on one objective."""
    heads = ["shape", *_marks(), "gap at the end"]
    lines = []
    for row in section["rows"]:
        if "skipped" in row:
            lines.append([row["shape"], row["skipped"]])
            continue
        reached = [_reached(row.get(f"to_{gap:g}"), row["limit_s"]) for gap in GAPS]
        ends = [_share(row["gap_share"]), _seconds(row["audit_s"]), _seconds(row["write_s"]), _count(row["peak_mb"])]
        lines.append([row["shape"], *reached, *ends])
    return _table([*heads, "audit, s", "write, s", "MiB"], lines)


def flagship(section: Row) -> str:
    """Both levels of the flagship."""
    (row,) = section["rows"]
    if "skipped" in row:
        return f"The flagship: {row['skipped']}."
    lines = [
        [level["name"], f"{level['value']:,.1f}", _share(level["gap_share"]), _seconds(level["seconds"])]
        for level in row["levels"]
    ]
    whole = f"The whole run: {_seconds(row['seconds'])} s, {_count(row['peak_mb'])} MiB, {row['status']}."
    return f"{_table(['level', 'USD million', 'gap', 'seconds of the last run'], lines)}\n\n{whole}"


def bars(section: Row) -> str:
    """What is wanted of speed, and whether it is there."""
    reached = {True: "yes", False: "no", None: "–"}
    heads = ["`BENCH=`", "what", "wanted", "measured", "reached"]
    keys = ("about", "wanted", "measured")
    lines = [[f"`{row['bar']}`", *(row[key] for key in keys), reached[row["reached"]]] for row in section["rows"]]
    return _table(heads, lines)


def compile(section: Row) -> str:
    """Ways into HiGHS by size."""
    heads = ["shape", "columns", "nonzeros", "way", "build, s", "pass, s", "total, s", "× raw", "MiB"]
    lines = []
    for row in section["rows"]:
        size = [row["shape"], _count(row.get("columns")), _count(row.get("nonzeros")), row["way"]]
        if "skipped" in row:
            lines.append([*size, "", "", row["skipped"]])
            continue
        figures = [_seconds(row[key]) for key in ("build_s", "pass_s", "total_s")]
        ratio = f"{row['ratio_to_raw']:,.3g}" if row["ratio_to_raw"] < 1000 else _count(row["ratio_to_raw"])
        lines.append([*size, *figures, ratio, _count(row["peak_mb"])])
    return _table(heads, lines)


def gap(section: Row) -> str:
    """Time to gap by contender."""
    ends = ["gap at the end", "plan within 1 %, s", "× Gurobi by hand", "× Gurobi, our matrix"]
    heads = ["objective", "way", *_marks(), *ends]
    lines = []
    for row in section["rows"]:
        who = [row["objective"], row["way"]]
        if "skipped" in row:
            lines.append([*who, row["skipped"]])
            continue
        reached = [_reached(row.get(f"to_{gap:g}"), row["limit_s"]) for gap in GAPS]
        ratios = [f"{row[key]:.2f}" if row.get(key) else "" for key in ("ratio", "ratio_own")]
        lines.append([*who, *reached, _share(row["gap_share"]), _seconds(row["near_best"]), *ratios])
    return _table(heads, lines)


def sweep(section: Row) -> str:
    """The chain against a cold solve."""
    heads = ["instance", "points", "done", "gap", "cold, s", "chain, s", "chain / cold", "by processor time"]
    lines = []
    for row in section["rows"]:
        who = [row["instance"], str(row["steps"])]
        if "skipped" in row:
            lines.append([*who, row["skipped"]])
            continue
        seconds = [_seconds(row["cold_seconds"]), _seconds(row["chain_seconds"])]
        ratios = [f"{row['ratio']:.2f}", f"{row['process_ratio']:.2f}"]
        lines.append([*who, str(row["done"]), _share(row["gap"]), *seconds, *ratios])
    return _table(heads, lines)


def edition(section: Row) -> str:
    """This checkout over another one, by instance and by light command."""
    ratios = ("rows", "columns", "nonzeros", "integers", "build_s", "audit_s", "seconds", "process_s")
    heads = ["instance", "file", *(key.removesuffix("_s").replace("process", "processor") for key in ratios)]
    lines, others = [], []
    for row in section["rows"]:
        if "command" in row:
            others.append([f"`{row['command']}`", _times(row["ratio"])])
        elif "skipped" in row:
            lines.append([row["instance"], row["file"], row["skipped"]])
        else:
            lines.append([row["instance"], row["file"], *(_times(row[f"{key}_ratio"]) for key in ratios)])
    return f"{_table(heads, lines)}\n\n{_table(['command', 'processor'], others)}"


# ── cells ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    full = [[*line, *[""] * (len(heads) - len(line))] for line in lines]
    rows = [list(heads), ["---"] * len(heads), *full]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


def _marks() -> list[str]:
    return [f"to {_share(gap)}, s" for gap in GAPS]


def _seconds(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100.0 else f"{value:.3g}"


def _reached(value: float | None, limit_s: float) -> str:
    return f"> {limit_s:g}" if value is None else _seconds(value)


def _times(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _count(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100.0 * value:.3g} %"
