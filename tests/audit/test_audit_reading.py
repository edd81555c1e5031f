"""What cannot be audited is refused with its place, never skipped."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimizer.auditing import AuditError, audit_folder, audited

from .build import Case, run_folder
from .cases import CASES
from .cases_debt import debt
from .cases_sites import hardware, sites


@pytest.mark.parametrize("name", CASES)
def test_a_run_folder_passes(tmp_path: Path, name: str) -> None:
    assert audit_folder(run_folder(tmp_path, CASES[name]())).passed


def test_a_run_folder_with_a_fault_fails(tmp_path: Path) -> None:
    case = sites()
    case.plan["metrics"]["total_value"] += 1
    assert [result.name for result in audit_folder(run_folder(tmp_path, case)).failed] == ["objective.total_value"]


@pytest.mark.parametrize("name", ["instance.json", "plan.json", "summary.json"])
def test_files_that_are_missing_or_corrupt(tmp_path: Path, name: str) -> None:
    path = run_folder(tmp_path, sites()) / name
    text = path.read_text(encoding="utf-8")
    broken = {
        text[: len(text) // 2]: "cut off",
        "": "cut off",
        '{"format": NaN}': "NaN",
        '{"format": 1, "format": 1}': "'format' comes twice",
    }
    for content, message in broken.items():
        path.write_text(content, encoding="utf-8")
        with pytest.raises(AuditError, match=f"^{name}: .*{message}"):
            audit_folder(tmp_path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(AuditError, match=f"^{name}: cannot be read"):
        audit_folder(tmp_path)
    path.unlink()
    with pytest.raises(AuditError, match=f"^{name}: the file is missing"):
        audit_folder(tmp_path)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="is not a folder"):
        audit_folder(tmp_path / "nowhere")


def test_an_instance_that_does_not_fit_the_schema(tmp_path: Path) -> None:
    path = run_folder(tmp_path, sites())
    data = json.loads((path / "instance.json").read_text(encoding="utf-8"))
    data["discount"]["rate_per_year"] = "much"
    (path / "instance.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(AuditError, match=r"(?s)^instance.json: .*discount.rate_per_year"):
        audit_folder(path)


def test_a_plan_for_other_data() -> None:
    _, plan = sites().built()
    case = sites()
    case.instance["sites"]["a"]["land_musd"] = 11
    with pytest.raises(AuditError, match=r"^plan.json: instance_hash: .*other data"):
        audited(case.built()[0], plan)


@pytest.mark.parametrize("data", [[], "plan", None, 1])
def test_a_plan_that_is_no_object(data: Any) -> None:
    with pytest.raises(AuditError, match="should be an object"):
        audited(sites().built()[0], data)


@pytest.mark.parametrize("name", ["format", "instance", "instance_hash", "decisions", "ledger", "metrics"])
def test_a_plan_with_an_entry_missing(name: str) -> None:
    instance, plan = sites().built()
    del plan[name]
    with pytest.raises(AuditError, match=f"'{name}' is missing"):
        audited(instance, plan)


def _set(table: str, column: str, value: Any, index: int = 0) -> Callable[[dict[str, Any]], None]:
    def change(plan: dict[str, Any]) -> None:
        rows = plan["ledger"] if table == "ledger" else plan["decisions"][table]
        rows[index][column] = value

    return change


def _twice(table: str) -> Callable[[dict[str, Any]], None]:
    def change(plan: dict[str, Any]) -> None:
        rows = plan["ledger"] if table == "ledger" else plan["decisions"][table]
        rows.append(dict(rows[0]))

    return change


FAULTS: list[tuple[Callable[[], Case], Callable[[dict[str, Any]], None], str]] = [
    (sites, lambda p: p.update(format=2), "format: should be 1"),
    (sites, lambda p: p.update(instance="other"), "instance: the plan is for 'other'"),
    (sites, lambda p: p["decisions"].pop("pledges"), "decisions: the table 'pledges' is missing"),
    (sites, lambda p: p["decisions"].update(leases=[]), "decisions: there is no table 'leases'"),
    (sites, lambda p: p.update(decisions=[]), "decisions: should be an object"),
    (sites, lambda p: p["decisions"].update(orders={}), "decisions.orders: should be a list"),
    (sites, lambda p: p["decisions"]["orders"].append(3), r"decisions.orders\[0\]: should be an object"),
    (sites, _set("phase_starts", "site", "c"), r"phase_starts\[0\].site: 'c' is not known"),
    (sites, _set("phase_starts", "phase", "roof"), "site a has no phase 'roof'"),
    (sites, _set("phase_starts", "period", "2031"), r"phase_starts\[0\].period: 2031 lies after"),
    (sites, _set("phase_starts", "period", "2025"), r"phase_starts\[0\].period: 2025 lies before"),
    (sites, _set("phase_starts", "period", "2026Q1"), r"phase_starts\[0\].period"),
    (sites, _set("phase_starts", "period", 2026), r"phase_starts\[0\].period: should be a name"),
    (sites, _set("phase_starts", "count", "1"), r"phase_starts\[0\].count: should be a number"),
    (sites, _set("phase_starts", "count", True), r"phase_starts\[0\].count: should be a number"),
    (sites, _set("phase_starts", "count", None), r"phase_starts\[0\].count: should be a number"),
    (sites, _set("phase_starts", "count", float("inf")), r"phase_starts\[0\].count: should be a finite"),
    (sites, _set("phase_starts", "extra", 1), r"phase_starts\[0\]: 'extra' does not belong"),
    (sites, lambda p: p["decisions"]["phase_starts"][0].pop("count"), r"phase_starts\[0\]: 'count' is missing"),
    (sites, _twice("phase_starts"), r"phase_starts\[3\]: a second row"),
    (hardware, _set("orders", "offer", "giant"), r"orders\[0\].offer: 'giant' is not known"),
    (hardware, _set("allocations", "site", "y"), r"allocations\[0\].site: 'y' is not known"),
    (hardware, _twice("orders"), "a second row for big, 2026"),
    (CASES["service"], _set("service", "from", "moon"), r"service\[0\].from: 'moon' is not known"),
    (CASES["service"], _set("service", "market", "moon"), r"service\[0\].market: 'moon' is not known"),
    (debt, _set("debt_draws", "instrument", "bond"), r"debt_draws\[0\].instrument: 'bond' is not known"),
    (debt, _set("debt_repayments", "instrument", "level"), r"debt_repayments\[0\].instrument: 'level' is not known"),
    (debt, _set("facilities", "instrument", "bullet"), r"facilities\[0\].instrument: 'bullet' is not known"),
    (debt, _set("facilities", "signed", 0), "facilities: signed of revolver should be 1"),
    (CASES["security"], _set("pledges", "asset", "goodwill"), "the debt first is not secured on 'goodwill'"),
    (CASES["equity"], _set("equity_raises", "round", "z"), r"equity_raises\[0\].round: 'z' is not known"),
    (sites, lambda p: p["decisions"].pop("buckets"), "decisions: the table 'buckets' is missing"),
    (CASES["rented"], _set("colocation", "site", "c"), r"colocation\[0\].site: 'c' is not known"),
    (CASES["rented"], _set("reservations", "cloud", "s"), r"reservations\[0\].cloud: 's' is not known"),
    (CASES["frameworks"], _set("frameworks", "offer", "chip"), r"frameworks\[0\].offer: 'chip' is not known"),
    (CASES["frameworks"], _set("frameworks", "signed", 0.5), "frameworks: signed of agreed should be 1, not 0.5"),
    (CASES["frameworks"], _set("developments", "offer", "hard"), r"developments\[0\].offer: 'hard' is not known"),
    (CASES["frameworks"], _set("developments", "begun", 2), "developments: begun of chip, 1 should be 1, not 2"),
    (CASES["resale"], _set("retirements", "offer", "none"), r"retirements\[0\].offer: 'none' is not known"),
    (CASES["resale"], _set("retirements", "ordered", "2020"), r"retirements\[0\].ordered: 2020 lies before"),
    (CASES["resale"], _twice("retirements"), "a second row for used, s, 2026, 2028"),
    (CASES["energy"], _set("energy", "source", "grid"), r"energy\[0\].source: 'grid' is not known"),
    (CASES["energy"], _set("energy_contracts", "source", "gas"), r"energy_contracts\[0\].source: 'gas' is not known"),
    (CASES["loans"], _set("prepayments", "instrument", "pik"), r"prepayments\[0\].instrument: 'pik' is not known"),
    (CASES["loans"], _set("prepayments", "drawn", "closing"), r"prepayments\[0\].drawn: 'closing' is not a period"),
    (CASES["loans"], _set("debt_repayments", "instrument", "pik"), r"debt_repayments\[0\].instrument: 'pik' is not"),
    (CASES["equity"], lambda p: p["decisions"]["dividends"].append({"period": "2026", "musd": 1}), "has no dividends"),
    (CASES["partners"], _set("deliveries", "partner", "owner"), r"deliveries\[0\].partner: 'owner' is not known"),
    (CASES["partners"], _set("deliveries", "from", "moon"), r"deliveries\[0\].from: 'moon' is not known"),
    (CASES["leverage_grid"], _set("preferred_raises", "name", "a"), r"preferred_raises\[0\].name: 'a' is not known"),
    (
        CASES["leverage_grid"],
        _set("buckets", "bucket", 3),
        r"buckets\[0\].bucket: should be a whole number from 0",
    ),
    (CASES["leverage_grid"], _set("buckets", "bucket", True), r"buckets\[0\].bucket: should be a whole number"),
    (CASES["leverage_grid"], _twice("buckets"), "a second row for 2026, 1"),
    (sites, lambda p: p["metrics"].pop("wacc"), "metrics: the metric 'wacc' is missing"),
    (sites, lambda p: p["metrics"].update(dilution=None), "metrics.dilution: should be a number"),
    (sites, lambda p: p["metrics"].update(adjusted_present_value=0.0), "adjusted_present_value: should be null"),
    (
        CASES["resale"],
        lambda p: p["metrics"].update(adjusted_present_value=None),
        "adjusted_present_value: should be a number",
    ),
    (sites, _twice("ledger"), "a second row for capex.site.a.land 2026"),
    (sites, _set("ledger", "corporate", 0), r"ledger\[0\].corporate: should be true or false"),
    (sites, _set("ledger", "musd", "10"), r"ledger\[0\].musd: should be a number"),
    (sites, _set("ledger", "line", ""), r"ledger\[0\].line: should be a name"),
    (sites, _set("ledger", "period", "2040"), r"ledger\[0\].period: 2040 lies after"),
    (sites, lambda p: p.update(ledger=None), "ledger: should be a list"),
    (sites, lambda p: p["metrics"].pop("total_value"), "metrics: the metric 'total_value' is missing"),
    (sites, lambda p: p["metrics"].update(total_value=None), "metrics.total_value: should be a number"),
    (sites, lambda p: p.update(metrics=[]), "metrics: should be an object"),
]


@pytest.mark.parametrize(("case", "change", "message"), FAULTS, ids=[message for _, _, message in FAULTS])
def test_a_fault_is_named_with_its_place(
    case: Callable[[], Case], change: Callable[[dict[str, Any]], None], message: str
) -> None:
    instance, plan = case().built()
    change(plan)
    with pytest.raises(AuditError, match=f"^plan.json.*{message}"):
        audited(instance, plan)


TIERS = {"kind": "all_units", "steps": [{"from_units": 0, "discount_share": 0}]}

INSTANCE_FAULTS: list[tuple[Callable[[], Case], Callable[[dict[str, Any]], None], str]] = [
    (sites, lambda i: i["sites"]["b"].update(region="south"), "sites.b.region: no region 'south'"),
    (sites, lambda i: i["resources"].clear(), "sites.a.shell: no resource 'crew'"),
    (sites, lambda i: i["resources"]["crew"].update(limit=[1, 2]), "resources.crew.limit: 2 values for 5 periods"),
    (sites, lambda i: i["sites"]["a"]["phases"][0].update(latest_start=2050), "sites.a.shell: 2050 lies after"),
    (CASES["tax"], lambda i: i["depreciation"].clear(), "no depreciation class 'fast'"),
    (debt, lambda i: i["debt"]["bullet"].pop("tenor_periods"), "a bullet loan has no tenor_periods"),
    (debt, lambda i: i["debt"]["bullet"].update(letter_of_credit_share=0.1), "bullet debt has no letters of credit"),
    (debt, lambda i: i["debt"]["standby"].pop("limit_musd"), "debt.standby: a commitment fee needs a limit_musd"),
    (debt, lambda i: i["debt"]["late"].update(tranche_of="revolver"), "debt.late.tranche_of: no commitment 'revolver'"),
    (debt, lambda i: i["debt"]["late"].update(tranche_of="level"), "debt.level: a commitment with tranches needs a"),
    (
        CASES["group_contracts"],
        lambda i: i["debt"]["l"]["advance"].update(share=0.7),
        "debt.l.advance: neither `share` nor `share_by_class`, or both",
    ),
    (debt, lambda i: i["covenants"]["dscr"].pop("minimum"), "covenants.dscr: dscr needs a minimum"),
    (CASES["security"], lambda i: i["covenants"]["all"].pop("assets"), "covenants.all: loan_to_value needs assets"),
    (CASES["security"], lambda i: i["covenants"]["one"].update(instruments=["x"]), "covenants.one: no debt 'x'"),
    (CASES["security"], lambda i: i["terminal"].pop("share"), "terminal: book_share needs a share"),
    (CASES["equity"], lambda i: i["terminal"].pop("multiple"), "terminal: ebitda_multiple needs a multiple"),
    (
        CASES["cash_flows"],
        lambda i: i["cash_flows"]["grant"].update(musd_per_year=1),
        "cash_flows.grant: give exactly one",
    ),
    (CASES["service"], lambda i: i["cloud"].update(s=i["cloud"]["c"]), "'s' is the name of a site and of a cloud"),
    (CASES["leases"], lambda i: i["hardware"]["op"].update(price_usd=1), "hardware.op: a lease has no price"),
    (
        CASES["resale"],
        lambda i: i["hardware"]["free"].update(tiers=TIERS),
        "hardware.free: resale does not go",
    ),
    (CASES["energy"], lambda i: i["energy_sources"]["sun"].update(region="x"), "energy_sources.sun.region: no region"),
    (CASES["partners"], lambda i: i["partners"]["big"].pop("delivery_periods"), "partners.big: a partner for compute"),
    (CASES["loans"], lambda i: i["debt"]["tied"]["tied_to"].update(sites=["x"]), "debt.tied.tied_to: no site 'x'"),
    (CASES["loans"], lambda i: i["lenders"].clear(), "debt.pik.lender: no lender 'bank'"),
    (CASES["loans"], lambda i: i["debt"]["sculpted"].pop("tenor_periods"), "a sculpted loan has no tenor_periods"),
    (
        CASES["loans"],
        lambda i: i["debt"]["sculpted"].update(balloon_share=0.5),
        "debt.sculpted: sculpted debt has no balloon_share",
    ),
    (
        CASES["lettered"],
        lambda i: i["debt"]["l"]["service_reserve"].update(facility="b"),
        "debt.l.service_reserve: 'b' is no revolver",
    ),
    (
        CASES["loans"],
        lambda i: i["debt"]["sculpted"].update(capitalise_interest=True),
        "debt.sculpted: sculpted debt has neither",
    ),
    (
        CASES["leverage_grid"],
        lambda i: i["pricing_grid"]["buckets"][1].update(upper=1),
        "pricing_grid: a cost of equity is relevered",
    ),
]


@pytest.mark.parametrize(("case", "change", "message"), INSTANCE_FAULTS, ids=[m for _, _, m in INSTANCE_FAULTS])
def test_an_instance_that_contradicts_itself(
    case: Callable[[], Case], change: Callable[[dict[str, Any]], None], message: str
) -> None:
    changed = case().changed(lambda c: change(c.instance))
    with pytest.raises(AuditError, match=f"^instance.json.*{message}"):
        audited(*changed.built())


def test_the_audit_stands_alone() -> None:
    """A fresh interpreter that has audited a plan has loaded no modelling library, no solver and not our model."""
    program = (
        "import json, sys\n"
        "from optimizer.auditing import audited\n"
        "from optimizer.instance.schema import Instance\n"
        "instance, plan = json.load(sys.stdin)\n"
        "assert audited(Instance.model_validate(instance), plan).passed\n"
        "bad = ('pyomo', 'highspy', 'optimizer.model', 'optimizer.solver', 'optimizer.plan')\n"
        "print([m for m in sys.modules if any(m == b or m.startswith(b + '.') for b in bad)])\n"
    )
    instance, plan = sites().built()
    given = json.dumps([instance.canonical(), plan])
    command = [sys.executable, "-c", program]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, input=given, capture_output=True, encoding="utf-8", cwd=root, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")
