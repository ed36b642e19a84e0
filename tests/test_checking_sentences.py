"""What the reader of prose takes from a labelled set of sentences: precision and recall, stated and held."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from xlplugin.checking.mentions import mentions
from xlplugin.checking.sentences import sentences

LABELLED = yaml.safe_load((Path(__file__).parent / "labelled_sentences.yaml").read_text("utf-8"))
HEADINGS = {"依": "（二）依申请公开。", "主": "（一）主动公开。", "监": "（五）监督保障。", "无": ""}


def taken(case: dict) -> Counter:
    """(rule, number) of everything the reader takes from a sentence."""
    text = f"{HEADINGS[case['t']]}{case['s']}。"
    return Counter(
        (f"{m.rule}.{m.kind}" if m.rule == "NAR-DOC" else m.rule, m.value) for s in sentences(text) for m in mentions(s, 2024)
    )


def scored(cases: list[dict]) -> tuple[int, int, int, list[str]]:
    """True, false and missed mentions, and the sentences that were misread."""
    true = false = missed = 0
    misread = []
    for case in cases:
        got, should = taken(case), Counter(case["says"].items())
        true += sum((got & should).values())
        false += sum((got - should).values())
        missed += sum((should - got).values())
        if got != should:
            misread.append(f"{case['s']}: 多 {dict(got - should)} 少 {dict(should - got)}")
    return true, false, missed, misread


def group(held_out: bool) -> list[dict]:
    return [c for c in LABELLED if bool(c.get("held_out")) is held_out]


def test_the_set_is_large_enough_and_has_no_doubles():
    assert len(LABELLED) >= 150
    assert len({(c["t"], c["s"]) for c in LABELLED}) == len(LABELLED)


@pytest.mark.parametrize(("held_out", "precision", "recall"), [(False, 0.98, 0.95), (True, 0.95, 0.95)])
def test_precision_and_recall(held_out, precision, recall):
    true, false, missed, misread = scored(group(held_out))
    assert true / (true + false) >= precision, misread
    assert true / (true + missed) >= recall, misread
