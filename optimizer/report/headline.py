"""What stands first: how sure the plan is, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import fsum
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from optimizer.contract.solvers import solver_of
from optimizer.plan.delivered import gap_musd, gap_share
from optimizer.plan.figures.covenants import covenant_tests
from optimizer.plan.figures.dating import evened
from optimizer.plan.figures.irr import why_none
from optimizer.plan.figures.metrics import EQUITY_IRR, PROJECT_IRR
from optimizer.plan.figures.project import project_flows
from optimizer.plan.figures.shareholder_value import why_no_rate
from optimizer.plan.figures.verdict import maturity_wall
from optimizer.plan.years import Years
from optimizer.report.layout import Layout, printable
from optimizer.report.numbers import RATES, headroom, money, percent, rate, ratio

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan


WIDE = 90
"""Columns from which on the audit's rules have room for their units."""

OWN = {"rows": "row", "columns": "column", "narrowed": "bound"}

STALE = "not audited as it stands: run capstack audit RUN"
"""What is said of a run whose files are not those that its audit was of."""


def headline(plan: Plan, _years: Years, console: Console) -> None:
    """Name, status, audit, objectives and key figures."""
    instance = plan.instance
    title = f": {printable(instance.title)}" if instance.title else ""
    console.print(Text(instance.name + title, style="bold"))
    style = "green" if plan.status == "optimal" else "yellow"
    console.print(Text(str(plan.summary.get("message", plan.status)), style=style))
    if own := own_text(plan.summary):
        console.print(Text(own, style="yellow"))
    console.print(audit_text(plan.audit) if plan.audit is None or plan.audit_stands else Text(STALE, style="yellow"))
    for opinion in plan.summary.get("certificates", []):
        console.print(certificate_text(opinion))
    if solved_by := _solved_by(plan.summary):
        console.print(Text(solved_by, style="dim"))
    levels = plan.summary.get("levels", [])
    if levels:
        layout = Layout("Objectives", ["this plan", "bound", "distance", "before slack", "status"])
        for level in levels:
            show = money if level.get("unit", "musd") == "musd" else rate
            layout.row(
                f"{level['sense'][:3]} {level['name']}",
                [
                    show(plan.metrics.get(level["name"], level["value"])),
                    show(level["bound"]),
                    _distance(gap_musd(level), gap_share(level)),
                    _distance(level["gap_musd"], level["gap_share"]),
                    str(level["status"]),
                ],
            )
        layout.print(console)
    console.print()
    for figures in (_amounts(plan), _verdict(plan), _shares(plan)):
        for line in wrapped(list(figures), console.width):
            console.print(Text(line))
    console.print(Text(RATES, style="dim"))


def own_text(summary: Mapping[str, Any]) -> str:
    """What was added to the model of the instance before it was solved; empty where nothing was."""
    own = summary.get("own", {})
    counts = [(own.get(name, 0), what) for name, what in OWN.items()]
    listed = ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in counts if count)
    named = ", ".join(own.get("parts", []))
    return printable(f"with {listed} of the user's own, which the audit does not know: {named}") if listed else ""


def _distance(musd: float | None, share: float | None) -> str:
    """How far from the bound, in dollars where there are any, and as a share."""
    return percent(share, 2) if musd is None else f"{money(musd)} ({percent(share, 2)})"


def _solved_by(summary: Mapping[str, Any]) -> str:
    """The programs and options that decide an answer, as far as the summary tells."""
    versions, options = summary.get("versions", {}), summary.get("options", {})
    if "highspy" not in versions:
        return ""
    threads, engine = options.get("threads"), solver_of(summary)
    read = f"HiGHS {versions['highspy']}"
    searched = f"{engine.name} ({engine.package} {versions.get(engine.package)}), read by {read}"
    parts = [
        f"solved by {read if engine.package == 'highspy' else searched}",
        "" if threads is None else f"{threads} thread{'' if threads == 1 else 's'}",
        f"seed {options['seed']}" if "seed" in options else "",
        f"capstack {versions['capstack']}" if "capstack" in versions else "",
    ]
    return printable(", ".join(part for part in parts if part))


