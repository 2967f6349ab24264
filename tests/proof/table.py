# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The proofs: a row for each harness, and what is meant where a check of arithmetic says no."""
import dataclasses
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 600  # the longest that one may take


@dataclasses.dataclass(frozen=True)
class Proof:
    """module and name: of the harness. rules: what it proves. unwind: no loop goes round more
    often, which is proved too. mutants: (file, what, what instead, words of what it breaks)."""
    module: str
    name: str
    rules: str
    unwind: int
    mutants: tuple
    quick: bool = True
    seconds: int = 2
    unwindset: tuple = ()
    flags: tuple = ()

    @property
    def source(self):
        return HERE / f"prove_{self.module}.c"


HFSCR = "src/hfscr.c"

PROOFS = [
    Proof("hfscr", "validate", "R1", 65, (
        (HFSCR, r"policy->lazy & policy->emulated & ~HVP_HFSCR_CAUSE", "0", "R1: a policy"),
        (HFSCR, r"(return cause \| absent) \| twice", r"\1", "R1: a policy"),
        (HFSCR, r"if \(cause\)\n.*\n", "", "finding that refuses"),
    ), seconds=9),
    Proof("hfscr", "assign", "R1, R20", 65, (
        (HFSCR, r"policy->lazy &= ~bit;", "", "R1: a sound policy"),
        (HFSCR, r"strategy > HVP_STRATEGY_EMULATED", "strategy > 4", "R1: "),
    )),
    Proof("hfscr", "sanitise", "R2", 65, (
        (HFSCR, r"requested & \(policy->present \| HVP_HFSCR_CAUSE\)",
         "requested & policy->present", "R2: IC passes"),
        (HFSCR, r"requested & \(policy->present \|", "requested | (policy->present &",
         "R2: sanitise never adds"),
    )),
    Proof("hfscr", "effective", "R3", 65, (
        (HFSCR, r"policy->lazy & ~resident\) \| policy->emulated", "policy->lazy & ~resident)",
         "R3: asked"),
        (HFSCR, r"\(policy->present & ~off\) \| HVP", "~off | HVP", "R3: the hardware gets"),
    )),
    Proof("hfscr", "restore", "R4", 65, (
        (HFSCR, r"vector != HVP_VECTOR_HFU", "vector != HVP_VECTOR_HEAI", "R4: IC"),
        (HFSCR, r"hvp_hfscr_sanitise\(policy, requested\), vector", "requested, vector",
         "R4: reserved bits"),
    )),
    Proof("hfscr", "decide", "R6", 65, (
        (HFSCR, r"cause >= HVP_FACILITIES", "cause > HVP_FACILITIES", "R6: what is no"),
        (HFSCR, r"cause >= HVP_FACILITIES", "cause > 255", "shift"),
        (HFSCR, r"policy->lazy & ~resident & bit", "policy->lazy & bit", "R6: the action"),
    )),
]

# Where the check of one kind of arithmetic fails on purpose: (function, what CBMC says).
INTENDED = []

# Modules without decisions of their own.
NOT_PROVED = set()
