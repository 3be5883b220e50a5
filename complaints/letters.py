"""The letters of an arrears complaint: which variables each of them gets, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.template.defaultfilters import filesizeformat

from casework.cases.actors import Actor
from casework.cases.models import CitedTerm
from casework.cases.pages import tracking_link, tracking_url
from casework.clocks.models import Deadline
from casework.clocks.selectors import expected_deadline
from casework.documents.letters import DEVELOPMENT_NOTICE, letter_issue
from casework.documents.models import Letter
from casework.parties.models import Department
from complaints.models import ArrearsComplaint
from complaints.money.selectors import Met, Money, money_of

# After a day that the next notice on holidays may still change.
PROVISIONAL_NOTE = "（暂定，以国务院办公厅公布的节假日安排为准）"


def issue_acceptance_notice(case: ArrearsComplaint, *, deadline: Deadline, actor: Actor) -> Letter:
    """受理通知书, to the complainant."""
    variables = {
        "matter": case.contract_title,
        "amount": case.amount,
        "accepted_on": case.accepted_on,
        "transfer_due_on": deadline.due,
        "transfer_due_note": _note(deadline.provisional),
        "tracking_url": tracking_url(case),
    }
    return _to_complainant(case, "acceptance_notice", variables, actor)


def issue_refusal_notice(case: ArrearsComplaint, *, term: CitedTerm, explanation: str, actor: Actor) -> Letter:
    """不予受理通知书, with the numbered ground, its source and the other remedies."""
    variables = {
        "matter": case.contract_title,
        "amount": case.amount,
        "ground_code": term.code,
        "ground": term.label,
        "ground_citation": term.citation,
        "explanation": explanation,
        "tracking_url": tracking_url(case),
    }
    return _to_complainant(case, "refusal_notice", variables, actor)


def issue_correction_notice(case: ArrearsComplaint, *, deadline: Deadline, actor: Actor) -> Letter:
    """补正通知书, everything missing at once."""
    variables = {
        "matter": case.contract_title,
        "amount": case.amount,
        "items": case.correction_items,
        "note": case.correction_note,
        "due_on": deadline.due,
        "due_note": _note(deadline.provisional),
        "tracking_url": tracking_url(case),
    }
    return _to_complainant(case, "correction_notice", variables, actor)


def issue_transfer_letter(case: ArrearsComplaint, *, department: Department, note: str, actor: Actor) -> Letter:
    """转办函, from the receiving to the handling department; not addressed to the complainant."""
    attachments = list(case.attachments.values_list("name", flat=True))
    expected = expected_deadline("arrears.handling", actor.today, case.receiving_department.division_id)
    return letter_issue(
        case=case,
        template="transfer_letter",
        variables={
            **_parties(case),
            "complainant_uscc": case.complainant_code,
            "respondent_uscc": case.respondent_code,
            "addressee": department.name,
            "accepted_on": case.accepted_on,
            "amount": case.amount,
            "matter": case.contract_title,
            "report_by": expected.due,
            "report_by_note": _note(expected.provisional),
            "attachments": attachments,
            "attachment_count": len(attachments),
            "note": note,
        },
        department=case.receiving_department,
        actor=actor,
        to_complainant=False,
    )


def issue_result_letter(case: ArrearsComplaint, *, actor: Actor) -> Letter:
    """处理结果告知书, to the complainant, with a copy to the receiving department (art. 25(2))."""
    assert case.handling_department is not None
    return letter_issue(
        case=case,
        template="result_letter",
        variables={
            **_parties(case),
            "addressee": case.complainant_name,
            "received_on": case.received_on,
            "amount": case.amount,
            "request": case.request,
            "findings": case.result["findings"],
            "result": case.result["result"],
            "unresolved": case.result["unresolved"],
            **_money(case),
            "matter": case.contract_title,
            "tracking_url": tracking_url(case),
            "copy_to": [case.receiving_department.name],
        },
        department=case.handling_department,
        actor=actor,
    )


def receipt_variables(case: ArrearsComplaint, *, secret: str) -> dict[str, object]:
    """What the filing receipt shows. It holds the secret, so it is made on request and stored nowhere."""
    review = case.deadlines.filter(code="arrears.review").order_by("pk")[0]
    return {
        "reference": case.reference,
        "secret": secret,
        "tracking_url": tracking_url(case),
        "tracking_link": tracking_link(case, secret),
        "filed_at": case.created_at,
        "department": case.receiving_department.name,
        "contact_phone": case.receiving_department.phone,
        "complainant": case.complainant_name,
        "complainant_uscc": case.complainant_code,
        "respondent": case.respondent_name,
        "respondent_uscc": case.respondent_code or "（未填写）",
        "contract": case.contract_title,
        "amount": case.amount,
        "review_due_on": review.due,
        "review_due_note": _note(review.provisional),
        "files": [
            {"name": file.name, "size": str(filesizeformat(file.size)), "sha256": file.sha256}
            for file in case.attachments.all()
        ],
        "development_notice": DEVELOPMENT_NOTICE if case.is_development else "",
    }


def _to_complainant(case: ArrearsComplaint, template: str, variables: Mapping[str, object], actor: Actor) -> Letter:
    return letter_issue(
        case=case,
        template=template,
        variables={**_parties(case), "addressee": case.complainant_name, **variables},
        department=case.receiving_department,
        actor=actor,
    )


# What the complainant said to each payment, in the words of the letter.
_ANSWERS = {"confirmed": "投诉人已确认", "reported": "待投诉人确认", "denied": "投诉人不予认可"}
_MET = {Met.MET: "已付清", Met.REPORTED: "已报付款，待投诉人确认", Met.MISSED: "逾期未付"}


def _money(case: ArrearsComplaint) -> dict[str, object]:
    """Parts and payments as far as they are recorded; without any the letter says nothing about them."""
    money = money_of(case)
    rows = [
        {
            "paid_on": row.paid_on,
            "amount": row.amount,
            "note": "；".join(filter(None, (row.remark, _ANSWERS[row.status]))),
        }
        for row in money.payments
    ]
    parts = {"undisputed_amount": money.undisputed or None, "disputed_amount": money.disputed or None}
    reasons = [f"{part.label}：{part.reason}" for part in money.parts if part.disputed]
    plan = {"plan_signed_on": money.plan.signed_on, "instalments": _instalments(money)} if money.plan else {}
    return {**parts, "disputed_result": "\n".join(reasons), "payments": rows, **paid_sums(money), **plan}


def paid_sums(money: Money) -> dict[str, Decimal]:
    """What is paid and what is open, in yuan, for a letter; without any payment there is nothing to say."""
    return {"paid_amount": money.paid, "unpaid_amount": money.outstanding} if money.payments else {}


def _instalments(money: Money) -> list[dict[str, object]]:
    return [
        {"due_on": row.instalment.due_on, "amount": row.instalment.amount, "note": _MET.get(row.status, "")}
        for row in money.plan_rows
    ]


def _note(provisional: bool) -> str:
    return PROVISIONAL_NOTE if provisional else ""


def _parties(case: ArrearsComplaint) -> dict[str, object]:
    return {
        "complainant": case.complainant_name,
        "respondent": case.respondent_name,
        "filed_on": case.submitted_on,
    }
