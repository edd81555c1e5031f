"""The table of contents: which blocks there are, and in which order they meet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from optimizer.algebra.array_model import ArrayModel
from optimizer.algebra.expr import Algebra, Expr, TimeExpr, Variable
from optimizer.algebra.linear import quicksum
from optimizer.contract.accounts import CONSTRUCTION, HARDWARE, SITES
from optimizer.instance.opening_position import opening_assets
from optimizer.instance.schema import Instance
from optimizer.model.advances import add_advances
from optimizer.model.capacity_cut import add_capacity_cut
from optimizer.model.cash import add_budgets, add_cash_account, add_cash_balance, bound_cash
from optimizer.model.cash_flows import add_cash_flows
from optimizer.model.choices import add_choices
from optimizer.model.commitments import add_commitments, add_cover, periods_to_cover
from optimizer.model.context import Model
from optimizer.model.contracts import add_contracts
from optimizer.model.convertible import add_convertibles, with_others
from optimizer.model.covenants import Tested, add_covenants
from optimizer.model.dating import add_early_payments
from optimizer.model.debt import add_debt
from optimizer.model.dividends import add_dividends
from optimizer.model.drawable import add_drawable, by_entity, liquidity_periods
from optimizer.model.energy import add_energy
from optimizer.model.equity import add_equity
from optimizer.model.groups import add_accounts, add_groups, bound_accounts, group_book_values
from optimizer.model.hardware import add_hardware
from optimizer.model.interest_in_construction import add_interest_in_construction
from optimizer.model.lendable import add_lendable
from optimizer.model.look_ahead import add_look_ahead, periods_ahead
from optimizer.model.objectives import ObjectiveExpr, Positions, add_objectives
from optimizer.model.partners import add_partners
from optimizer.model.positions import Carried, EquityPosition
from optimizer.model.power import add_power
from optimizer.model.preferred import add_preferred
from optimizer.model.pricing_grid import add_pricing_grid
from optimizer.model.reserves import add_reserves
from optimizer.model.retained import equity_bases
from optimizer.model.security import add_security
from optimizer.model.service import add_service
from optimizer.model.shareholder_value import shareholder_value
from optimizer.model.sites import add_sites
from optimizer.model.stand_alone_tax import asks_stand_alone, stand_alone_tax
from optimizer.model.sweeps import add_sweeps
from optimizer.model.tax import add_tax, unlevered_tax
from optimizer.model.terminal import add_terminal_value
from optimizer.model.ties import add_released


@dataclass(frozen=True)
class BuiltModel:
    """A finished model, its objectives by name, the equity position that dilution is read from, what is not money, all
    that is paid to common shareholders, what could be drawn and what loans yet to be drawn will lend where that counts,
    in all (of what a plan leaves open the most is shown), and what the company puts into its groups.
    """

    model: Model
    objectives: dict[str, ObjectiveExpr]
    equity: EquityPosition
    physical: tuple[Variable | TimeExpr, ...]
    payouts: Expr
    drawable: Expr = 0.0
    contributed: Expr = 0.0


def build(
    instance: Instance,
    algebra: Algebra | None = None,
    asked: Collection[str] = (),
    *,
    relieved: bool = False,
    worth_ordering: Mapping[str, Sequence[float]] | None = None,
) -> BuiltModel:
    """Build the model of an instance whose input has been checked; in ``ArrayModel``, if no other algebra is given.

    ``asked`` are objectives that are to be kept at a value, beside those of the instance. Where tests are ``relieved``,
    each covenant may be broken by an amount, ``Model.relief``. ``worth_ordering`` are the largest orders that anything
    has a use for, by offer and period, where the instance is one of several that share decisions: what another has a
    use for may have to be ordered here.
    The order follows the money: physical blocks, then capital, then what is tested on the whole.
    """
    instance = _in_order(instance)
    model = Model(
        instance, algebra or ArrayModel(), frozenset(asked), relieved, worth_ordering or {}, worth_ordering is not None
    )
    sites = add_sites(model)
    fleet = add_hardware(model, sites)
    add_energy(model, add_power(model, sites, fleet), sites, fleet)
    partners = add_partners(model)
    contracts = add_contracts(model)
    add_choices(model, sites.started, partners.signed, contracts.signed)
    service = add_service(model, fleet, partners, contracts)
    add_capacity_cut(model, sites, fleet, service.total)
    physical = tuple(model.made)
    add_cash_flows(model)
    prepaid = {t: partners.debt[t] + contracts.debt[t] for t in model.span}
    debt = add_debt(model, fleet.leases, prepaid, add_released(model, fleet.retired))
    debt = add_advances(model, debt, contracts)
    equity = add_equity(model, partners, with_others(add_convertibles(model, debt), contracts.shares))
    preferred = add_preferred(model)
    by_bucket: dict[int, Carried] = {}
    charge = add_pricing_grid(model, debt, equity, preferred, by_bucket)
    add_interest_in_construction(model, sites.starts)
    accounts = add_accounts(model)
    account, cash = add_cash_account(model, accounts)
    bound_cash(model, account)
    bound_accounts(model, accounts, account)
    depreciation = sites.tax_depreciation + fleet.tax_depreciation - contracts.taxed_ahead
    tax = add_tax(model, depreciation, debt)
    unlevered = unlevered_tax(model, depreciation) if instance.adjusted_present_value else None
    owed = {t: debt.total(t) + partners.owed[t] + contracts.balance[t] for t in model.span}
    claims = {t: owed[t] + equity.paid_in[t] + preferred.outstanding[t] for t in model.span}
    retained = add_dividends(model, debt, claims, equity.returned, account)
    add_cash_balance(model, cash, accounts)
    own_cash = {e: {t: accounts.cash(e, cash, t) for t in (0, *model.span)} for e in model.entities}
    free = add_reserves(model, debt, own_cash)
    add_early_payments(model, free, accounts)
    add_sweeps(model, debt, add_groups(model, accounts, debt, free))
    add_budgets(model)
    book_value = _book_values(model)
    by_group = group_book_values(model)
    pledge = add_security(model, debt, book_value, by_group)
    basis, carried = sites.tax_basis + fleet.tax_basis, tax.carried_losses_musd + tax.carried_interest_musd
    terminal = add_terminal_value(model, book_value, fleet, service, basis, carried)
    commitments = add_commitments(model, sites.unpaid, partners.signed, contracts.owed_at_end)
    held = Positions(
        debt,
        equity,
        preferred,
        partners,
        cash,
        charge,
        book_value,
        terminal,
        commitments,
        sites.total_value,
        unlevered,
        by_bucket,
    )
    bases = equity_bases(model, {t: held.equity(t) for t in model.span}, claims, retained)
    liquid = liquidity_periods(model) | periods_to_cover(model, sites.unpaid) | periods_ahead(model)
    loans = add_lendable(model, debt)
    lines = add_drawable(model, debt, bases, book_value, by_group, pledge, liquid, loans.whole)
    drawable = by_entity(model, lines, liquid)
    add_look_ahead(model, debt, accounts, free, lines, loans)
    add_cover(model, sites.unpaid, free, drawable)
    stand_alone = stand_alone_tax(model, depreciation) if asks_stand_alone(instance) else None
    add_covenants(model, Tested(debt, bases, free, book_value, drawable, by_group, stand_alone))
    payouts = quicksum(model.ledger.total(("dividend", "return_of_capital"), t) for t in model.span)
    objectives = add_objectives(model, held, *shareholder_value(model, held))
    contributed = quicksum(accounts.paid_in.values())
    counted = quicksum((*drawable.values(), *loans.whole.values()))
    return BuiltModel(model, objectives, equity, physical, payouts, counted, contributed)


def _in_order(instance: Instance) -> Instance:
    """The same instance with its names sorted, so that the order of a file cannot change an answer."""
    return Instance.model_validate(instance.canonical())


def _book_values(model: Model) -> dict[tuple[str, int], Expr]:
    """Net book value of the asset classes that anything asks for, at the end of each period, from the ledger."""
    asked: set[str] = {c for debt in model.instance.debt.values() for c in debt.security or ()}
    asked |= {c for covenant in model.instance.covenants.values() for c in covenant.assets or ()}
    if model.instance.terminal.kind == "book_share":
        asked |= {SITES, CONSTRUCTION, HARDWARE}
    values: dict[tuple[str, int], Expr] = {}
    rows = model.constraints("book_value_roll_forward")
    opening = opening_assets(model.instance)
    for account in (SITES, HARDWARE, CONSTRUCTION):
        if account not in asked:
            continue
        book = model.variables(f"book_value.{account}", model.span)
        for t in model.span:
            values[account, t] = book[t]
            rows.add(book[t] == (book[t - 1] if t > 1 else opening[account]) + model.ledger.movement(account, t))
    return values
