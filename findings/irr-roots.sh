#!/usr/bin/env bash
# pyxirr 0.10.8: irr() names one rate where there are two, and none where there is exactly one.
#
# Expected: with a guess beside a root, that root; and a rate wherever the present value changes its sign once.
# Seen: −1000, 2500, −1540 has the roots 10 % and 40 %. irr() gives 40 % for every guess, and 10 % for the same flows
# with all signs turned, which have the same roots. And −10, then 1 a period for 19 periods but for −499 in the 15th,
# has one root, −77.46 % (the roots of its polynomial are isolated exactly): irr() gives None.
# Here: capstack looks for all sign changes of the present value, and names every root, or says why there is none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyxirr==0.10.8 sympy==1.14.0
"$folder/venv/bin/python" - <<'PYTHON'
from pyxirr import irr
from sympy import Poly, Rational, symbols


def roots(flows):
    """The rates per period: each root of the present value in x = 1 / (1 + rate), isolated exactly."""
    found = Poly(flows[::-1], symbols("x")).intervals(eps=Rational(1, 10**9))
    return sorted(float(2 / (low + high) - 1) for (low, high), _ in found if low > 0)


two = [-1000, 2500, -1540]
turned = [-flow for flow in two]
guesses = (0.0, 0.05, 0.1, 0.2, 0.4, 1.0)
print("roots of", two, [round(root, 6) for root in roots(two)])
print("irr", [irr(two, guess=guess) for guess in guesses])
print("irr of the same, signs turned", [irr(turned, guess=guess) for guess in guesses])
assert [round(root, 6) for root in roots(two)] == [round(root, 6) for root in roots(turned)] == [0.1, 0.4]
assert {round(irr(two, guess=guess), 6) for guess in guesses} == {0.4}
assert {round(irr(turned, guess=guess), 6) for guess in guesses} == {0.1}

one = [-10] + [1] * 19
one[15] -= 500
print("roots of", one, [round(root, 6) for root in roots(one)])
print("irr", irr(one))
assert [round(root, 4) for root in roots(one)] == [-0.7746]
assert irr(one) is None
PYTHON
