"""The page on which the subject of a record follows it and acts, by reference and access code, without an account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from casework.cases.errors import CaseChanged, CaseError, InvalidInput
from casework.cases.models import CitedTerm
from casework.cases.reading import log_access
from casework.cases.references import new_idempotency_key
from casework.cases.terms import terms_in_force
from casework.credit import progress
from casework.credit.commands import DECISION, FORWARD, OBJECTION, REPAIR
from casework.credit.flow import EFFECTIVE, FINAL_STATES
from casework.credit.measures.models import Measure
from casework.credit.objections.services import objection_make, open_objection
from casework.credit.portal_forms import ObjectionForm, RepairForm, StatementForm, SubjectForm
from casework.credit.record.hearing import HEARD_STATES, statement_make, statement_until
from casework.credit.record.models import CreditRecord
from casework.credit.repair.services import Ground, open_repair, repair_ask, repair_fault
from casework.portal.grants import complainant_actor
from casework.portal.tracking import ForGrantedCase, case_papers, refused
from casework.portal.uploads import (
    bound_key,
    drop_uploads,
    opened_uploads,
    removed_upload,
    stage_uploads,
    upload_context,
)

for_granted_record = ForGrantedCase(
    CreditRecord.objects.select_related("receiving_department", "division__parent__parent", "subject", "severity")
)


@dataclass(frozen=True)
class Act:
    """Something that the subject can do with its record.

    Attributes:
        name: also of its page.
        said: the field in which the subject says it; it tells a second click from another act.
        is_open: whether it can be done on a day.
        clocks: that run from it, the first one found is told.
        then: what happens next, with the day if a clock says one.
    """

    name: str
    label: str | Promise
    form: type[SubjectForm]
    command: Callable[..., object]
    rows: str
    said: str
    is_open: Callable[[CreditRecord, date], bool]
    clocks: tuple[str, ...]
    then: str | Promise
    then_by: str | Promise


def _is_running(record: CreditRecord, today: date) -> bool:
    return record.state in EFFECTIVE and not record.publicity.is_over(today)


STATEMENT_ACT = Act(
    name="statement",
    label=gettext_lazy("Make a statement"),
    form=StatementForm,
    command=statement_make,
    rows="statements",
    said="text",
    is_open=lambda record, today: record.state in HEARD_STATES,
    clocks=(DECISION,),
    then=gettext_lazy("Your statement has arrived. It is answered before anything is decided."),
    then_by=gettext_lazy("Your statement has arrived. It is answered before the decision, which is due on %(day)s."),
)
OBJECTION_ACT = Act(
    name="objection",
    label=gettext_lazy("Object to the record"),
    form=ObjectionForm,
    command=objection_make,
    rows="objections",
    said="text",
    is_open=lambda record, today: _is_running(record, today) and open_objection(record) is None,
    clocks=(OBJECTION, FORWARD),
    then=gettext_lazy("Your objection has arrived. The record is marked as contested until it is decided."),
    then_by=gettext_lazy(
        "Your objection has arrived. The record is marked as contested from now on. "
        "It is decided, or handed to the authority that made the finding, by %(day)s."
    ),
)
REPAIR_ACT = Act(
    name="repair",
    label=gettext_lazy("Apply for repair"),
    form=RepairForm,
    command=repair_ask,
    rows="repairs",
    said="fulfilment",
    is_open=lambda record, today: _is_running(record, today) and open_repair(record) is None,
    clocks=(REPAIR,),
    then=gettext_lazy("Your application has arrived. You are told the decision by letter."),
    then_by=gettext_lazy("Your application has arrived. It is decided by %(day)s, and you are told by letter."),
)
_ACTS = (STATEMENT_ACT, OBJECTION_ACT, REPAIR_ACT)


@require_safe
@for_granted_record
def record(request: HttpRequest, case: CreditRecord) -> HttpResponse:
    """The record: state, whose turn, by when and why, finding, measures, letters, own acts with answers, timeline."""
    log_access(case=case, actor=complainant_actor(request, case), what="page")
    today = timezone.localdate()
    turn, due = progress.turn_and_due(case, today)
    context = {
        "record": case,
        "words": progress.words_of(case, today),
        "turn": turn,
        "next_due": due,
        "is_yours": progress.can_state_in_time(case, today),
        "steps": progress.steps_of(case),
        "timeline": progress.PROGRESS.timeline(case),
        "acts": [{"label": act.label, "page": _page_of(case, act)} for act in _ACTS if act.is_open(case, today)],
        "is_heard": case.state in HEARD_STATES,
        "heard_until": statement_until(case),
        "statement_days": progress.statement_days(case),
        **_standing(case, today),
        **_said(case),
        **case_papers(case),
    }
    return render(request, "credit/subject/record.html", context)


def _page_of(case: CreditRecord, act: Act) -> str:
    return reverse(f"credit:record_{act.name}", args=[case.reference])


def _standing(case: CreditRecord, today: date) -> dict[str, Any]:
    """What the record does today: marks, suspension, remedies, and from when on repair is possible."""
    is_running = _is_running(case, today)
    return {
        "is_running": is_running,
        "has_ended": case.state in FINAL_STATES,
        "is_early": is_running and bool(repair_fault(case, Ground.FULFILLED, today)),
        "withheld": _withheld(case) if is_running and case.withheld_since else "",
        "remedies": terms_in_force("credit.remedy", today) if case.decided_on else [],
    }


def _withheld(case: CreditRecord) -> CitedTerm | str:
    """On which ground publication is suspended; the finding's end is one without an entry in the list."""
    terms = CitedTerm.objects.filter(vocabulary="credit.withholding", code=case.withheld_ground)
    return terms.order_by("version").last() or _("Finding set aside")


