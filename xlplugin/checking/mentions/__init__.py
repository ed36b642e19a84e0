"""What the prose says about the numbers of the tables (DOMAIN 2.4).

A mention is taken only where the wording leaves one reading: the number behind its verb, never across a clause; parts
after 其中 and by channel or applicant are not totals; reviews of other people’s cases, petitions and hotlines are not
applications.  What is doubtful is left alone: a missed sentence costs little, a false alarm costs trust.
"""

from __future__ import annotations

from collections.abc import Iterator

from xlplugin.checking.mentions.applications import applications
from xlplugin.checking.mentions.disputes import disputes
from xlplugin.checking.mentions.documents import documents
from xlplugin.checking.mentions.none_received import none_received
from xlplugin.checking.mentions.wording import REQUEST, Mention, clauses, runs
from xlplugin.checking.sentences import Sentence

__all__ = ["Mention", "mentions"]


def mentions(sentence: Sentence, year: int | None = None) -> Iterator[Mention]:
    """Everything that one sentence says about the tables of a report for `year`; other years are left alone."""
    yield from disputes(sentence)
    yield from documents(sentence, year)
    if REQUEST.search(sentence.folded) or sentence.topic == "依申请公开":
        yield from none_received(sentence)
        for run in runs(sentence.folded):
            yield from applications(sentence, clauses(run), year)
