"""Made-up variables for every letter about a fee."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

REPORTER = "南京明远精密机械有限公司"
PAYEE = "江北新区城市建设投资集团有限公司"
REFERENCE = "JS-2026-000123"

_FRAME: dict[str, object] = {
    "number": "宁市监函〔2026〕7号",
    "department": "南京市市场监督管理局",
    "addressee": REPORTER,
    "issued_on": date(2026, 11, 22),
    "contact_name": "王芳",
    "contact_phone": "025-83300000",
    "copy_to": [],
    "development_notice": "开发演示数据，不具有法律效力",
}
_CHARGE: dict[str, object] = {"payee": PAYEE, "item": "会员评比达标服务费"}
_REPORT: dict[str, object] = {
    **_FRAME,
    **_CHARGE,
    "reference": REFERENCE,
    "amount": Decimal("5000.00"),
    "charged_on": date(2026, 5, 6),
    "arrived_on": date(2026, 11, 9),
}
_TRACKED: dict[str, object] = {**_REPORT, "tracking_url": f"https://tousu.example.gov.cn/track/{REFERENCE}/"}
_VIOLATIONS = [
    {
        "label": "目录清单之外收费",
        "citation": "国办函〔2025〕30号二（一）；《优化营商环境条例》第二十五条、第六十九条第六项",
    },
    {"label": "强制企业参加评比达标并收费", "citation": "《优化营商环境条例》第二十九条"},
]
# Neither the reporter nor the number of the report.
_TO_PAYEE: dict[str, object] = {
    **_FRAME,
    "addressee": PAYEE,
    "item": "会员评比达标服务费",
    "period_from": date(2026, 1, 1),
    "period_to": date(2026, 5, 31),
    "violations": _VIOLATIONS,
    "due_on": date(2026, 12, 22),
}


def payers(count: int) -> dict[str, object]:
    """The variables of a refund order about so many payers."""
    rows = [
        {
            "name": f"示例第{number}机械设备制造有限公司" + ("南京江北新区研发制造分公司" if number % 7 == 0 else ""),
            "code": "" if number % 5 == 0 else f"91320100MA1N{number:05d}D",
            "amount": Decimal("5000.00") + number,
        }
        for number in range(1, count + 1)
    ]
    return {"payers": rows, "payer_count": count, "total": sum(Decimal(str(row["amount"])) for row in rows)}


FEE_SAMPLES: dict[str, dict[str, object]] = {
    "fee_registration_notice": {
        **_TRACKED,
        "source": "网上",
        "decide_by": date(2026, 11, 18),
        "decide_by_note": "（暂定，以国务院办公厅公布的节假日安排为准）",
    },
    "fee_acceptance_notice": {**_TRACKED, "accepted_on": date(2026, 11, 20)},
    "fee_refusal_notice": {
        **_REPORT,
        "ground_code": "G2",
        "ground": "同一举报人对同一事实重复举报，没有新的情况",
        "ground_citation": "《市场监督管理投诉举报处理办法》（市场监管总局令第121号）第三十五条",
        "explanation": "经核对，你单位本次反映的收费与此前举报的收费为同一笔。",
        "earlier_reference": "JS-2026-000101",
        "earlier_answer": "已责令该协会停止收费，并于2026年10月30日前退还。",
    },
    "fee_redirect_notice": {
        **_REPORT,
        "way": "向人民法院提起诉讼或者申请仲裁",
        "way_citation": "《市场监督管理投诉举报处理办法》（市场监管总局令第121号）第三十五条",
        "explanation": "你单位与该公司之间的服务合同约定了服务费的金额和支付方式，属于合同争议。",
    },
    "fee_merge_notice": {**_REPORT, "earlier_reference": "JS-2026-000101"},
    "fee_split_notice": {
        **_REPORT,
        "part": "反映该公司拖欠你单位2025年9月的货款。",
        "way": "通过本平台“拖欠款项投诉”提出。",
    },
    "fee_transfer_letter": {
        **_REPORT,
        "addressee": "南京市玄武区市场监督管理局",
        "accepted_on": date(2026, 11, 20),
        "facts": "该单位以评比达标为名向会员企业收费，不交不予年审。",
        "verify_by": date(2026, 12, 11),
        "attachments": ["缴费通知.pdf", "银行转账凭证.jpg"],
        "attachment_count": 2,
    },
    "fee_result_letter": {
        **_TRACKED,
        "outcome": "存在违规收费",
        "facts": "该单位2026年1月至5月向42家会员企业收取评比达标服务费。",
        "reasons": "收费没有法律法规依据，且以年审为条件强制收取。",
        "violations": _VIOLATIONS,
        "answer": "已责令该单位停止收费，并在2026年12月22日前退还。",
        "copy_to": ["江苏省市场监督管理局"],
    },
    "fee_extension_form": {
        **_FRAME,
        **_CHARGE,
        "reference": REFERENCE,
        "addressee": "南京市市场监督管理局",
        "received_on": date(2026, 11, 20),
        "due_before": date(2026, 12, 11),
        "ground": "情况复杂",
        "reason": "涉及42家缴费单位，需要逐一核实。",
        "total_days": 30,
        "due_after": date(2027, 1, 4),
        "due_note": "（暂定，以国务院办公厅公布的节假日安排为准）",
        "asked_by": "李明",
        "asked_on": date(2026, 12, 8),
        "decided_by": "赵刚",
        "decided_on": date(2026, 12, 9),
        "opinion": "同意。",
    },
    "fee_rectification_order": {
        **_TO_PAYEE,
        "text": "一、立即停止收取评比达标服务费。\n二、在收费场所和网站公示现行收费项目和标准。",
    },
    "fee_refund_order": {
        **_TO_PAYEE,
        **payers(3),
        "text": "请按照原缴费渠道退还；无法原路退还的，与缴费单位约定退还方式。",
        "announced_until": date(2026, 12, 22),
        "claim_at": "南京市江北新区市民中心3楼306室，电话025-83300001",
        "announcement": "凡2026年1月1日至5月31日向本单位缴纳会员评比达标服务费的单位，请携带缴费凭证前来登记。",
    },
    "fee_referral": {
        **_REPORT,
        "addressee": "南京市纪委监委派驻第三纪检监察组",
        "ground": "重大违纪违法问题线索，移交纪检监察机关",
        "citation": "国办函〔2025〕30号二（五）；《信访工作条例》第二十二条",
        "summary": "核查发现，该单位收取的评比达标服务费中有部分转入个人账户，涉及公职人员。",
        "attachments": ["银行流水.pdf", "询问笔录.pdf"],
        "attachment_count": 2,
    },
}
for _name in ("amount", "charged_on", "arrived_on"):
    FEE_SAMPLES["fee_referral"].pop(_name)

# The payee must learn neither who reported nor that somebody did; these two say nothing of the reporter either.
TO_PAYEE = frozenset({"fee_rectification_order", "fee_refund_order"})
WITHOUT_REPORTER = TO_PAYEE | {"fee_transfer_letter", "fee_referral", "fee_extension_form"}
