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
    "業业為为舉举於于產产從从會会體体內内冊册減减則则動动務务勵励勝胜區区協协單单卻却廳厅參参發发變变號号後后問问啟启員员國国"
    "圍围場场複复復复覆复處处備备奪夺審审實实寫写對对將将屆届屬属嶺岭帶带幣币幾几庫库廢废張张強强彌弥徵征應应懷怀態态總总慮虑"
    "戶户執执掃扫採采換换損损據据擔担擴扩攜携數数斷断時时書书東东條条構构標标樣样機机權权歸归歷历殘残殺杀毀毁氣气決决沒没況况"
    "淨净準准湧涌溫温滅灭滿满漢汉潔洁濟济無无營营狀状獨独獲获現现環环畢毕異异當当療疗監监盡尽確确礎础禮礼離离種种稱称穩稳積积"
    "競竞筆笔節节範范築筑簡简籌筹糾纠紀纪約约級级納纳純纯紙纸細细終终組组結结絕绝給给統统經经綜综維维網网緊紧線线緝缉編编緣缘"
    "縣县績绩繳缴織织續续繼继罰罚罷罢義义習习聯联職职聽听肅肃與与舊旧興兴華华萬万葉叶藝艺藥药蘇苏虛虚蟲虫術术衛卫製制補补裝装"
    "見见規规視视親亲覺觉觀观觸触訂订計计訊讯討讨訓训記记訟讼訪访設设許许訴诉診诊詢询試试話话該该詳详誌志認认語语誤误說说課课"
    "調调請请論论諮咨諾诺講讲謝谢證证識识議议護护讀读貨货負负財财責责貧贫貫贯費费貼贴貿贸資资賬账賴赖購购賽赛贈赠趕赶轄辖轉转"
    "輯辑輸输辦办辭辞農农運运過过達达違违遞递遠远適适選选遷迁還还邊边郵邮鄉乡鄰邻醫医釋释針针鈔钞鎮镇長长門门開开間间閉闭關关"
    "闡阐隊队階阶際际險险隨随隱隐雙双雜杂難难電电靈灵靜静項项順顺須须領领頒颁頭头題题額额類类祕秘顧顾顯显風风飛飞餘余館馆驗验"
    "驟骤魚鱼鳥鸟鹽盐麗丽黃黄點点黨党齊齐龍龙冩写幹干係系繫系衆众眾众裏里裡里啓启廣广陽阳陰阴慶庆寧宁鳳凤鶴鹤雲云臨临滄沧瀘泸"
    "荊荆島岛濰潍煙烟莊庄澤泽鄭郑馬马駐驻閩闽廈厦贛赣撫抚饒饶潁颍宮宫蕪芜銅铜盧卢溝沟灣湾樂乐紹绍陝陕晉晋呂吕遼辽瀋沈盤盘錦锦"
    "蘆芦鐵铁連连爾尔綏绥鴨鸭雞鸡鷄鸡貴贵羅罗欽钦賓宾賀贺崗岗壩坝壇坛塢坞澗涧灘滩瀾澜滬沪閔闵楊杨寶宝諸诸薊蓟鄲郸濱滨棗枣萊莱"
    "臺台僑侨鎖锁馮冯錢钱劉刘陳陈吳吴趙赵孫孙鄧邓蕭萧蔣蒋賈贾譚谭閻阎韓韩龐庞橋桥壽寿聖圣禪禅頂顶團团墾垦牆墙驛驿鋪铺烏乌魯鲁"
    "圖图車车倫伦錫锡壯壮蠻蛮鎢钨礦矿鋼钢軍军倉仓儲储銀银橫横創创優优傳传儀仪億亿價价償偿兩两凍冻別别劃划剛刚劑剂勢势匯汇厲厉"
    "嚴严園园圓圆塊块墊垫夠够婦妇媽妈嬰婴學学寬宽寵宠專专尋寻導导層层巖岩師师幫帮廠厂廟庙彎弯彙汇徹彻恆恒悅悦惡恶愛爱慣惯憂忧"
    "憑凭憲宪戰战戲戏挾挟捨舍掛挂揚扬撥拨撲扑擇择擊击擠挤擬拟擺摆擾扰攔拦攝摄敗败敵敌曆历曉晓暫暂樁桩樓楼檔档檢检櫃柜歡欢淺浅"
    "測测渾浑湊凑潤润潛潜澆浇濕湿瀏浏災灾爭争牽牵犧牺猶犹瑣琐瓊琼畝亩疊叠癥症皺皱盜盗眞真矚瞩磚砖禍祸禦御穀谷窮穷籃篮糧粮紅红"
    "紋纹紮扎絡络緒绪緩缓締缔練练縮缩繪绘羣群聞闻聲声聰聪脅胁脈脉脫脱腦脑膠胶臉脸艦舰莖茎蓋盖蔭荫蕩荡薦荐藍蓝蘭兰褲裤評评詞词"
    "誕诞誘诱誠诚諒谅談谈諧谐謀谋謂谓謹谨譜谱譯译貢贡販贩貪贪買买貸贷賢贤賣卖質质贏赢贓赃趨趋跡迹踐践躍跃軌轨軟软軸轴較较載载"
    "輔辅輕轻輛辆輪轮輻辐轎轿遊游遺遗醜丑釀酿鉤钩銳锐銷销錄录鍵键鏈链鏡镜鐘钟鑒鉴鑑鉴閱阅闊阔陣阵陸陆隸隶雖虽霧雾韌韧響响頁页"
    "預预頓顿頗颇頻频顆颗願愿飯饭飲饮養养馳驰駕驾騙骗騰腾驅驱驕骄驚惊髒脏鬧闹鮮鲜麥麦龜龟籲吁僅仅倆俩傷伤傾倾儘尽衝冲報报獎奖"
    "進进這这個个們们來来極极錯错遲迟壓压搶抢樹树歲岁燈灯礙碍籤签簽签紛纷綠绿縱纵襲袭覽览讓让夾夹擋挡棄弃棟栋楓枫榮荣樸朴檻槛"
    "櫥橱殯殡渙涣漸渐澀涩燒烧爐炉獄狱瑋玮璽玺瘡疮瘋疯癢痒盞盏睜睁砲炮碩硕禎祯稅税穢秽窩窝竊窃箋笺篤笃簾帘糴籴紳绅綁绑緬缅縫缝"
    "繞绕聳耸腸肠膚肤臘腊艱艰葷荤蒼苍蓮莲薩萨蘊蕴蝦虾裊袅褻亵覓觅詐诈誇夸諷讽譽誉豐丰贊赞輩辈轟轰鄒邹醞酝釘钉鈣钙鈴铃鉛铅銘铭"
    "鋒锋鍛锻鑽钻閣阁隕陨雛雏靂雳頌颂顏颜飄飘飾饰饋馈駝驼騎骑鯉鲤鴻鸿鵬鹏齡龄齒齿擱搁攤摊敘叙暢畅曬晒歐欧殼壳潰溃瀆渎灑洒煉炼"
    "熱热熒荧爛烂獻献畫画穌稣窺窥筍笋籠笼粵粤絲丝綱纲縝缜纏缠罵骂聾聋膽胆艙舱蕓芸虧亏蠶蚕訛讹詭诡誼谊諱讳謊谎譏讥豎竖貶贬賜赐"
    "贅赘蹤踪輿舆辯辩遙遥鄺邝醬酱鈕钮鉅巨鋁铝鍋锅鎬镐鏽锈閏闰闖闯隴陇雋隽韻韵頸颈顛颠飼饲饑饥馱驮騷骚鯨鲸鷹鹰齋斋"
)
_SIMPLE = dict(zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True))
_ANY_TRADITIONAL = re.compile(f"[{''.join(_SIMPLE)}]")
_SHORT = 64  # longer texts seldom come again
_USUAL_MARKS = "，。、：；（）“”《》 \n%—-.·(),"
_SIMPLIFIED = str.maketrans(_SIMPLE)
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


def simplified(text: str) -> str:
    """The text with simplified characters for traditional ones, as far as these are known here."""
    return text.translate(_SIMPLIFIED)


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
