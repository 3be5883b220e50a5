"""How a standard is written in a spreadsheet or a form: one line for each way of charging.

30元/件·年                                   fixed
国内航班：50元/人次                           with a label
0.019-0.033元/吨·公里                        range
2%（招标项目估算价）上限800000元 下限100元      percentage of a base
分档（合同额）0：2%上限3000000元；300000000：1%上限5000000元
分档/吨，0：2元；180：3元                       tiers of the quantity, the whole by the tier that it reaches
累进/吨，0：2元；180：3元                       each part by its own tier
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from django.utils.translation import gettext as _

from fees.catalogue.standards import Fixed, Line, Percentage, Range, Standard, StandardError, Tier, Tiered, check_line

_NUMBER = r"(\d{1,14}(?:\.\d{1,8})?)"
_AMOUNT = re.compile(rf"{_NUMBER}(?:-{_NUMBER})?元/(.+)")
_LIMITS = rf"(?:上限{_NUMBER}元)?(?:下限{_NUMBER}元)?"
_PERCENT = re.compile(rf"{_NUMBER}%(?:\((.*?)\))?{_LIMITS}")
_TIERS = re.compile(r"(分档|累进)(?:\((.*?)\),?|/([^,]+),)(.+)")
_TIER = re.compile(rf"{_NUMBER}:{_NUMBER}(%|元){_LIMITS}")
_LABEL = re.compile(r"([^:;/%\d][^:;/%]*):(?=[\d分累])(.+)")


def read_standard(text: str) -> Standard:
    """The lines of a standard; none for an empty text.

    Raises:
        StandardError: naming the first line that can't be read.
    """
    return tuple(_read_line(line) for line in text.splitlines() if line.strip())


def _read_line(text: str) -> Line:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text.replace("㎡", "平方米")))
    line = _line_of(plain, "")
    if line is None and (labelled := _LABEL.fullmatch(plain)):
        line = _line_of(labelled[2], labelled[1])
    if line is None:
        raise StandardError(_("“%(line)s” is no standard that can be computed.") % {"line": text.strip()})
    check_line(line)
    return line


def _line_of(text: str, label: str) -> Line | None:
    if found := _AMOUNT.fullmatch(text):
        low, high, unit = found.groups()
        return Range(Decimal(low), Decimal(high), unit, label) if high else Fixed(Decimal(low), unit, label)
    if found := _PERCENT.fullmatch(text):
        rate, base, cap, floor = found.groups()
        return Percentage(Decimal(rate), base or "", _number(cap), _number(floor), label)
    if found := _TIERS.fullmatch(text):
        return _tiered(*found.groups(), label=label)
    return None


def _tiered(word: str, base: str | None, unit: str | None, rest: str, *, label: str) -> Tiered | None:
    matches = [_TIER.fullmatch(part) for part in rest.rstrip(";").split(";")]
    found = [match for match in matches if match]
    signs = {match[3] for match in found}
    if len(found) != len(matches) or signs != {"%" if unit is None else "元"}:
        return None
    tiers = tuple(Tier(Decimal(m[1]), Decimal(m[2]), _number(m[4]), _number(m[5])) for m in found)
    return Tiered(tiers, of_base=unit is None, progressive=word == "累进", unit=unit or base or "", label=label)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def write_standard(standard: Standard) -> str:
    """The text that `read_standard` reads back."""
    return "\n".join(_write_line(line) for line in standard)


def _write_line(line: Line) -> str:
    label = f"{line.label}：" if line.label else ""
    if isinstance(line, Fixed):
        return f"{label}{line.amount:f}元/{line.unit}"
    if isinstance(line, Range):
        return f"{label}{line.low:f}-{line.high:f}元/{line.unit}"
    if isinstance(line, Percentage):
        base = f"（{line.base}）" if line.base else ""
        return f"{label}{line.rate:f}%{base}{_limits(line.cap, line.floor)}"
    sign = "%" if line.of_base else "元"
    measure = f"（{line.unit}）" if line.of_base else f"/{line.unit}，"
    parts = [f"{tier.start:f}：{tier.value:f}{sign}{_limits(tier.cap, tier.floor)}" for tier in line.tiers]
    return f"{label}{'累进' if line.progressive else '分档'}{measure}{'；'.join(parts)}"


def _limits(cap: Decimal | None, floor: Decimal | None) -> str:
    upper = f"上限{cap:f}元" if cap is not None else ""
    return upper + (f"下限{floor:f}元" if floor is not None else "")
