"""The rules on the numbers of one report as one question: could any of them say something?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from xlplugin.merging.filed import Number
from xlplugin.merging.plan import Plan


@lru_cache(maxsize=8)
def quiet(shape: Plan) -> Callable[[Sequence[Number]], bool]:
    """A function that answers True only for numbers (each ≥ 0) that no rule on numbers objects to.

    Wider than the rules on purpose: a False costs time, a wrong True would hide a finding (a test holds it to that).
    """
    return _compiled([f"{_sum(b.left)} == {_sum(b.right)}" for b in shape.balances] + _terms(shape))


@lru_cache(maxsize=8)
def relations_hold(shape: Plan) -> Callable[[Sequence[Number]], bool]:
    """The same without the balances, for a report with blanks, where some balances are open."""
    return _compiled(_terms(shape))


def _compiled(terms: list[str]) -> Callable[[Sequence[Number]], bool]:
    source = "lambda n: not any(n) or (" + " and ".join(terms) + ")"
    made: Callable[[Sequence[Number]], bool] = eval(compile(source, "<rules of the form>", "eval"))
    return made


def _terms(shape: Plan) -> list[str]:
    at = {c: i for i, c in enumerate(shape.cells)}
    needed = ["applications.new.total", "applications.handled.total", "disputes.litigation_direct.total"]
    if not all(c in at for c in needed):
        return ["False"]
    terms = [f"n[{at[c]}] == 0" for c in shape.rule_power]
    terms += [f"n[{i}] < 1000" for c, i in at.items() if c in shape.decimal]
    return terms + _relations(at)


def _sum(side: Sequence[int]) -> str:
    return " + ".join(f"n[{i}]" for i in side)


def _relations(at: dict[str, int]) -> list[str]:
    """T2-NEG, T2-PUB, T2-EFF, T3-BACK, T3-OUT, T3-MISC, T3-ZERO, T4-2024, T4-CODEF, each a little wider than the rule."""
    terms = []
    for c, i in at.items():
        table, row, column = c.split(".")
        if column == "in_force" and f"{table}.{row}.issued" in at:
            terms.append(f"(n[{at[f'{table}.{row}.issued']}] == 0 or n[{i}] > 0)")
        if column == "public_total":
            terms.append(f"n[{i}] >= n[{at[f'{table}.{row}.published']}]")
        if row == "carried_in":
            terms.append(f"n[{at[f'{table}.handled.{column}']}] >= n[{i}]")
        if row == "other_rest" and column == "total":
            terms.append(f"n[{i}] < 5")
    new, old, out = (at[f"applications.{r}.total"] for r in ("new", "carried_in", "carried_out"))
    terms.append(f"2 * n[{out}] <= n[{new}]")
    disputes = [i for c, i in at.items() if c.startswith("disputes.")]
    terms.append(f"(n[{new}] + n[{old}] > 0 or not ({_sum(disputes)}))")
    return [*terms, *(f"n[{at[f'disputes.{r}.total']}] == 0" for r in ("litigation_direct", "litigation_after_review"))]
