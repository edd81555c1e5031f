"""A row for each parameter of each method of what the public functions give."""

from __future__ import annotations

from pathlib import Path

import pptx
from pptx import Presentation

import optimizer
from optimizer.deck.opening import TemplateError
from optimizer.instance.diagnostics import InstanceError
from optimizer.plan.run_folder import WriteError

from .interface_calls import BASE, NOBODY, Row, plan

SHOWN: dict[str, Row] = {
    "to_html.path": Row(
        lambda _: sorted(path.name for path in Path().glob("*.html")),
        "three.html",
        [(FileNotFoundError, "nowhere", ["nowhere/two.html"])],
    ),
    "to_excel.path": Row(
        lambda _: sorted(path.name for path in Path().glob("*.xlsx")),
        "three.xlsx",
        [(ValueError, "does not end in .xlsx", ["two.xls"]), (FileNotFoundError, "nowhere", ["nowhere/two.xlsx"])],
    ),
    "to_deck.path": Row(
        lambda _: sorted(path.name for path in Path().glob("*.pptx")),
        "three.pptx",
        [(FileNotFoundError, "nowhere", ["nowhere/two.pptx"])],
    ),
    "to_deck.template": Row(
        lambda _: Presentation("two.pptx").slide_width,
        str(Path(pptx.__file__).parent / "templates" / "default.pptx"),
        [
            (TemplateError, "does not exist", ["nowhere.pptx"]),
            (TemplateError, "is no presentation", ["two-sources.yaml"]),
        ],
    ),
}
"""What can be shown is shown alike, as a function and as a method of what it shows."""
SUBJECT = Row(
    lambda _: Presentation("two.pptx").slides[0].shapes.title.text_frame.text,
    optimizer.solve(BASE.replace({"name": "other"})),
    [(TypeError, "a plan or a comparison is expected", ["run", None])],
)
METHODS: dict[str, Row] = {
    "Instance.replace.changes": Row(
        lambda found: found.hash,
        {"debt.loan.rate_per_year": 0.09},
        [
            (InstanceError, "dept: .*did you mean `debt`", [{"dept": None}]),
            (InstanceError, "no `b` in `equity.rounds`.*the names are a", [{"equity.rounds.b": {"max_musd": 1}}]),
            (InstanceError, "`discount` is missing", [{"discount": None}]),
            (InstanceError, "overlap", [{"debt": {}, "debt.loan.rate_per_year": 0.1}]),
            (InstanceError, NOBODY, [{"debt.loan.lender": "nobody"}]),
            (InstanceError, "the path is empty", [{"": 1}]),
            (TypeError, "a dict of paths", [3, ["debt"]]),
        ],
    ),
    "Instance.model_copy.update": Row(
        lambda found: type(found),
        {"tax": None},
        [(TypeError, "use instance.replace", [{"debt": {}}, {"name": "other"}])],
    ),
    "Instance.model_copy.deep": Row(lambda found: found.debt is BASE.debt, True),
    **{
        f"Instance.copy.{name}": Row(
            lambda found: type(found), {"tax": None}, [(TypeError, "use instance.replace", [{"name": "other"}])]
        )
        for name in ("include", "exclude", "update")
    },
    "Instance.copy.deep": Row(lambda found: found.debt is BASE.debt, True),
    "Plan.rows.name": Row(
        lambda found: found.columns, "financing", [(KeyError, "there are: site_starts", ["incom", 3])]
    ),
    "Plan.table.name": Row(
        lambda found: list(found.columns), "financing", [(KeyError, "there are: site_starts", ["incom", 3])]
    ),
    "Plan.assemble.instance": Row(lambda found: found.instance.name, BASE.replace({"name": "other"})),
    "Plan.assemble.decisions": Row(lambda found: found.decisions, plan().decisions),
    "Plan.assemble.ledger": Row(lambda found: found.metrics["debt_drawn_musd"], plan().ledger),
    "Plan.assemble.metrics": Row(lambda found: found.metrics.get("wacc"), {"wacc": 0.1}),
    "Plan.assemble.summary": Row(lambda found: found.status, {"status": "feasible"}),
    "Comparison.sweep.name": Row(len, "t", [(KeyError, "", ["r"])]),
    "Comparison.frontier.name": Row(len, "g", [(KeyError, "", ["h"])]),
    "Comparison.write.folder": Row(
        lambda found: found[0].parent, "elsewhere", [(WriteError, "cannot be written", ["two-sources.yaml"])]
    ),
    **{f"{kind}.{name}": row for kind in ("Plan", "Comparison") for name, row in SHOWN.items()},
}
