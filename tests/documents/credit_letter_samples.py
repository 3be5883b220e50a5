"""Made-up variables for every letter about a credit record. All of them go to its subject."""

from __future__ import annotations

from datetime import date

SUBJECT = "江北新区城市建设投资集团有限公司"
# The same in every sample: the tests look for it.
REFERENCE = "JS-2026-000123"

_FRAME: dict[str, object] = {
    "number": "宁发改信函〔2026〕7号",
    "department": "南京市发展和改革委员会",
    "addressee": SUBJECT,
    "reference": REFERENCE,
    "issued_on": date(2026, 11, 22),
    "contact_name": "王芳",
    "contact_phone": "025-83300000",
    "copy_to": [],
    "development_notice": "开发演示数据，不具有法律效力",
}
_FINDING: dict[str, object] = {
    **_FRAME,
    "subject_code": "91320100MA1N00001D",
    "finding_number": "宁工信认〔2026〕12号",
    "finding_date": date(2026, 9, 30),
    "finding_authority": "南京市工业和信息化局",
    "legal_basis": "《保障中小企业款项支付条例》第二十六条",
    "conduct": "无正当理由拖欠中小企业货款，经责令改正仍未支付。\n拖欠数额累计1286万元，涉及中小企业17家。",
    "severity": "严重失信",
    "severity_citation": "《信用修复管理办法》（国家发展改革委令第36号）：严重失信信息最短公示期一年，最长公示期三年",
}
_TRACKED: dict[str, object] = {**_FINDING, "tracking_url": f"https://tousu.example.gov.cn/track/{REFERENCE}/"}
_MEASURES = [
    {
        "label": "限制财政资金支持",
        "item": "条例第二十六条所列措施（国家清单项号待核实）第4项",
        "citation": "《保障中小企业款项支付条例》（国务院令第802号）第二十六条",
        "department": "南京市财政局",
        "extent": "市级产业扶持资金",
    },
    {
        "label": "限制评优评先",
        "item": "条例第二十六条所列措施（国家清单项号待核实）第9项",
        "citation": "《保障中小企业款项支付条例》（国务院令第802号）第二十六条",
        "department": "南京市人力资源和社会保障局",
        "extent": "",
    },
]

CREDIT_SAMPLES: dict[str, dict[str, object]] = {
    "credit_prior_notice": {
        **_TRACKED,
        "severity_reasons": "拖欠数额巨大，经两次责令改正拒不改正。",
        "is_published": "是",
        "last_day": date(2029, 9, 30),
        "measures": _MEASURES,
        "statement_days": 5,
    },
    "credit_decision": {
        **_TRACKED,
        "served_on": date(2026, 11, 5),
        "statements": [
            {
                "text": "其中3家的货款存在质量争议，不应计入拖欠数额。",
                "answer": "质量争议部分已由认定机关剔除，不影响认定结论。",
            },
            {"text": "本单位已制定付款计划。", "answer": "付款计划尚未履行。"},
        ],
        "reasons": "认定文书合法有效，事实清楚，证据充分。\n你单位具备支付能力而未支付，情节严重。",
        "is_published": "是",
        "last_day": date(2029, 9, 30),
        "measures": _MEASURES,
    },
    "credit_repair_notice": {
        **_TRACKED,
        "decided_on": date(2026, 11, 22),
        "least_months": 12,
        "repair_from": date(2027, 10, 1),
        "last_day": date(2029, 9, 30),
        "repair_days": 10,
    },
    "credit_objection_answer": {
        **_FINDING,
        "made_on": date(2026, 11, 12),
        "objection": "记录中的拖欠数额有误。\n11月1日已支付600万元。",
        "forwarded_to": "南京市工业和信息化局",
        "outcome": "异议成立，更正记录内容",
        "reasons": "经认定机关核查，11月1日的付款属实。",
        "is_founded": "是",
        "correct_by": date(2026, 11, 25),
    },
    "credit_repair_decision": {
        **_TRACKED,
        "asked_on": date(2026, 11, 10),
        "ground": "人民法院裁定批准重整计划或者认可和解协议",
        "court_document": "（2026）苏01破3号之二",
        "is_granted": "是",
        "reasons": "经审查，裁定书真实有效，信用承诺书内容完整。",
        "last_day": date(2029, 9, 30),
    },
}