def _said(case: CreditRecord) -> dict[str, Any]:
    """What the subject said and asked for, with the answers; and the measures that it knows of."""
    objections = list(case.objections.prefetch_related("files").order_by("-number"))
    return {
        "statements": case.statements.prefetch_related("files").order_by("-number"),
        "objections": objections,
        "is_contested": any(row.outcome == row.Outcome.OPEN for row in objections),
        "repairs": case.repairs.prefetch_related("proofs").order_by("-number"),
        "measures": _measures(case),
    }


def _measures(case: CreditRecord) -> list[Measure]:
    """Those that are intended, apply or applied; of one that was taken back nothing follows."""
    rows = case.measures.exclude(state=Measure.State.DROPPED)
    return list(rows.select_related("item", "department").order_by("pk"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_granted_record
def statement(request: HttpRequest, case: CreditRecord) -> HttpResponse:
    """Say what speaks against an intended record."""
    return _answer(request, case, STATEMENT_ACT)


@require_http_methods(["GET", "HEAD", "POST"])
@for_granted_record
def objection(request: HttpRequest, case: CreditRecord) -> HttpResponse:
    """Object to what a record in force says."""
    return _answer(request, case, OBJECTION_ACT)


@require_http_methods(["GET", "HEAD", "POST"])
@for_granted_record
def repair(request: HttpRequest, case: CreditRecord) -> HttpResponse:
    """Apply for repair with proof and undertaking."""
    return _answer(request, case, REPAIR_ACT)


def _answer(request: HttpRequest, case: CreditRecord, act: Act) -> HttpResponse:
    """The form, or what was sent with it; a refused file loses neither the texts nor the good files."""
    if request.method != "POST":
        if not act.is_open(case, timezone.localdate()):
            return refused(request, case, CaseChanged())
        log_access(case=case, actor=complainant_actor(request, case), what=f"action:{act.name}")
        return _form_page(request, case, act, act.form(case))
    key = bound_key(request, f"{act.name}-{case.pk}")
    faults, form = stage_uploads(request, key), act.form(case, request.POST)
    if removed_upload(request, key):
        return _form_page(request, case, act, form, key, faults)
    if not form.is_valid() or faults:
        return _form_page(request, case, act, form, key, faults, status=422)
    return _send(request, case, act, form, key)


def _send(request: HttpRequest, case: CreditRecord, act: Act, form: SubjectForm, key: str) -> HttpResponse:
    given = {name: value for name, value in form.cleaned_data.items() if name != "confirm"}
    try:
        with opened_uploads(key) as uploads:
            act.command(record=case, actor=complainant_actor(request, case), uploads=uploads, **given)
    except InvalidInput as error:
        form.show_errors(error.errors)
        return _form_page(request, case, act, form, key, error.errors.get("files", []), status=422)
    except CaseError as error:
        if not (isinstance(error, CaseChanged) and _has_arrived(case, act, str(given[act.said]))):
            return refused(request, case, error)
    drop_uploads(key)
    messages.success(request, _thanks(case, act))
    return redirect("credit:record", reference=case.reference)


def _has_arrived(case: CreditRecord, act: Act, said: str) -> bool:
    """Whether the same was sent a moment ago: the second of two clicks finds the work done, not somebody in between."""
    last = getattr(case, act.rows).order_by("number").last()
    return last is not None and last.is_online and getattr(last, act.said) == said.strip()


def _thanks(case: CreditRecord, act: Act) -> str:
    due = progress.due_text(case, act.clocks)
    return str(act.then_by) % {"day": formats.date_format(due.due, "DATE_FORMAT")} if due else str(act.then)


def _form_page(
    request: HttpRequest,
    case: CreditRecord,
    act: Act,
    form: SubjectForm,
    key: str = "",
    file_faults: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    today, own_key = timezone.localdate(), key.split("-", 2)[-1] or new_idempotency_key()
    context = {
        "record": case,
        "act": act,
        "form": form,
        "key": own_key,
        "file_faults": file_faults or [],
        "next_due": progress.statement_due(case),
        "statement_days": progress.statement_days(case),
        "is_early": bool(repair_fault(case, Ground.FULFILLED, today)),
        **upload_context(f"{act.name}-{case.pk}-{own_key}"),
    }
    return render(request, f"credit/subject/{act.name}.html", context, status=status)
