"""Text without what copies change: width, punctuation, white space, traditional characters.

The skeleton of a text keeps its letters, digits and Chinese characters and nothing else, one for one in order, so
that a label broken over two lines or with other punctuation is still the label.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from functools import lru_cache
from itertools import accumulate

_TRADITIONAL = (
    "業业為为舉举於于產产從从會会體体內内冊册減减則则動动務务勵励勝胜區区協协單单卻却廳厅參参發发變变號号後后問问"
    "啟启員员國国圍围場场複复復复覆复處处備备奪夺審审實实寫写對对將将屆届屬属嶺岭帶带幣币幾几庫库廢废張张強强彌弥徵征"
    "應应懷怀態态總总慮虑戶户執执掃扫採采換换損损據据擔担擴扩攜携數数斷断時时書书東东條条構构標标樣样機机權权歸归歷历"
    "殘残殺杀毀毁氣气決决沒没況况淨净準准湧涌溫温滅灭滿满漢汉潔洁濟济無无營营狀状獨独獲获現现環环產产畢毕異异當当"
    "療疗監监盡尽確确礎础禮礼離离種种稱称穩稳積积競竞筆笔節节範范築筑簡简籌筹糾纠紀纪約约級级納纳純纯紙纸"
    "細细終终組组結结絕绝給给統统經经綜综維维網网緊紧線线緝缉編编緣缘縣县總总績绩繳缴織织續续繼继罰罚罷罢義义習习"
    "聯联職职聽听肅肃與与舊旧興兴華华萬万葉叶著著藝艺藥药蘇苏處处虛虚蟲虫術术衛卫製制補补裝装見见規规視视親亲覺觉"
    "觀观觸触訂订計计訊讯討讨訓训記记訟讼訪访設设許许訴诉診诊詢询試试話话該该詳详誌志認认語语誤误說说課课調调請请"
    "論论諮咨諾诺講讲謝谢證证識识議议護护讀读變变貨货負负財财責责貧贫貫贯費费貼贴貿贸資资賬账賴赖購购賽赛贈赠趕赶"
    "轄辖轉转輯辑輸输辦办辭辞農农運运過过達达違违遞递遠远適适選选遷迁還还邊边郵邮鄉乡鄰邻醫医釋释針针鈔钞鎮镇長长"
    "門门開开間间閉闭關关闡阐隊队階阶際际險险隨随隱隐雙双雜杂難难電电靈灵靜静項项順顺須须領领頒颁頭头題题額额類类"
    "顧顾顯显風风飛飞餘余館馆驗验驟骤體体魚鱼鳥鸟鹽盐麗丽黃黄點点黨党齊齐龍龙冩写幹干係系繫系衆众眾众裏里裡里啓启"
)
_SIMPLE = dict(zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True))
_ANY_TRADITIONAL = re.compile(f"[{''.join(_SIMPLE)}]")
_SHORT = 64  # longer texts seldom come again
_USUAL_MARKS = "，。、：；（）“”《》 \n%—-.·(),"
_FOLDED = frozenset(c for c, simple in _SIMPLE.items() if simple != c)


class _Skeleton(dict[int, str]):
    """A translation table that learns each character the first time it is met."""

    def __missing__(self, code: int) -> str:
        kept = (c for c in unicodedata.normalize("NFKC", chr(code)) if c.isalnum())
        self[code] = made = "".join(_SIMPLE.get(c, c) for c in kept)
        return made


_TABLE = _Skeleton()


def skeleton(text: str) -> str:
    """The letters, digits and characters of a text, folded (DOMAIN 1.7), simplified, and nothing between them.

    >>> skeleton("（六）其他處理") == skeleton("(六) 其他处理")
    True
    """
    if text.isascii() and text.isalnum():
        return text
    return _short(text) if len(text) < _SHORT else _long(text)


@lru_cache(maxsize=8192)
def _short(text: str) -> str:
    return text.translate(_TABLE)


def _long(text: str) -> str:
    """The same, quickly: what is normal, and only letters and digits without the usual marks, is its skeleton."""
    bare = text
    for mark in _USUAL_MARKS:
        bare = bare.replace(mark, "")
    plain = bare.isalnum() and unicodedata.is_normalized("NFKC", bare) and _ANY_TRADITIONAL.search(bare) is None
    return bare if plain else text.translate(_TABLE)


@lru_cache(maxsize=4096)
def is_traditional(text: str) -> bool:
    """Whether the text has a traditional character that was folded."""
    return not _FOLDED.isdisjoint(text)


def offset_in(text: str, skeleton_offset: int) -> int:
    """Where in `text` the character stands that is number `skeleton_offset` of its skeleton."""
    index = end_in(text, skeleton_offset)
    while index < len(text) and not _TABLE[ord(text[index])]:
        index += 1
    return index


def end_in(text: str, skeleton_offset: int) -> int:
    """Where in `text` the first `skeleton_offset` characters of its skeleton end."""
    return bisect_left(_passed(text), skeleton_offset) if skeleton_offset else 0


@lru_cache(maxsize=4)  # the labels of one cell are asked for one after the other; a cell may be a whole document
def _passed(text: str) -> array[int]:
    """How many characters of the skeleton come before each character of the text."""
    before = array("L", accumulate((len(_TABLE[ord(c)]) for c in text), initial=0))
    return before[:-1]
