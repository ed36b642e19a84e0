"""The rule registry: every rule once, with a basis, words in two languages, and its place in the rule book."""

from __future__ import annotations

import re

import pytest

from xlplugin.checking import RULES, Settings, rule
from xlplugin.checking.registry import TAGS, finding
from xlplugin.checking.rulebook import markdown
from xlplugin.checking.selfcheck import follows, forced
from xlplugin.finding import Severity
from xlplugin.form import Form, forms

FORMS = sorted(forms())
# The ids and severities of the domain description, copied from it by hand and not from the registry.
EXPECTED = {
    "强制": "T3-COL T3-SUM T3-ROW T4-SUM V-INT V-FEE V-TEXT V-NIL V-FORM T2-NEG",
    "准强制": "V-BLANK V-COVER T2-RULE XY-T3 DOC-SIX",
    "核实": "T2-PUB T2-EFF T3-BACK FEE-YUAN FEE-INFO FEE-R62 XY-T2 XY-ITEMS XY-COPY NAR-NEW NAR-IN NAR-DONE NAR-OUT NAR-NONE "
    "NAR-REV NAR-LIT NAR-DOC NAR-YEAR NAR-COPY DOC-SEC5 DOC-FEE DOC-YEAR",
    "提示": "V-TOTAL LOC-MANY T3-OUT T3-MISC T3-ZERO T4-2024 T4-CODEF XY-T4 XY-SWING XY-FMT XY-YEAR DOC-BASIS DOC-LEN DUE-0131 DUE-0331",
}


def test_every_rule_of_the_domain_is_there_once_with_its_severity():
    assert {(r.id, str(r.severity)) for r in RULES} == {(i, s) for s, ids in EXPECTED.items() for i in ids.split()}
    assert len({r.id for r in RULES}) == len(RULES)


@pytest.mark.parametrize("about", RULES, ids=lambda r: r.id)
def test_a_rule_says_its_basis_and_speaks_both_languages(about):
    assert about.tags and set(about.tags) <= set(TAGS)
    assert len(about.basis) >= 6
    for words in (about.title, about.message, about.fix):
        assert re.search(r"[\u4e00-\u9fff]", words.zh) or "{" in words.zh
        assert words.en
    zh, en = (set(re.findall(r"{(\w+)}", w)) for w in (about.message.zh, about.message.en))
    assert en - zh <= {"id", "gap", "count"}


@pytest.mark.parametrize("about", [r for r in RULES if r.only_practice], ids=lambda r: r.id)
def test_what_only_practice_supports_does_not_block_unless_it_says_why(about):
    assert not about.may_block or about.why_blocks
    assert about.severity is not Severity.FORCED


def test_thresholds_are_settings_and_every_threshold_is_named_by_a_rule():
    named = {t for r in RULES for t in r.thresholds}
    assert named <= set(Settings.model_fields)
    own = set(Settings.model_fields) - {"lang", "off", "suspects", "explanation_chars"}
    assert own == named


def test_prose_rules_never_force():
    assert all(r.severity in (Severity.VERIFY, Severity.NOTICE) for r in RULES if r.id.startswith("NAR-"))


def test_rules_are_in_force_by_form_and_year():
    assert rule("T4-2024").in_force("2021", 2024) and not rule("T4-2024").in_force("2021", 2023)
    assert not rule("T4-2024").in_force("2021", None)
    assert rule("T2-NEG").in_force("2019", 2020) and not rule("T2-NEG").in_force("2021", 2024)
    assert rule("DOC-FEE").in_force("2021", 2021) and not rule("DOC-FEE").in_force("2019", 2020)


def test_a_family_is_found_with_its_suffix_and_an_unknown_id_is_not():
    assert rule("T3-SUM.total") is rule("T3-SUM")
    with pytest.raises(KeyError):
        rule("T9-NONE")


def test_english_words_on_request():
    said = finding("V-TOTAL", settings=Settings(lang="en"), count=3).message
    assert "3 totals" in said and not re.search(r"[\u4e00-\u9fff]", said)


def test_redundant_balances_are_known():
    """39 balances of table three have rank 37: the 总计 column of two kinds of balance repeats the rest."""
    for form in forms().values():
        found = follows(form)
        assert len(found) == 2, found
        assert all(b.startswith("T3-") for b in found)
        assert len([b for b in form.balances if b.table == "applications"]) - len(found) == {"2021": 37, "2019": 35}[form.id]


def test_a_redundant_balance_does_follow():
    """Where the others hold, it holds: shown on the sum of the balances it is said to follow from."""
    form = forms()["2021"]
    for balance, sources in follows(form).items():
        cells = {c for b in sources for c in form.balance[b].cells}
        assert set(form.balance[balance].cells) <= cells


@pytest.mark.parametrize("form_id", FORMS)
def test_no_cell_is_forced_to_zero(form_id):
    assert forced(forms()[form_id]) == ()


def test_a_contradiction_is_seen():
    """新收 + 结转 = 0 on the right: a form whose flow says so leaves cells no value but 0."""
    form = forms()["2021"]
    table = form.table["disputes"]
    row = table.blocks[0].rows[0].model_copy(update={"sums": ("litigation_direct", "litigation_after_review"), "rule": "X-1"})
    flow = (
        form.table["applications"]
        .flows[0]
        .model_copy(update={"rule": "X-2", "left": ("review",), "right": ("litigation_direct",)})
    )
    block = table.blocks[0].model_copy(update={"rows": (row, *table.blocks[0].rows[1:])})
    bent = table.model_copy(update={"blocks": (block,), "flows": (flow,)})
    wrong = Form.model_validate(form.model_dump() | {"tables": [*(t.model_dump() for t in form.tables[:-1]), bent.model_dump()]})
    assert "disputes.litigation_after_review.upheld" in forced(wrong)


def test_the_rule_book_has_every_rule_once():
    book = markdown()
    assert all(book.count(f"### {r.id} ") == 1 for r in RULES)
