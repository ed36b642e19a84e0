"""A text in a number cell, as a formula reads it: the same keystrokes are numbers here as in xlplugin.numerals."""

from __future__ import annotations

_MOST_SPACE = ('"　"', '"\u00a0"', '" "')
_MOST = 24  # keystrokes that are looked at; a number has at most 15 digits
_DIGITS = 15
_ZERO = ("零", "〇")


def keystrokes(reference: str) -> str:
    """A cell's text in half width without white space; nothing for a blank."""
    text = f'SUBSTITUTE(ASC(CLEAN({reference})),"−","-")'
    for space in _MOST_SPACE:
        text = f'SUBSTITUTE({text},{space},"")'
    return text


def number_in(typed: str, nil: str) -> str:
    """The number in those keystrokes: 0 for a blank of a table declared 全零申报, nothing for what is no number."""
    zero = ",".join(f'{typed}="{z}"' for z in _ZERO)
    value = f'VALUE(SUBSTITUTE({typed},",",""))'
    plain = f'IF({_looks_like_a_number(typed)},IF({_well_grouped(typed, value)},{value},""),"")'
    return f'IFERROR(IF({typed}="",IF({nil}="是",0,""),IF(OR({zero}),0,{plain})),"")'


def _looks_like_a_number(typed: str) -> str:
    """A sign at most in front, then digits, commas and at most one point; VALUE alone would take dates and per cent."""
    first = f'ISNUMBER(FIND(LEFT({typed},1),"0123456789+-."))'
    rest = f'SUMPRODUCT(--ISERROR(FIND(MID({typed}&REPT("0",{_MOST}),ROW($2:${_MOST}),1),"0123456789.,")))=0'
    points = f'LEN({typed})-LEN(SUBSTITUTE({typed},".",""))<=1'
    digits = typed
    for sign in "+-.,":
        digits = f'SUBSTITUTE({digits},"{sign}","")'
    return f"AND(LEN({typed})<={_MOST},{first},{rest},{points},LEN({digits})<={_DIGITS})"


def _well_grouped(typed: str, value: str) -> str:
    """No comma, or commas where thousands part."""
    whole = f'LEFT({typed}&".",FIND(".",{typed}&".")-1)'
    unsigned = f'SUBSTITUTE(SUBSTITUTE({whole},"+",""),"-","")'
    grouped = f'AND(TEXT(INT(ABS({value})),"#,##0")={unsigned},ISERROR(FIND(",",{typed},LEN({whole})+1)))'
    return f'IF(ISERROR(FIND(",",{typed})),TRUE,{grouped})'
