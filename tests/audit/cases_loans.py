"""Cases of debt as it is signed: rates that float, draws with one maturity."""

from __future__ import annotations

from .build import FEE, INTEREST, REVENUE, Case, case, draw, post, repayment, rows


def floating() -> Case:
    """A floor, a swap and a margin; each loan pays the rate of the year on all that is owed, also what was old.

    The reference counts as 3, 3, 5, 6 % where it has a floor of 3 %, half of it is swapped at 4 %.
    """
    interest = {
        # 2 % + half of 3, 5, 6 % + half of 4 %, on 30, 20, 10
        "term": {2027: 30 * 0.055, 2028: 20 * 0.065, 2029: 10 * 0.07},
        "line": {2027: 10 * 0.02, 2028: 10 * 0.06, 2029: 10 * 0.07},
        "old": {2026: 20 * 0.04, 2027: 20 * 0.04, 2028: 20 * 0.08, 2029: 20 * 0.09},
    }
    charges = sum(sum(one.values()) for one in interest.values())
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 80},
            "reference_rates": {"sofr": {"rate_per_year": {2026: 0.01, 2028: 0.05, 2029: 0.06}}},
            "debt": {
                "term": {
                    "kind": "level",
                    "tenor_periods": 3,
                    "floating": {
                        "reference": "sofr",
                        "margin_per_year": 0.02,
                        "floor_per_year": 0.03,
                        "swap": {"share": 0.5, "rate_per_year": 0.04},
                    },
                },
                "line": {
                    "kind": "revolver",
                    "limit_musd": 20,
                    "floating": {"reference": "sofr", "margin_per_year": 0.01},
                },
                "old": {
                    "kind": "bullet",
                    "tenor_periods": 9,
                    "opening_balance_musd": 20,
                    "limit_musd": 0,
                    "floating": {"reference": "sofr", "margin_per_year": 0.03},
                },
            },
        },
        {"debt_draws": rows("instrument period musd", ("term", "2026", 30), ("line", "2026", 10))},
        [
            post("draw.term", draw("term"), {2026: 30}),
            post("repayment.term", repayment("term"), dict.fromkeys((2027, 2028, 2029), 10)),
            post("draw.line", draw("line"), {2026: 10}),
            *(post(f"interest.{name}", INTEREST, one) for name, one in interest.items()),
        ],
        {
            "cost_of_capital": charges,
            "wacc": charges / (30 + 20 + 10 + 3 * 10 + 4 * 20 + 4 * 80),
            "capital_raised": 40,
            "terminal_cash": 100 + 40 - 30 - charges,
            "peak_funding": 60,
        },
    )


def delayed() -> Case:
    """100 and 60 drawn, all repaid by thirds in 2029 … 2031: two of them in the plan; 1 and 2 % on what is undrawn.

    30 of the second draw are prepaid in 2028, when nothing of it has been repaid; 1 % is asked for that. 15 are drawn
    in 2026 as a tranche at 10 %, and are repaid by thirds, too.
    """
    fees = {"commitment": {2026: 0.01 * 200, 2027: 0.02 * (200 - 100 - 15)}, "prepayment": {2028: 0.3}}
    interest = {2027: 6, 2028: 0.06 * 160, 2029: 0.06 * 130, 2030: 0.06 * 130 * 2 / 3}
    dearer = {2027: 1.5, 2028: 1.5, 2029: 1.5, 2030: 1.0}
    charges = sum([*interest.values(), *dearer.values()]) + sum(sum(one.values()) for one in fees.values())
    return case(
        {
            "calendar": {"start": 2026, "periods": 5},
            "opening": {"cash_musd": 150, "paid_in_capital_musd": 150},
            "debt": {
                "ddtl": {
                    "kind": "delayed_draw",
                    "rate_per_year": 0.06,
                    "tenor_periods": 4,
                    "grace_periods": 1,
                    "limit_musd": 200,
                    "last_draw": 2027,
                    "commitment_fee_per_year": {2026: 0.01, 2027: 0.02},
                    "prepayment": {"premium_share": 0.01, "first_prepayment": 2028},
                },
                "dearer": {
                    "tranche_of": "ddtl",
                    "kind": "delayed_draw",
                    "rate_per_year": 0.1,
                    "tenor_periods": 4,
                    "grace_periods": 1,
                    "limit_musd": 20,
                    "last_draw": 2027,
                },
            },
        },
        {
            "debt_draws": rows(
                "instrument period musd", ("ddtl", "2026", 100), ("ddtl", "2027", 60), ("dearer", "2026", 15)
            ),
            "prepayments": rows("instrument drawn period musd", ("ddtl", "2027", "2028", 30)),
            "facilities": rows("instrument signed", ("ddtl", 1)),
        },
        [
            post("draw.ddtl", draw("ddtl"), {2026: 100, 2027: 60}),
            post("repayment.ddtl", repayment("ddtl"), {2028: 30, 2029: 130 / 3, 2030: 130 / 3}),
            post("interest.ddtl", INTEREST, interest),
            post("draw.dearer", draw("dearer"), {2026: 15}),
            post("repayment.dearer", repayment("dearer"), {2029: 5, 2030: 5}),
            post("interest.dearer", INTEREST, dearer),
            *(post(f"fee.{kind}.ddtl", FEE, one) for kind, one in fees.items()),
        ],
        {
            "cost_of_capital": charges,
            "wacc": charges / (5 * 150 + sum(interest.values()) / 0.06 + sum(dearer.values()) / 0.1),
            "capital_raised": 175,
            "net_present_cost": sum(sum(one.values()) for one in fees.values()),
            "terminal_cash": 150 + 160 - 30 - 2 * 130 / 3 + 15 - 2 * 5 - charges,
            "peak_funding": 175,
        },
    )