def wrapped(items: Sequence[str], width: int) -> list[str]:
    """Items with dots between them, in lines; an item goes to the next line as a whole."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(f" · {item}") <= width:
            lines[-1] += f" · {item}"
        else:
            lines.append(item)
    return lines


def _amounts(plan: Plan) -> Iterator[str]:
    metrics = plan.metrics
    money_figures = {
        "capex": "capex_musd",
        "capital raised": "external_capital_raised_musd",
        "net present cost": "net_present_cost",
        "least cash": "minimum_cash_musd",
    }
    yield from (f"{name} {money(metrics[key])}" for name, key in money_figures.items() if key in metrics)


def _shares(plan: Plan) -> Iterator[str]:
    metrics = plan.metrics
    shares = {
        "WACC": _share(metrics, "average_wacc_per_year"),
        "project IRR": _project_irr(plan),
        "payback": _years(metrics.get("payback_years")),
        "dilution": sold_text(plan),
        "renewable": _share(metrics, "renewable_share"),
        "least DSCR": ratio(dscr) if (dscr := metrics.get("minimum_dscr")) is not None else None,
    }
    yield from (f"{name} {text}" for name, text in shares.items() if text is not None)


def sold_text(plan: Plan) -> str | None:
    """The share of the company that is sold; of rounds without a value before them it is not known."""
    share = plan.metrics.get("dilution_share")
    if share is None or all(row["share_sold"] is not None for row in plan.rows("equity_rounds").records()):
        return None if share is None else percent(share)
    return f"more than {percent(share)}" if share > 0.0 else "not stated"


def _verdict(plan: Plan) -> Iterator[str]:
    """What it is worth and what of that is sunk, how much equity it takes and what that earns, and how near its limits
    of money are."""
    metrics = plan.metrics
    if (cost := metrics.get("net_present_cost")) is not None:
        sunk = metrics.get("sunk_value_musd")
        yield f"NPV {money(0.0 - cost)}" + (f" ({money(sunk)} of it sunk)" if sunk else "")
    if (worth := metrics.get("shareholder_value")) is not None:
        yield f"shareholder value {money(worth)}"
    if EQUITY_IRR in metrics:  # runs of before have none
        yield f"equity IRR {_equity_irr(plan)}"
    if (multiple := metrics.get("equity_multiple")) is not None:
        yield f"MOIC {ratio(multiple)}"
    if (peak := metrics.get("peak_equity_musd")) is not None:
        yield f"peak equity {money(peak)}"
    if (months := metrics.get("runway_months")) is not None:
        yield f"runway {months:,.1f} months"
    if (tightest := _tightest(plan)) is not None:
        yield tightest
    if wall := metrics.get("maturity_wall_musd"):
        yield f"maturity wall {money(wall)} in {maturity_wall(plan)[1]}"


def _tightest(plan: Plan) -> str | None:
    """The covenant with the least headroom as a share of its limit, and that."""
    tests = [
        (headroom(test.headroom, test.limit) / abs(test.limit), test.covenant, plan.instance.periods.label(test.t))
        for test in covenant_tests(plan)
        if test.headroom is not None and test.limit
    ]
    if not tests:
        return None
    cushion, name, period = min(tests)
    return f"tightest covenant {printable(name)} (headroom {percent(cushion)} in {period})"


def _years(years: float | None) -> str | None:
    return None if years is None else f"{years:.1f} years"


def _share(metrics: Mapping[str, float | None], name: str) -> str | None:
    return None if metrics.get(name) is None else percent(metrics[name])


def _project_irr(plan: Plan) -> str:
    text, only = _irr(plan, PROJECT_IRR), plan.metrics.get(PROJECT_IRR)
    if text and only is None:
        return text
    flows, steps = evened(project_flows(plan))
    if only is not None:
        growth = (1.0 + only) ** (1.0 / (steps * plan.instance.periods.per_year))
        first = 0 if growth >= 1.0 else len(flows)  # no power overflows
        # where what is worth nothing at the rate is worth more at a higher one, it is the rate of a loan
        if fsum(number * flow * growth ** (first - number) for number, flow in enumerate(flows)) < 0.0:
            text += " (money comes in first: what that costs)"
    return text or f"none ({why_none(flows)})"


def _equity_irr(plan: Plan) -> str:
    return _irr(plan, EQUITY_IRR) or f"none ({why_no_rate(plan)})"


def _irr(plan: Plan, name: str) -> str:
    """The rate if there is one only, or else all of them; empty without any."""
    if (only := _share(plan.metrics, name)) is not None:
        return only
    several = sorted(rate or 0.0 for key, rate in plan.metrics.items() if key.startswith(f"{name}."))
    return f"not unique ({', '.join(map(percent, several[:-1]))} and {percent(several[-1])})" if several else ""


def audit_text(report: Mapping[str, Any] | None) -> Text:
    """Whether the audit passed, and if not, what failed; and who vouches for the bound, which no audit recomputes."""
    if report is None:
        return Text("not audited", style="yellow")
    rules = report.get("rules", [])
    failed = [str(rule["name"]) for rule in rules if not rule["passed"]]
    if report["passed"]:
        return Text(f"audit passed ({len(rules)} rules){_bound_text(report)}", style="green")
    return Text(f"AUDIT FAILED: {', '.join(failed)}", style="bold red")


def _bound_text(report: Mapping[str, Any]) -> str:
    """``; bound: by HiGHS, not recomputed``; empty where there is no bound, or the audit was of a plan alone."""
    words = list(dict.fromkeys(printable(str(each)) for each in report.get("bounds", {}).values() if each != "none"))
    return f"; bound: {', '.join(words)}" if words else ""


def certificate_text(opinion: Mapping[str, Any]) -> Text:
    """What a second solver or exact arithmetic says of the plan."""
    styles = {True: "green", None: "yellow", False: "bold red"}
    return Text(printable(str(opinion["message"])), style=styles[opinion["agrees"]])


def print_audit(report: Mapping[str, Any], console: Console) -> None:
    """What the audit checked, rule by rule."""
    wide = console.width >= WIDE
    layout = Layout("Audit", ["checked", "violation", "tolerance", *(["unit"] if wide else []), ""])
    for rule in sorted(report["rules"], key=lambda rule: bool(rule["passed"])):  # failures first
        violation, tolerance = f"{rule['largest_violation']:.1e}", f"{rule['tolerance']:.0e}"
        verdict = "passed" if rule["passed"] else "FAILED"
        layout.row(
            rule["name"],
            [f"{rule['checked']:,}", violation, tolerance, *([rule["unit"]] if wide else []), verdict],
            not rule["passed"],
        )
    layout.print(console)
    for rule in report["rules"]:
        if not rule["passed"]:
            console.print(Text(printable(f"{rule['name']}, {rule['where']}: {rule['text']}"), style="red"))
    console.print()
    console.print(audit_text(report))
