"""The tax that the infrastructure would pay if it were a company of its own."""

from __future__ import annotations

from optimizer.algebra.expr import ByPeriod, TimeExpr
from optimizer.instance.schema import Instance, Tax
from optimizer.model.context import Model
from optimizer.model.tax import income_tax


def stand_alone_tax(model: Model, tax_depreciation: TimeExpr) -> ByPeriod:
    """Tax by period on what the infrastructure earns::

        SI_t = EBITDA without corporate flows + resale − tax depreciation − interest of all debt, paid or capitalised

    The law is that of the company (rate, share of income that losses may offset, tax years); the losses are its own,
    none at instant 0, and are used as soon as there is income. Income from cash, debt fees and the limit on interest
    are the company's.
    """
    tax = own_law(model.instance)
    if tax is None:
        return dict.fromkeys(model.span, 0.0)
    ledger = model.ledger
    result = {
        t: ledger.ebitda(t, corporate=False) + ledger.total("resale", t) - tax_depreciation[t] - ledger.interest(t)
        for t in model.span
    }
    return income_tax(model, tax, result, "stand_alone_tax")


def own_law(instance: Instance) -> Tax | None:
    """The tax block without what is carried in; None if no tax is paid."""
    tax = instance.tax
    if tax is None or tax.rate == 0.0:
        return None
    begun = {"opening_loss_musd", "year_to_date_musd"}
    return Tax.model_validate({name: value for name, value in tax if name not in begun})


def asks_stand_alone(instance: Instance) -> bool:
    """Whether a covenant is tested on it."""
    return any(c.kind == "dscr" and tax_of_test(c.tax, c.scope) == "stand_alone" for c in instance.covenants.values())


def tax_of_test(tax: str | None, scope: str) -> str:
    """Which tax a dscr takes off: as stated, or by its scope."""
    return tax or ("company" if scope == "company" else "stand_alone")
