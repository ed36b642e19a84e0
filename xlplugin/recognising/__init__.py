"""Grids of strings and prose → a report, by the official labels.  Pure; knows no file format.

A cell that cannot be placed for certain is never guessed: it is `unread` (or `text`), with a finding that says what was
seen, where, and what to do.
"""

from xlplugin.recognising.labels.stream import CONTINUED, EMPTY_LINE, VAGUE, Grid
from xlplugin.recognising.recogniser import recognise, recognise_all
from xlplugin.recognising.rules import RULES, ImportRule

__all__ = ["CONTINUED", "EMPTY_LINE", "RULES", "VAGUE", "Grid", "ImportRule", "recognise", "recognise_all"]
