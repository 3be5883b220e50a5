"""Made-up variables for every letter template, as a case would fill them."""

from datetime import UTC, date, datetime
from decimal import Decimal

COMPLAINANT = "南京明远精密机械有限公司"
RESPONDENT = "江北新区城市建设投资集团有限公司"
NUMBER = "苏工信函〔2026〕3号"
REFERENCE = "JS-2026-000123"

_FRAME: dict[str, object] = {
    "number": NUMBER,
    "department": "江苏省工业和信息化厅",
    "addressee": COMPLAINANT,
    "issued_on": date(2026, 11, 22),
    "reference": REFERENCE,
    "contact_name": "王芳",
    "contact_phone": "025-83300000",
    "copy_to": ["江苏省财政厅", "南京市工业和信息化局"],
    "development_notice": "开发演示数据，不具有法律效力",
}
_CASE: dict[str, object] = {"complainant": COMPLAINANT, "respondent": RESPONDENT, "filed_on": date(2026, 11, 9)}

SAMPLES: dict[str, dict[str, object]] = {
    "acceptance_notice": {
        **_FRAME,
        **_CASE,
        "accepted_on": date(2026, 11, 20),
        "amount": Decimal("1286400.50"),
        "matter": "2025年3月签订的数控机床采购合同（合同编号MY-2025-031）项下货款",
        "transfer_due_on": date(2026, 12, 4),
        "tracking_url": "https://tousu.example.gov.cn/track/",
    },
    "refusal_notice": {
        **_FRAME,
        **_CASE,
        "decided_on": date(2026, 11, 20),
        "matter": "数控机床采购合同",
        "amount": Decimal("1286400.50"),
        "ground_code": "R2",
        "ground": "该事项已由人民法院立案受理",
        "ground_citation": "《保障中小企业款项支付投诉处理暂行办法》（工信部企业〔2021〕224号）",
        "explanation": "经向你单位核实，你单位已于2026年10月就同一笔货款提起诉讼，案件正在审理中。",
    },
    "correction_notice": {
        **_FRAME,
        **_CASE,
        "amount": Decimal("1286400.50"),
        "due_on": date(2026, 12, 7),
        "items": [
            "合同全文，包括补充协议和附件（提交的扫描件缺少第3页至第5页）",
            "货物交付或者验收的证明材料",
            "加盖公章并由法定代表人签字的承诺书",
        ],
        "tracking_url": "https://tousu.example.gov.cn/track/",
    },
    "transfer_letter": {
        **_FRAME,
        **_CASE,
        "addressee": "南京市国有资产监督管理委员会",
        "copy_to": [COMPLAINANT],
        "complainant_uscc": "91320100MA1N2B3C4D",
        "respondent_uscc": "91320100134890123X",
        "accepted_on": date(2026, 11, 20),
        "amount": Decimal("1286400.50"),
        "matter": "2025年3月签订的数控机床采购合同项下货款逾期未付",
        "report_by": date(2026, 12, 22),
        "attachment_count": 3,
        "attachment_pages": 41,
        "attachments": ["投诉书", "采购合同", "验收单和发票"],
    },
    "result_letter": {
        **_FRAME,
        **_CASE,
        "department": "南京市国有资产监督管理委员会",
        "number": "宁国资函〔2026〕18号",
        "copy_to": ["江苏省工业和信息化厅"],
        "received_on": date(2026, 11, 25),
        "amount": Decimal("1286400.50"),
        "request": "请求被投诉人支付数控机床采购合同项下货款及逾期利息。",
        "findings": "双方于2025年3月12日订立采购合同，2025年6月30日验收。\n\n被投诉人未在约定的60日内支付全部货款。",
        "result": "被投诉人承认欠款，就无争议部分作出还款安排。",
        "undisputed_amount": Decimal("1100000"),
        "undisputed_result": "被投诉人已制定还款计划，剩余款项于2026年12月31日前付清。",
        "disputed_amount": Decimal("186400.50"),
        "disputed_result": "双方对其中一台设备的质量扣款有争议，经协调未能达成一致。",
        "payments": [
            {"paid_on": date(2026, 12, 3), "amount": Decimal("400000"), "note": "银行转账"},
            {"paid_on": date(2026, 12, 15), "amount": Decimal("300000")},
        ],
        "paid_amount": Decimal("700000"),
        "unpaid_amount": Decimal("586400.50"),
        "unresolved": "质量扣款争议人民币186,400.50元，需通过法律途径解决。",
        "issued_on": date(2026, 12, 18),
    },
    "filing_receipt": {
        "reference": REFERENCE,
        "secret": "K7QM-4TXW-9RBD-HC2P",
        "filed_at": datetime(2026, 11, 9, 2, 31, tzinfo=UTC),
        "department": "江苏省工业和信息化厅",
        "contact_phone": "025-83300000",
        "complainant": COMPLAINANT,
        "complainant_uscc": "91320100MA1N2B3C4D",
        "respondent": RESPONDENT,
        "respondent_uscc": "91320100134890123X",
        "amount": Decimal("1286400.50"),
        "contract": "MY-2025-031",
        "review_due_on": date(2026, 11, 23),
        "tracking_url": "https://tousu.example.gov.cn/track/QK2026-000123-7/",
        "tracking_link": "https://tousu.example.gov.cn/track/QK2026-000123-7/#7K3QF-9M2XA-ABCDE-FGHJK",
        "files": [
            {"name": "采购合同.pdf", "size": "2.4 MB", "sha256": "9f86d081884c7d659a2feaa0c55ad015" * 2},
            {"name": "验收单.jpg", "size": "810 KB", "sha256": "60303ae22b998861bce3b28f33eec1be" * 2},
        ],
        "development_notice": "开发演示数据，不具有法律效力",
    },
}
