"""The quick ways of folding and of seeking labels give what the plain ways give."""

from __future__ import annotations

import re
import unicodedata
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from xlplugin.form import forms
from xlplugin.recognising.around.wording import plain
from xlplugin.recognising.labels.folding import end_in, offset_in, skeleton
from xlplugin.recognising.labels.lexicon import lexicon, one_of
from xlplugin.recognising.rows.layout import layout

LIKE_REPORTS = st.text("政府信息公開办理结果處理（一）1.２㈡①，。：；%％ \n\xa0\u3000ａé\u0301〔〕…㎡", max_size=200)
TEXTS = LIKE_REPORTS | st.text(max_size=120)


def in_skeleton(text: str) -> list[str]:
    return [skeleton(c) for c in text]


@given(TEXTS)
def test_the_skeleton_of_a_text_is_that_of_its_characters(text):
    assert skeleton(text) == "".join(in_skeleton(text))


@given(TEXTS, st.integers(0, 210))
def test_a_place_in_the_skeleton_is_found_in_the_text(text, offset):
    before, kept = 0, []
    for char in in_skeleton(text):
        kept.append((before, len(char)))
        before += len(char)
    assert end_in(text, offset) == next((i for i, (n, _) in enumerate(kept) if n >= offset), len(text))
    assert offset_in(text, offset) == next((i for i, (n, wide) in enumerate(kept) if n >= offset and wide), len(text))


@given(TEXTS)
def test_plain_is_the_normal_form_without_white_space(text):
    normal = "".join(unicodedata.normalize("NFKC", text).split())
    assert plain(text) == normal.replace("，", ",").replace("〔", "[").replace("〕", "]")


@given(st.sets(st.text("abc", min_size=1, max_size=5), min_size=1), st.text("abc", max_size=40))
def test_the_longest_word_is_found_wherever_it_stands(words, text):
    longest_first = re.compile("|".join(sorted(words, key=len, reverse=True)))
    assert re.findall(one_of(words), text) == longest_first.findall(text)


def test_every_label_of_every_form_is_found_whole():
    for known in forms():
        words = lexicon(known)
        assert all((m := words.pattern.match(s)) and m.group() == s for s in words.labels)
        mixed = "".join(Random(known).sample(sorted(words.labels), len(words.labels)))
        longest_first = re.compile("|".join(map(re.escape, sorted(words.labels, key=len, reverse=True))))
        assert words.pattern.findall(mixed) == longest_first.findall(mixed)


def test_the_layout_of_a_table_is_the_forms():
    for known in forms().values():
        for table in known.tables:
            cells, within, counted = layout(known.id, table.key)
            assert [c for row in cells.values() for c in row] == [c.id for c in known.cells if c.table == table.key]
            own = [(k, b) for b in known.balances for k, row in cells.items() if set(b.cells) <= set(row)]
            assert sorted((k, b.id) for k, row in within.items() for b in row) == sorted((k, b.id) for k, b in own)
            amounts = {c.id for c in known.cells if c.decimal}
            assert [c for row in counted.values() for c in row] == [c for row in cells.values() for c in row if c not in amounts]