def reserved() -> Case:
    """Two years of service are kept: of 40 to be repaid by halves in 2028 and 2029, and of 10 to be repaid as a whole.

    At 6 % the loan pays 2.4, 22.4 and 21.2: at the end of 2026 the next two are 24.8, of 2027 43.6, of 2028 21.2. The
    bullet pays 0.5 a year until 2031, a balloon, and 1 is kept. 5 of the 10 are prepaid at the end of 2027.
    """
    interest = {"level": {2027: 2.4, 2028: 2.4, 2029: 1.2}, "bullet": {2027: 0.5, 2028: 0.25, 2029: 0.25}}
    charges = sum(sum(one.values()) for one in interest.values())
    cash = [100 + 50, 150 - 2.9 - 5, 150 - 2.9 - 5 - 22.65, 150 - 2.9 - 5 - 22.65 - 21.45]
    kept = [24.8 + 1, 43.6 + 0.5, 21.2 + 0.5, 0.5]
    reserve = {"service_periods": 2}
    least = [musd - own - 1e-3 for musd, own in zip(cash, kept, strict=True)]
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "cash": {"minimum_musd": list(least)},
            "debt": {
                "level": {
                    "kind": "level",
                    "rate_per_year": 0.06,
                    "tenor_periods": 3,
                    "grace_periods": 1,
                    "service_reserve": reserve,
                },
                "bullet": {
                    "kind": "bullet",
                    "rate_per_year": 0.05,
                    "tenor_periods": 5,
                    "limit_musd": 10,
                    "service_reserve": reserve,
                    "prepayment": {},
                },
            },
            "covenants": {"liquidity": {"kind": "minimum_liquidity", "minimum": least}},
        },
        {
            "debt_draws": rows("instrument period musd", ("level", "2026", 40), ("bullet", "2026", 10)),
            "prepayments": rows("instrument drawn period musd", ("bullet", "2026", "2027", 5)),
        },
        [
            post("draw.level", draw("level"), {2026: 40}),
            post("draw.bullet", draw("bullet"), {2026: 10}),
            post("repayment.level", repayment("level"), {2028: 20, 2029: 20}),
            post("repayment.bullet", repayment("bullet"), {2027: 5}),
            *(post(f"interest.{name}", INTEREST, one) for name, one in interest.items()),
        ],
        {
            "cost_of_capital": charges,
            "wacc": charges / (4 * 100 + 40 + 40 + 20 + 10 + 5 + 5),
            "capital_raised": 50,
            "terminal_cash": cash[-1],
            "peak_funding": 50,
        },
    )


