"""What an office may set: thresholds of the rules, dates, language.  Nothing here changes what the form says."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

MonthDay = tuple[int, int]


class Settings(BaseModel):
    """Thresholds by name, as the rule book prints them.  Shares are fractions; amounts are 万元; lengths are characters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Literal["zh", "en"] = "zh"
    off: frozenset[str] = Field(frozenset(), description="不用的规则编号；强制规则不能关")
    out_share: Decimal = Field(Decimal("0.5"), description="结转下年度占本年新收的比例，超过就提示")
    misc_share: Decimal = Field(Decimal("0.2"), description="（六）3.其他占总计的比例，超过就提示")
    misc_floor: int = Field(5, description="（六）3.其他至少多少件才提示")
    fee_township: Decimal = Field(Decimal(1000), description="乡镇、街道收费达到多少万元就核实单位")
    fee_department: Decimal = Field(Decimal(10000), description="县级部门收费达到多少万元就核实单位")
    fee_tolerance: Decimal = Field(Decimal("0.2"), description="除以 10000 后与上年相差不超过这个比例就核实单位")
    swing_ratio: int = Field(5, description="与上年相差多少倍就提示")
    swing_floor: int = Field(10, description="两年的数都不小于它才比")
    problems_chars: int = Field(10, description="第五部分至少多少字")
    overview_chars: int | None = Field(None, description="第一部分最多多少字；空为不查")
    copy_share: Decimal = Field(Decimal("0.8"), description="与上年或邻近单位相同的文字占多少就核实")
    copy_floor: int = Field(120, description="一个部分至少多少字才比雷同")
    explanation_chars: int = Field(6, description="审核说明至少多少字")
    due_departments: MonthDay = Field((1, 31), description="部门（和本地定的乡镇、街道）年报的期限：月、日")
    due_governments: MonthDay = Field((3, 31), description="县级以上政府年报的期限：月、日")
    suspects: int = Field(5, description="每处最多列几种改法")


DEFAULT = Settings()
