"""The letters of a record, all to its subject: which variables each of them gets, and from where.

The code that opens the record never stands in a letter: it is shown once to the officer and handed over apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from casework.cases.actors import Actor
from casework.cases.pages import tracking_url
from casework.clocks.selectors import expected_deadline, period_for
from casework.credit.measures.models import Measure
from casework.credit.objections.models import Objection
from casework.credit.record.models import CreditRecord
from casework.credit.repair.models import RepairApplication
from casework.documents.letters import letter_issue
from casework.documents.models import Letter

_OUTCOMES = {
    Objection.Outcome.REJECTED: "异议不成立，维持原记录",
    Objection.Outcome.CORRECTED: "异议成立，更正记录内容",
    Objection.Outcome.ANNULLED: "异议成立，撤销记录",
}
_GROUNDS = {
    RepairApplication.Ground.FULFILLED: "已纠正失信行为、履行相关义务",
    RepairApplication.Ground.REORGANISATION: "人民法院裁定批准重整计划或者认可和解协议",
}


def issue_prior_notice(case: CreditRecord, *, actor: Actor) -> Letter:
    """信用记录事先告知书: facts, basis, what is intended, and the right to a statement and how to make one."""
    department = case.receiving_department
    days = period_for("credit.statement", actor.today, department.division_id).amount
    variables = {
        **_finding(case),
        "severity_reasons": case.severity_reasons,
        "is_published": _yes(case.severity.publishes),
        "last_day": case.last_day,
        "measures": _measures(case.measures.filter(state=Measure.State.INTENDED)),
        "statement_days": days,
        "tracking_url": tracking_url(case),
    }
    return _to_subject(case, "credit_prior_notice", variables, actor)


def issue_decision(case: CreditRecord, *, measures: Sequence[Measure], actor: Actor) -> Letter:
    """信用记录决定书: what was found, what was said and answered, what follows, which remedies there are."""
    statements = [{"text": row.text, "answer": row.answer} for row in case.statements.all()]
    variables = {
        **_finding(case),
        "served_on": case.served_on,
        "statements": statements,
        "reasons": case.decision_reasons,
        "is_published": _yes(case.to_be_published),
        "last_day": case.last_day,
        "measures": _measures(measures),
        "tracking_url": tracking_url(case),
    }
    return _to_subject(case, "credit_decision", variables, actor)


def issue_repair_notice(case: CreditRecord, *, actor: Actor) -> Letter:
    """信用修复告知书, served with the decision (两书同达): how, when and by which documents to repair."""
    variables = {
        **_finding(case),
        "decided_on": case.decided_on,
        "least_months": case.severity.least_months,
        "repair_from": case.repair_from,
        "last_day": case.last_day,
        "repair_days": period_for("credit.repair", actor.today, case.receiving_department.division_id).amount,
        "tracking_url": tracking_url(case),
    }
    return _to_subject(case, "credit_repair_notice", variables, actor)


def issue_objection_answer(case: CreditRecord, *, objection: Objection, actor: Actor) -> Letter:
    """信用异议处理答复书: the outcome with reasons, and what is done about it by when."""
    variables = {
        **_finding(case),
        "made_on": objection.made_on,
        "objection": objection.text,
        "forwarded_to": objection.forwarded_to,
        "outcome": _OUTCOMES[Objection.Outcome(objection.outcome)],
        "reasons": objection.reasons,
        "is_founded": _yes(objection.outcome != Objection.Outcome.REJECTED),
        "correct_by": expected_deadline("credit.correction", actor.today, case.receiving_department.division_id).due,
    }
    return _to_subject(case, "credit_objection_answer", variables, actor)


def issue_repair_decision(case: CreditRecord, *, application: RepairApplication, actor: Actor) -> Letter:
    """信用修复决定书: granted with what ends, or refused with reasons and the next way."""
    variables = {
        **_finding(case),
        "asked_on": application.asked_on,
        "ground": _GROUNDS[RepairApplication.Ground(application.ground)],
        "court_document": application.court_document,
        "is_granted": _yes(application.outcome == RepairApplication.Outcome.GRANTED),
        "reasons": application.reasons,
        "last_day": case.last_day,
        "tracking_url": tracking_url(case),
    }
    return _to_subject(case, "credit_repair_decision", variables, actor)


def _to_subject(case: CreditRecord, template: str, variables: Mapping[str, object], actor: Actor) -> Letter:
    return letter_issue(
        case=case,
        template=template,
        variables={"addressee": case.respondent_name, "subject_code": case.respondent_code, **variables},
        department=case.receiving_department,
        actor=actor,
    )


def _finding(case: CreditRecord) -> dict[str, object]:
    return {
        "finding_number": case.finding_number,
        "finding_date": case.finding_date,
        "finding_authority": case.finding_authority,
        "legal_basis": case.legal_basis,
        "conduct": case.conduct,
        "severity": case.severity.label,
        "severity_citation": case.severity.citation,
    }


def _yes(holds: bool) -> str:
    """A template asks whether the word is there."""
    return "是" if holds else ""


def _measures(rows: Iterable[Measure]) -> list[dict[str, object]]:
    return [
        {
            "label": row.item.label,
            "item": f"{row.item.edition}第{row.item.number.lstrip('0')}项",
            "citation": row.item.citation,
            "department": row.department.name,
            "extent": row.extent,
        }
        for row in rows
    ]
