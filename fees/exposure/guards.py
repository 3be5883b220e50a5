"""What stands against making a case public: a report that is not done, names that must not be read, gaps."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from fees.exposure.leaks import Leak, LeakKind, Secret, find_leaks
from fees.exposure.masking import mask_person
from fees.exposure.models import JointDepartment, TypicalCase
from fees.orders.models import Payer
from fees.report.flow import State
from fees.report.models import FeeReport, Finding

DONE_STATES = (State.CONCLUDED, State.FED_BACK, State.CLOSED)
PUBLIC_TEXTS = ("title", "published_name", "narrative", "legal_basis", "document_number", "batch")
REQUIRED = ("title", "payee_name", "narrative", "legal_basis", "unlawful_amount")
# Numbers of documents are long by nature.
UNSCANNED = ("document_number",)

Faults = dict[str, list[str]]


def report_fault(report: FeeReport) -> str:
    """Why a report can't be made public (yet); "" when it can."""
    latest = report.findings.order_by("-number").first()
    if latest is None or latest.outcome != Finding.Outcome.VIOLATION:
        return _("Only a report whose latest finding is a violation can be made public.")
    if report.state not in DONE_STATES:
        return _("The report is not concluded yet.")
    return ""


def exposure_faults(case: TypicalCase) -> Faults:
    """Everything that stands against the case, by field; "" is the whole of it."""
    faults: Faults = text_faults(case)
    for name in REQUIRED:
        if getattr(case, name) in (None, ""):
            faults.setdefault(name, []).append(_("Fill this in before the case is submitted."))
    if not case.categories.exists():
        faults.setdefault("categories", []).append(_("Name at least one kind of violation."))
    report = _fresh_report(case)
    if report is not None and (fault := report_fault(report)):
        faults.setdefault("", []).append(fault)
    return faults


def text_faults(case: TypicalCase) -> Faults:
    """What the texts give away, and a hidden name without a reason."""
    faults: Faults = {}
    texts = {name: str(getattr(case, name)) for name in PUBLIC_TEXTS}
    for leak in find_leaks(texts, secrets_of(case), unscanned=UNSCANNED):
        field = "payee_name" if leak.field == "published_name" else leak.field
        faults.setdefault(field, []).append(leak_words(leak))
    if case.is_masked and not case.masking_reason.strip():
        faults.setdefault("masking_reason", []).append(_("Say why the name is hidden."))
    return faults


def joint_faults(case: TypicalCase) -> list[str]:
    """Which joint departments have not agreed to the text as it stands."""
    asked = [row for row in case.joint.select_related("department") if row.state != JointDepartment.State.RELEASED]
    faults = [
        _("%(department)s has not agreed to this text.") % {"department": row.department}
        for row in asked
        if row.state != JointDepartment.State.AGREED or row.revision != case.revision
    ]
    if case.is_grave and not asked:
        faults.append(_("A grave case is made public together with at least one other department."))
    return faults


def secrets_of(case: TypicalCase) -> list[Secret]:
    """The texts that must not occur in what is public."""
    secrets = [Secret(LeakKind.PERSON, name, mask_person(name)) for name in case.hidden]
    if case.is_masked:
        secrets.append(Secret(LeakKind.PAYEE, case.payee_name, case.published_name))
        secrets += [Secret(LeakKind.PAYEE, name, case.published_name) for name in _without_place(case)]
    report = _fresh_report(case)
    return secrets + (list(_secrets_of_report(report, case.is_masked)) if report else [])


def _secrets_of_report(report: FeeReport, is_masked: bool) -> Iterator[Secret]:
    yield Secret(LeakKind.REPORTER, report.complainant_name)
    yield Secret(LeakKind.REPORTER, report.complainant_code)
    yield Secret(LeakKind.CONTACT, report.contact_name, mask_person(report.contact_name))
    yield Secret(LeakKind.CONTACT, report.contact_phone)
    yield Secret(LeakKind.CONTACT, report.contact_email)
    yield Secret(LeakKind.REFERENCE, report.reference)
    if is_masked:
        yield Secret(LeakKind.PAYEE, report.respondent_name)
        yield Secret(LeakKind.PAYEE, report.respondent_code)
    payers = Payer.objects.filter(order__report=report)
    for name in payers.values_list("name", flat=True).distinct():
        yield Secret(LeakKind.PAYER, name)


def _without_place(case: TypicalCase) -> Iterator[str]:
    """南京市机械行业协会 is as well known as 机械行业协会; the bare kind that is left of a short name says nothing."""
    names = [place.name for place in (case.division, case.division.parent) if place]
    for place in (case.division.full_name, *names):
        rest = case.payee_name.removeprefix(place)
        if rest != case.payee_name and rest not in case.published_name:
            yield rest


def _fresh_report(case: TypicalCase) -> FeeReport | None:
    return FeeReport.objects.filter(pk=case.report_id).first() if case.report_id else None


def leak_words(leak: Leak) -> str:
    """What was found, and what to write instead where that is known."""
    words = {
        LeakKind.REPORTER: _("names the reporter: %(found)s"),
        LeakKind.CONTACT: _("names the reporter's contact: %(found)s"),
        LeakKind.REFERENCE: _("has the reference of the report: %(found)s"),
        LeakKind.PAYEE: _("has the payee's name, which is to be hidden: %(found)s"),
        LeakKind.PAYER: _("names a payer: %(found)s"),
        LeakKind.PERSON: _("has a name that is to be hidden: %(found)s"),
        LeakKind.PHONE: _("has a phone number: %(found)s"),
        LeakKind.EMAIL: _("has an e-mail address: %(found)s"),
        LeakKind.IDENTITY: _("has an identity number: %(found)s"),
    }[leak.kind] % {"found": leak.found}
    return _("%(fault)s; write %(instead)s") % {"fault": words, "instead": leak.instead} if leak.instead else words
