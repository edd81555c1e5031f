"""The ledger of the plan against the replayed one, line by line, and its balance sheet.

Each fault is reported by one rule: a wrong amount by the rule of the business that owns the line, a line that should
not be there by ``ledger.extra``, a right amount on a wrong item, mark or pair of accounts by ``ledger.entries``, and
money posted to an account that does not exist by ``ledger.balance``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from optimizer.auditing.reading import LedgerRow
from optimizer.auditing.replay import Entry, Replay
from optimizer.auditing.report import rule
from optimizer.auditing.tolerances import BALANCE, MONEY, ZERO

EXTRA = rule("ledger.extra", "The ledger has no line that does not follow from the decisions.", "musd", MONEY)
ENTRIES = rule(
    "ledger.entries", "Each line has its item, corporate mark and group, and moves its two accounts.", "musd", MONEY
)
BALANCED = rule(
    "ledger.balance",
    "Assets equal liabilities plus equity in every period, and no money lies on an account outside the balance sheet.",
    "musd",
    BALANCE,
)

ASSETS = (
    *("cash", "deposits", "construction_in_progress", "hardware", "leased_hardware", "sites"),
    *("shares_given", "other_assets"),
)
EQUITY = ("paid_in_capital", "preferred_equity", "retained_earnings")

Split = dict[Entry, Decimal]


def check_ledger(replay: Replay, rows: Iterable[LedgerRow]) -> None:
    """Compare both ways; to be called when every area has posted."""
    rows = tuple(rows)
    instance = replay.instance
    leases = (name for name, offer in instance.hardware.items() if offer.lease and offer.lease.counts_as_debt)
    partners = (name for name, partner in instance.partners.items() if partner.kind == "compute")
    accounts = {
        *ASSETS,
        *EQUITY,
        *(f"debt.{name}" for name in instance.debt),
        *(f"lease.{name}" for name in leases),
        *(f"partner.{name}" for name in partners),
        *(f"contract.{name}" for name in instance.contracts),
    }
    written: dict[tuple[str, int], Split] = defaultdict(dict)
    astray: set[tuple[str, int]] = set()
    for row in rows:
        entry, musd = _upright(Entry(row.item, row.debit, row.credit, row.corporate, row.group), row.musd)
        split = written[row.line, row.t]
        split[entry] = split.get(entry, ZERO) + musd
        if not {row.debit, row.credit} <= accounts:
            astray.add((row.line, row.t))
    _compare(replay, written, astray)
    _check_balance(replay, rows, accounts)


def _upright(entry: Entry, musd: Decimal) -> tuple[Entry, Decimal]:
    """A negative posting is a positive one the other way round."""
    return (replace(entry, debit=entry.credit, credit=entry.debit), -musd) if musd < 0 else (entry, musd)


def _compare(replay: Replay, written: dict[tuple[str, int], Split], astray: set[tuple[str, int]]) -> None:
    findings = replay.findings
    for (line, t), entries in replay.book.lines.items():
        expected: Split = defaultdict(Decimal)
        for entry, musd in entries.items():
            upright, amount = _upright(entry, musd)
            expected[upright] += amount
        found = written.get((line, t), {})
        total, total_found = sum(expected.values(), ZERO), sum(found.values(), ZERO)
        judge, magnitude = replay.book.judges[line, t]
        findings.equal(judge, line, t, total_found, total, magnitude)
        agrees = abs(total - total_found) <= MONEY.of(max(total, magnitude))
        if agrees and (line, t) not in astray:
            for entry in expected.keys() | found.keys():
                findings.equal(
                    ENTRIES, line, t, found.get(entry, ZERO), expected.get(entry, ZERO), max(total, magnitude)
                )
    for (line, t), found in written.items():
        due = (line, t) in replay.book.lines
        findings.record(EXTRA, line, t, ZERO if due else sum(found.values(), ZERO))


def _check_balance(replay: Replay, rows: tuple[LedgerRow, ...], accounts: set[str]) -> None:
    """Roll the plan's own postings forward from the opening balance sheet."""
    moves: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        moves[row.t][row.debit] += row.musd
        moves[row.t][row.credit] -= row.musd
    balance: dict[str, Decimal] = defaultdict(Decimal, replay.book.opening)
    for t in range(replay.last + 1):
        for account, musd in moves[t].items():
            balance[account] += musd
        assets = sum((balance[name] for name in ASSETS), ZERO)
        claims = -sum((balance[name] for name in accounts.difference(ASSETS)), ZERO)
        outside = sum((abs(musd) for name, musd in balance.items() if name not in accounts), ZERO)
        replay.findings.record(BALANCED, "balance sheet", t, max(abs(assets - claims), outside))
