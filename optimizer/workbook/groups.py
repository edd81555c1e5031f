"""Borrowing groups: the cash account and the waterfall of each, and what of the company's cash is in none of them."""

from __future__ import annotations

from optimizer.contract.accounts import CASH
from optimizer.contract.decisions import CONTRIBUTIONS, DISTRIBUTIONS, REFINANCINGS, RESERVE_COVER
from optimizer.contract.lines import CONTRACT_PREPAYMENT, CONTRACT_REFUND, FEES_ON_DRAWS, INTEREST_INCOME, REPAYMENT
from optimizer.instance.calendar import TIMING
from optimizer.instance.rings import COMPANY
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr, both, total
from optimizer.workbook.found import Found
from optimizer.workbook.sheet import Line


def add_groups(draft: Draft, found: Found) -> None:
    """Rows of all groups, compared with the waterfall of the plan."""
    if not draft.instance.groups:
        return
    _undivided(draft)
    table = draft.plan.rows("waterfall").records()
    for name in draft.entities.groups:
        rows = _group(draft, found, name)
        for column, row in rows.items():
            numbers = [0.0] * draft.calendar.periods
            for record in table:
                if record["group"] == name and record[column] is not None:
                    numbers[draft.calendar.index(str(record["period"])) - 1] = float(str(record[column]))
            rows[column] = draft.trusted(row, numbers)
        found.group_cash[name] = rows["closing_cash_musd"]
    own = found.cash - total(list(found.group_cash.values()))
    draft.groups.heading("The company without its groups")
    found.group_cash[COMPANY] = cash = draft.groups.line("Cash of the company by itself", "musd", own, own)
    owed = draft.entities.rings.debt
    held = total([row for name, row in found.reserved.items() if owed[name] == COMPANY])
    minimum = draft.series("cash", "minimum_musd")
    draft.check("Cash of the company by itself is at least its minimum", minimum + held - cash > draft.noise)


def _undivided(draft: Draft) -> None:
    """Lines that the plan divides between entities and no area did: their parts are the plan's values."""
    for posting in draft.lines:
        if not draft.entities.is_divided(posting.line) or posting.item == INTEREST_INCOME.item:
            continue
        if CASH not in (posting.debit, posting.credit):
            continue
        parts: dict[str, Expr] = {}
        for entity in (COMPANY, *draft.entities.groups):
            wanted = draft.entities.wanted(posting.line, entity)
            if any(wanted):
                whose = entity or "the company by itself"
                row = draft.sheet.given(f"{posting.line}, of {whose}", "musd", wanted)
                draft.given.append((row, "no formula for what of this line is whose"))
                parts[entity] = row
        draft.entities.parts[posting.line] = parts


