"""The officer's decisions on a ledger (台账): which file counts, what is added beside the units' figures, by whom and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

from xlplugin.errors import UnreadableSource, XlpluginError
from xlplugin.merging.intake import Outcome
from xlplugin.merging.ledger import Ledger
from xlplugin.merging.plan import form_id_for, plan
from xlplugin.merging.rollup import Adjustment

KINDS = {"用这份": "keep", "计入": "include", "撤回": "withdraw"}
_SAYS = {"keep": "用这一份", "include": "有错误也计入", "withdraw": "撤回，不计入"}
_AGAIN = "重新汇总后生效，并写在汇总工作簿的“{sheet}”页上。"
_SHORTEST = 8  # characters of a fingerprint that may stand for the whole


def decide(ledger: Path, kind: str, which: str, *, by: str, reason: str) -> str:
    """Records a decision about one content; `which` is the file or the first characters of its fingerprint.

    Raises UnreadableSource (no such ledger), XlpluginError (the ledger never received it, or several fit).
    """
    _signed(by, reason)
    word = KINDS.get(kind, kind)
    with _opened(ledger) as book:
        sha256, unit, file = _meant(book, which)
        book.decide(word, sha256, by=by, reason=reason)
    who = f"{unit}的" if unit else ""
    return f"已登记：{who}“{Path(file).name}”{_SAYS[word]}（{by}：{reason}）。" + _AGAIN.format(sheet="台账")


def adjust(ledger: Path, cell: str, amount: str, *, year: int, scope: str, by: str, reason: str, unit: str = "") -> str:
    """Enters a signed adjustment of one cell, named by its id, its printed label, or its place in the workbook.

    Counts in the unit of the cell (件 or 万元).  Raises UnreadableSource, XlpluginError.
    """
    _signed(by, reason)
    form_id = form_id_for(year)
    found = _cell(form_id, cell)
    number = _amount(amount, decimal=found in plan(form_id).decimal)
    with _opened(ledger) as book:
        at = book.adjust(year, scope, Adjustment(found, number, reason, by, unit=unit))
    where = plan(form_id).label(found)
    return f"已登记第 {at} 号调整：“{where}”{number:+}（{by}：{reason}）。" + _AGAIN.format(sheet="调整")


def revoke(ledger: Path, number: int, *, by: str, reason: str) -> str:
    """Takes an adjustment out of the sum; its line stays in the ledger with who did it and why."""
    _signed(by, reason)
    with _opened(ledger) as book:
        if not book.revoke(number, by=by, reason=reason):
            raise XlpluginError(f"台账里没有第 {number} 号调整，或者已经撤销了。")
    return f"已撤销第 {number} 号调整（{by}：{reason}）。" + _AGAIN.format(sheet="调整")


def show(ledger: Path) -> Iterator[str]:
    """What stands in the ledger: how many files of each state, every decision, every adjustment."""
    with _opened(ledger) as book:
        receipts = book.receipts()
        decisions, adjustments = book.choices(), book.entered()
    count = {o: sum(r.state == o for r in receipts) for o in Outcome}
    yield f"收到 {len(receipts)} 份：" + "，".join(f"{o.label} {n}" for o, n in count.items() if n)
    names = {r.sha256: r for r in receipts}
    yield f"决定 {len(decisions)} 项" + ("：" if decisions else "。")
    for c in decisions:
        about = names.get(c.sha256)
        who = f"{about.unit}　{Path(about.file).name}　" if about else ""
        yield f"　{who}{c.sha256[:16]}　{_SAYS[c.kind]}（{c.by}：{c.reason}）"
    yield f"调整 {len(adjustments)} 项" + ("：" if adjustments else "。")
    for a in adjustments:
        label = plan(form_id_for(a.year)).label(a.line.cell)
        gone = f"　已撤销：{a.revoked}" if a.revoked else ""
        yield f"　第 {a.number} 号　{a.year} 年度{a.scope}　{label}　{a.line.amount:+}（{a.line.by}：{a.line.reason}）{gone}"


def _opened(ledger: Path) -> Ledger:
    if not ledger.is_file():
        raise UnreadableSource(f"找不到台账“{ledger}”。台账由 xlplugin rollup … --ledger 建立，请核对路径。", code="E-MISSING")
    return Ledger(ledger)


def _meant(book: Ledger, which: str) -> tuple[str, str, str]:
    """(fingerprint, unit, file) of the content meant: by the bytes of a file that is there, else by fingerprint."""
    path = Path(which)
    if path.is_file():
        wanted = hashlib.sha256(path.read_bytes()).hexdigest()
    elif len(which) >= _SHORTEST and not set(which.lower()) - set("0123456789abcdef"):
        wanted = which.lower()
    else:
        raise UnreadableSource(f"找不到文件“{which}”；写内容指纹的，至少写前 {_SHORTEST} 位（见“台账”页）。", code="E-MISSING")
    found = {r.sha256: r for r in book.receipts() if r.sha256.startswith(wanted)}
    if not found:
        raise XlpluginError(f"台账里没有收到过“{which}”的内容。请先汇总一次，再登记决定。")
    if len(found) > 1:
        raise XlpluginError(f"有 {len(found)} 份文件的指纹以“{which}”开头，请写长一些。")
    [one] = found.values()
    return one.sha256, one.unit, one.file


def _cell(form_id: str, said: str) -> str:
    """The cell meant by its id, its label, or its place (三、依申请公开!D7)."""
    from xlplugin.books.layout import layout

    shape = plan(form_id)
    if said in shape.cells:
        return said
    by_place = {f"{spot.sheet}!{spot.a1}": cell for cell, spot in layout(form_id).cells.items()}
    by_label = dict(zip(shape.labels, shape.cells, strict=True))
    found = by_place.get(said.replace("！", "!").replace("'", "").replace("$", "")) or by_label.get(said)
    if found is None:
        near = "；".join(label for label in shape.labels if said in label)[:200]
        raise XlpluginError(
            f"{form_id} 年表式没有“{said}”这一格。可以写工作表和单元格（例如 三、依申请公开!D7），或“来源”页上的格名"
            + (f"。含有这几个字的格：{near}" if near else "。")
        )
    return found


def _amount(said: str, *, decimal: bool) -> int | Decimal:
    try:
        number = Decimal(said.replace("＋", "+").replace("－", "-").replace("−", "-").strip())
    except InvalidOperation as error:
        raise XlpluginError(f"调整数“{said}”不是数。请写带正负号的数，例如 +3、-2。") from error
    if not number.is_finite() or (number != number.to_integral_value() and not decimal):
        raise XlpluginError(f"调整数“{said}”不对：这一格是件数，只能加减整数。")
    if not number:
        raise XlpluginError("调整数不能是 0。")
    return number if number != number.to_integral_value() else int(number)


def _signed(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise XlpluginError("请写明经办人（--by）和原因（--reason），没有登记。")