def lettered() -> Case:
    """A year of service: of 40 by halves by letters of credit and cash, of the interest on 10 by a line held ready.

    ==========================  ======  ======  ======
    at the end of                 2026    2027    2028
    ==========================  ======  ======  ======
    20 and 6 % to come            22.4    21.2       –
    letters, at 2 % a year          20      15       –
    in cash                        2.4     6.2       –
    interest on 10 to come         0.5     0.5     0.5
    held ready                     0.5     0.5     0.5
    drawn of the line                –       5       –
    left of 20.5                     –       –      20
    1 % of what was not used     0.205   0.005   0.005
    ==========================  ======  ======  ======
    """
    interest = {"l": {2027: 2.4, 2028: 1.2}, "b": {2027: 0.5, 2028: 0.5}, "line": {2028: 0.5}}
    fees = {"commitment": {2026: 0.205, 2027: 0.005, 2028: 0.005}, "letter_of_credit": {2027: 0.4, 2028: 0.3}}
    paid = sum(sum(one.values()) for one in fees.values())
    charges = sum(sum(one.values()) for one in interest.values()) + paid
    cash = [150 - 0.205]
    cash.append(cash[0] + 5 - 20 - 2.4 - 0.5 - 0.405)
    cash.append(cash[1] - 5 - 20 - 1.2 - 0.5 - 0.5 - 0.305)
    least = [musd - kept - 1e-3 for musd, kept in zip(cash, (2.4, 6.2, 0.0), strict=True)]
    reserve = {"service_periods": 1, "facility": "line"}
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "cash": {"minimum_musd": least},
            "debt": {
                "l": {"kind": "level", "rate_per_year": 0.06, "tenor_periods": 2, "service_reserve": reserve},
                "b": {"kind": "bullet", "rate_per_year": 0.05, "tenor_periods": 5}
                | {"service_reserve": reserve | {"facility_by": "standby"}},
                "line": {"kind": "revolver", "rate_per_year": 0.1, "limit_musd": 20.5}
                | {"commitment_fee_per_year": 0.01, "letter_of_credit_fee_per_year": 0.02},
            },
            "covenants": {
                "liquidity": {"kind": "minimum_liquidity", "minimum": cash[-1] + 20 - 1e-3, "first_test": 2028}
            },
        },
        {
            "debt_draws": rows("instrument period musd", ("l", "2026", 40), ("b", "2026", 10), ("line", "2027", 5)),
            "debt_repayments": rows("instrument period musd", ("line", "2028", 5)),
            "facilities": rows("instrument signed", ("line", 1)),
            "reserve_cover": rows(
                "instrument period musd",
                ("l", "2026", 20),
                ("l", "2027", 15),
                *(("b", str(t), 0.5) for t in (2026, 2027, 2028)),
            ),
            "drawable": rows("instrument period musd", ("line", "2028", 20)),
        },
        [
            post("draw.l", draw("l"), {2026: 40}),
            post("draw.b", draw("b"), {2026: 10}),
            post("draw.line", draw("line"), {2027: 5}),
            post("repayment.l", repayment("l"), {2027: 20, 2028: 20}),
            post("repayment.line", repayment("line"), {2028: 5}),
            *(post(f"interest.{name}", INTEREST, one) for name, one in interest.items()),
            *(post(f"fee.{kind}.line", FEE, one) for kind, one in fees.items()),
        ],
        {
            "cost_of_capital": charges,
            "wacc": charges / (3 * 100 + 40 + 20 + 10 + 10 + 5),
            "capital_raised": 55,
            "net_present_cost": paid,
            "terminal_cash": cash[-1],
            "peak_funding": 50,
        },
    )


def ballooned() -> Case:
    """A quarter of 40 is a balloon: 15 and 10 % in 2027, 15 + 10 and 10 % of 25 in 2028, of which 12 are refinanced.

    A year of service is kept, 19 and then 17.5 without the balloon. The cover of 2028 is 30 over 17.5: the balloon is
    no service, and what is drawn then repays it. Most falls due in 2028: 25.
    """
    interest = {"l": {2027: 4.0, 2028: 2.5}, "next": {2029: 0.6}}
    cash = [140.0, 140 + 30 - 19, 151 + 30 - 27.5 + 12, 165.5 + 30 - 0.6]
    least = [musd - kept - 1e-3 for musd, kept in zip(cash, (19, 17.5, 0, 0), strict=True)]
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "cash": {"minimum_musd": least},
            "cash_flows": {"rent": {"kind": "operating", "musd_per_period": [0, 30, 30, 30]}},
            "debt": {
                "l": {"kind": "level", "rate_per_year": 0.1, "tenor_periods": 2, "balloon_share": 0.25}
                | {"service_reserve": {"service_periods": 1}},
                "next": {"kind": "bullet", "rate_per_year": 0.05, "tenor_periods": 5, "refinances": ["l"]},
            },
            "covenants": {
                "cover": {"kind": "dscr", "minimum": 30 / 17.5 - 1e-3, "first_test": 2028, "last_test": 2028}
            },
        },
        {
            "debt_draws": rows("instrument period musd", ("l", "2026", 40), ("next", "2028", 12)),
            "refinancings": rows("instrument refinanced period musd", ("next", "l", "2028", 12)),
        },
        [
            post("given.rent", REVENUE, dict.fromkeys((2027, 2028, 2029), 30.0)),
            post("draw.l", draw("l"), {2026: 40}),
            post("draw.next", draw("next"), {2028: 12}),
            post("repayment.l", repayment("l"), {2027: 15, 2028: 25}),
            *(post(f"interest.{name}", INTEREST, one) for name, one in interest.items()),
        ],
        {
            "cost_of_capital": 7.1,
            "wacc": 7.1 / (4 * 100 + 40 + 25 + 12),
            "capital_raised": 52,
            "net_present_cost": -90,
            "terminal_cash": cash[-1],
            "peak_funding": 40,
        },
    )


LOANS = {"floating": floating, "delayed": delayed, "reserved": reserved, "lettered": lettered, "ballooned": ballooned}
