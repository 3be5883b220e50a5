"""What the demo's complainants write."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from casework.parties.models import Division
from complaints.assessments.models import SmeNotice
from complaints.demo.parties import GOODS, Party
from complaints.models import ContractObject, EnterpriseSize

_REASONS_GIVEN = (
    "对方称法定代表人变更，需重新走审批流程",
    "对方称等待决算审计结果，合同对此并无约定",
    "对方称其上游尚未付款，收到后再付",
    "对方多次答复正在安排资金，没有给出付款日期",
    "对方未说明理由，催款函未予答复",
)
_ACCEPTED = {
    ContractObject.GOODS: "货物已全部交付并签收",
    ContractObject.WORKS: "工程已竣工并验收合格",
    ContractObject.SERVICES: "服务已按合同完成并经确认",
}
# Who sells what, and figures that make such a firm micro, small or medium (2011 standard): persons, ten thousand yuan.
_MICRO, _SMALL, _MEDIUM = EnterpriseSize.MICRO, EnterpriseSize.SMALL, EnterpriseSize.MEDIUM
_SELLERS: dict[ContractObject, tuple[str, dict[str, dict[EnterpriseSize, tuple[int, int]]]]] = {
    ContractObject.GOODS: (
        "industry",
        {
            "size_employees": {_MICRO: (3, 18), _SMALL: (22, 290), _MEDIUM: (310, 960)},
            "size_revenue": {_MICRO: (25, 280), _SMALL: (320, 1_900), _MEDIUM: (2_100, 38_000)},
        },
    ),
    ContractObject.WORKS: (
        "construction",
        {
            "size_revenue": {_MICRO: (40, 290), _SMALL: (310, 5_900), _MEDIUM: (6_100, 70_000)},
            "size_assets": {_MICRO: (40, 290), _SMALL: (310, 4_900), _MEDIUM: (5_100, 70_000)},
        },
    ),
    ContractObject.SERVICES: (
        "software",
        {
            "size_employees": {_MICRO: (2, 9), _SMALL: (12, 95), _MEDIUM: (110, 290)},
            "size_revenue": {_MICRO: (5, 45), _SMALL: (60, 900), _MEDIUM: (1_100, 9_500)},
        },
    ),
}
# Decree 802 art. 9: a large enterprise pays within 60 days of delivery, a body within 30.
_TERM_DAYS = {"large_enterprise": 60}


def filing_data(rng: Random, filer: Party, debtor: Party, division: Division, filed_on: date) -> dict[str, object]:
    """The fields of one filing, by name.

    Args:
        filed_on: the contract and its delivery lie well before it.
    """
    bought = rng.choice(list(ContractObject))
    # Long enough ago that every term has run out, acceptance and holidays included.
    delivered_on = filed_on - timedelta(days=rng.randint(120, 420))
    signed_on = delivered_on - timedelta(days=rng.randint(20, 200))
    contract_amount = Decimal(rng.randint(30, 4000)) * 1000 + Decimal(rng.randint(0, 9999)) / 100
    paid = (contract_amount * rng.randint(0, 70) / 100).quantize(Decimal("0.01"))
    owed = contract_amount - paid
    agreed = _agreed(rng, debtor, delivered_on)
    size = rng.choice((_MICRO, _SMALL, _MEDIUM))
    return {
        **agreed,
        **_figures(rng, bought, size),
        "complainant_name": filer.name,
        "complainant_code": filer.code,
        "complainant_size": size if rng.random() < 0.9 else EnterpriseSize.UNSURE,
        "contact_name": "演示联系人",
        "contact_phone": f"1380000{rng.randint(0, 9999):04}",
        "contact_email": f"demo{rng.randint(1, 999)}@example.com" if rng.random() < 0.15 else "",
        "contact_address": "示例路8号（演示地址）",
        "respondent_name": debtor.name,
        "respondent_code": debtor.code,
        "respondent_type": debtor.kind,
        "respondent_address": f"{division.full_name}示例大道1号（演示地址）",
        "division": division,
        "contract_title": f"{rng.choice(GOODS[bought])}（{signed_on:%Y}-{rng.randint(1, 999):03}）",
        "contract_object": bought.value,
        "signed_on": signed_on,
        "delivered_on": delivered_on,
        "contract_amount": contract_amount,
        "paid_amount": paid,
        "amount": owed,
        "facts": (
            f"双方于{_day(signed_on)}签订合同，约定总价{contract_amount:,.2f}元。{_ACCEPTED[bought]}，"
            f"交付日期为{_day(delivered_on)}，{_promise(agreed, debtor)}。对方至今已付{paid:,.2f}元，"
            f"尚欠{owed:,.2f}元。{rng.choice(_REASONS_GIVEN)}。"
        ),
        "request": f"支付拖欠款项{owed:,.2f}元，并按规定支付逾期利息。",
        "undertaking": True,
    }


def _agreed(rng: Random, debtor: Party, delivered_on: date) -> dict[str, object]:
    """What the contract says on payment, and what else is known of the buyer; many contracts say nothing."""
    said: dict[str, object] = {}
    if rng.random() < 0.3:
        said["acceptance_required"] = True
        said["acceptance_passed_on"] = delivered_on + timedelta(days=rng.randint(3, 25))
        if rng.random() < 0.6:
            said["acceptance_due_on"] = delivered_on + timedelta(days=rng.choice((15, 30)))
    if rng.random() < 0.45:
        said["agreed_term_days"] = rng.choice((30, 45, 60) if "acceptance_required" in said else (30, 45, 60, 90))
    if rng.random() < 0.25:
        said["agreed_annual_rate"] = rng.choice((Decimal("2.500"), Decimal("4.000"), Decimal("6.000")))
    if debtor.kind == "large_enterprise" and rng.random() < 0.5:
        said["state_owned"] = rng.random() < 0.6
    if rng.random() < 0.6:
        said["sme_notice"] = rng.choice(list(SmeNotice)).value
    return said


def _promise(agreed: dict[str, object], debtor: Party) -> str:
    event = "验收合格" if "acceptance_required" in agreed else "交付"
    if "agreed_term_days" in agreed:
        return f"合同约定{event}后{agreed['agreed_term_days']}日内付款"
    return f"合同未约定付款期限，依规定应自{event}之日起{_TERM_DAYS.get(debtor.kind, 30)}日内付款"


def _figures(rng: Random, bought: ContractObject, size: EnterpriseSize) -> dict[str, object]:
    """Figures of a firm of this size; two filers in five give none, one in eight leaves one out."""
    if rng.random() < 0.4:
        return {}
    industry, ranges = _SELLERS[bought]
    drawn = {name: rng.randint(*limits[size]) for name, limits in ranges.items()}
    if rng.random() < 0.12:
        drawn.popitem()
    figures = {name: value if name == "size_employees" else Decimal(value) * 10_000 for name, value in drawn.items()}
    return {"size_industry": industry, **figures}


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