def _group(draft: Draft, found: Found, name: str) -> dict[str, Line]:
    sheet, entities = draft.groups, draft.entities
    sheet.heading(f"Group {name}")
    loans = [each for each, whose in entities.rings.debt.items() if whose == name]

    def moved(*items: str, sign: int = 1, **only: object) -> Expr:
        amount = draft.moved(*items, account=CASH, entity=name, **only)  # type: ignore[arg-type]
        return amount if sign > 0 else -amount

    closing = sheet.line(f"{name}: closing cash", "musd", opening=draft.figure("groups", name, "opening_cash_musd"))
    sheet.rows.pop()
    rows: dict[str, Line] = {}

    def put(column: str, words: str, amount: Expr, unit: str = "musd") -> Line:
        rows[column] = sheet.line(f"{name}: {words}", unit, amount)
        return rows[column]

    opening = put("opening_cash_musd", "opening cash", closing.before)
    revenue = put("revenue_musd", "revenue", moved("revenue"))
    costs = put("operating_cost_musd", "operating cost", moved("opex", sign=-1))
    given_at = {
        at: draft.decisions.row(CONTRIBUTIONS, name, at)
        for at in TIMING
        if (name, at) in draft.decisions.keys(CONTRIBUTIONS)
    }
    put_in = sheet.line(f"{name}: put in by the company", "musd", total(list(given_at.values())))
    received = moved("draw") + moved("fee", kinds=FEES_ON_DRAWS) + moved("repayment", kinds=(REPAYMENT,))
    at_end = total([found.debts[each].at_end for each in loans if found.debts[each].at_end is not ZERO])
    spent = total([timing * musd for timing, musd in entities.paid.get(name, [])])
    early = draft.kappa * (received + at_end) - spent
    for at, row in given_at.items():
        if TIMING[at]:
            early = early + draft.inputs.constant(f"Paid at the {at} of a period", "periods", TIMING[at]) * row
    average = sheet.line(f"{name}: cash held on average beyond what is carried in", "musd", early)
    rate = draft.in_period(draft.series("cash", "yield_per_year"))
    income = sheet.line(f"{name}: interest income", "musd", rate * (closing.before + average))
    other = put("other_receipts_musd", "interest income and units sold", income + moved("resale"))
    interest = put("interest_musd", "interest", moved("interest", sign=-1))
    sweeps = [each for each in loans if draft.instance.debt[each].sweep is not None]
    swept = sheet.line(f"{name}: swept", "musd", total([found.debts[each].prepaid for each in sweeps]))
    principal = put("principal_musd", "principal", moved("repayment", sign=-1) - swept)
    fees = put("fees_musd", "fees", moved("fee", kinds=FEES_ON_DRAWS) - moved("fee"))
    refinancings = [key for key in draft.decisions.keys(REFINANCINGS) if key[1] in loans]
    refinanced = put(
        "refinanced_musd", "refinanced", total([draft.decisions.row(REFINANCINGS, *key) for key in refinancings])
    )
    refunded = put("refunded_musd", "paid back to customers", moved("prepayment", kinds=(CONTRACT_REFUND,), sign=-1))
    reserved = put("reserved_musd", "kept in reserve before sweeps", _reserved(draft, found, loans))
    service = interest + principal + fees - refinanced
    left = put(
        "left_musd", "left for a distribution", opening + revenue - costs + other - service - refunded - reserved
    )
    rows["swept_musd"] = swept
    out = put("distributed_musd", "distributed", draft.decisions.row(DISTRIBUTIONS, name) * 1)
    drawn = put("drawn_musd", "drawn, less what is kept back", moved("draw") + moved("fee", kinds=FEES_ON_DRAWS))
    ahead = put("prepaid_musd", "paid ahead by customers", moved("prepayment", kinds=(CONTRACT_PREPAYMENT,)))
    rows["put_in_musd"] = put_in
    built = put("spent_musd", "spent", -(moved("capex") + moved("other_investing", "other_financing")))
    sheet.rows.append(closing)
    closing.formula = left + reserved - swept - out + drawn - refinanced + ahead - built + put_in
    closing.is_total = True
    rows["closing_cash_musd"] = closing
    noise = draft.noise
    draft.check(f"{name}: no more is distributed than is left", both(out > noise, out - left + swept > noise))
    minimum = draft.series("groups", name, "minimum_cash_musd")
    held = total([found.reserved[each] for each in loans if each in found.reserved])
    draft.check(f"{name}: cash is at least its minimum", minimum + held - closing > noise)
    found.group_income[name] = income
    return rows


def _reserved(draft: Draft, found: Found, loans: list[str]) -> Expr:
    """What reserves hold in cash before anything is swept in the period."""
    parts: list[Expr] = []
    for each in loans:
        if each not in found.reserved:
            continue
        if draft.instance.debt[each].sweep is None:
            parts.append(found.reserved[each])
            continue
        before = found.reserved_before[each]
        debt = draft.instance.debt[each]
        met: Expr = ZERO
        if debt.service_reserve is not None and debt.service_reserve.facility is not None:
            met = draft.decisions.row(RESERVE_COVER, each) * 1
        parts.append(before - met)
    return total(parts)
