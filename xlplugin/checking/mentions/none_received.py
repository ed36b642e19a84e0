"""Sentences that say that nothing was received, and those that only look like it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlplugin.checking.mentions.wording import REQUEST, Mention
from xlplugin.checking.sentences import Sentence

_RECEIVED_NONE = re.compile(
    r"(?:未|没有|没|尚未|暂未|均未)(?:曾|再)?(?:收到|受理|接到|接收|收悉|发生|出现|产生|办理)(?:过|到)?(?:任何)?(?P<what>[^,;:]{0,34})"
)
_NO = re.compile(
    r"(?:^|本年度?|全年|年度?|街道|单位|机关|我[镇乡局县区办]|情况|公开)(?:暂|均|尚)?(?:无|没有)(?:任何)?(?P<what>(?:人|公民|群众|社会公众|[^,;:]{0,16})?(?:依申请公开|信息公开申请|公开申请|申请公开|申请信息公开|申请政府信息|申请)[^,;:]{0,10})"
)
_NOT_NONE = re.compile(
    r"收费|收取|费用|超期|逾期|结转|投诉|举报|更正|错误|纠纷|复议|诉讼|起诉|泄密|不当|违规|失信|责任|问题|未答复|不予公开|不满|退|异议|办结|延期|引发|引起|媒体|舆情|许可"
)


def none_received(sentence: Sentence) -> Iterator[Mention]:
    joined = sentence.folded
    for pattern in (_RECEIVED_NONE, _NO):
        for found in pattern.finditer(joined):
            what = found.group("what")
            if _NOT_NONE.search(what) or re.search(
                r"其中|网络|网上|信函|当面|平台|渠道", joined[max(0, found.start() - 12) : found.start()]
            ):
                continue
            named = REQUEST.search(what) or re.search(r"申请", what) or (sentence.topic == "依申请公开" and not what)
            foreign = re.search(r"许可申请|复议申请|更正申请|救助申请", what)
            if named and not foreign and not re.match(r"\d", joined[found.end() :][:1] or " "):
                yield Mention("NAR-NONE", 0, found.group(), sentence)
                return
