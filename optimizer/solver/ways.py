"""How HiGHS searches, by what is known and by the size of the matrix, and what is tried where it fails: its options."""

from __future__ import annotations

from typing import Any

TOLERANCE = 1e-9
"""Primal and dual feasibility of the linear programmes that plans are read from."""

SECOND_TRIES: tuple[dict[str, Any], ...] = (
    {"primal_feasibility_tolerance": 1e-8, "dual_feasibility_tolerance": 1e-8},
    {"primal_feasibility_tolerance": 1e-7, "dual_feasibility_tolerance": 1e-7},
    {"solver": "ipm"},
)
"""What is tried when a linear programme cannot be decided at TOLERANCE; the audit judges what comes of it."""

UNREDUCED: dict[str, Any] = {"presolve": "off"}
"""Where presolve finds nothing feasible, or breaks a row: it moves narrow columns to their ends."""

SECOND_SEARCHES: tuple[dict[str, Any], ...] = (
    {"primal_feasibility_tolerance": 1e-7, "small_matrix_value": 1e-9},
    UNREDUCED,
)
"""What is tried when a search ends in an error: HiGHS keeps to the tolerance of a tree while it searches, then holds
the plan that it has against TOLERANCE; and what presolve made of it may break a row when it is carried back. Plans are
read from linear programmes at TOLERANCE all the same."""

SEARCH: dict[str, Any] = {
    "mip_heuristic_effort": 0.15,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_allow_cut_separation_at_nodes": False,
    "mip_allow_restart": False,
}
"""The search from nothing: plans come from the root's reduced costs, from the tree, and from where plan and relaxation
agree (RINS). Bounds close within some hundred nodes, so what makes a node or the root dear is left out."""

MANY_INTEGERS = 1000
SEARCH_LARGE: dict[str, Any] = {
    **SEARCH,
    "mip_heuristic_run_rens": True,
    "mip_heuristic_run_feasibility_jump": True,
}
"""From nothing, with more than MANY_INTEGERS: a node takes so long that plans have to come from rounding the root."""

MANY_COLUMNS = 5000
BY_INTERIOR_POINT: dict[str, Any] = {"solver": "ipm"}
FIRST_BY_INTERIOR_POINT: dict[str, Any] = {"mip_lp_solver": "ipm", "mip_ipm_solver": "ipx"}
"""A linear programme, and a tree's first, with more than MANY_COLUMNS. Only capital costs anything, so that most
columns cost nothing, and the dual simplex method makes very many steps that gain nothing."""

VERY_MANY_COLUMNS = 20_000
"""With more a plan comes from a kernel, and its proof from one tree. 200 sites by year have 6,693 columns over sums:
this way they would take 36 processor seconds for 22; ten years by month have 42,004."""

WITH_START: dict[str, Any] = {**SEARCH, "mip_heuristic_run_root_reduced_cost": False}
"""The search of one who has a plan: a first one need not be made at the root."""

LITTLE_ROOM: dict[str, Any] = {"mip_feasibility_tolerance": TOLERANCE}
"""Where levels before are held to a dollar: to a tree of the usual tolerance that can be nothing, and then it ends with
the plan that it was given, and calls it the best."""

PROOF_ONLY: dict[str, Any] = {**WITH_START, "mip_heuristic_effort": 0.0, "mip_heuristic_run_rins": False}
"""The search of one who has a good plan and wants to know that there is no better one."""

CHEAP_NODES: dict[str, Any] = {"mip_pscost_minreliable": 2}
"""The search of a part, in which most is decided: what a node would learn by strong branching is learned by more nodes.
"""
