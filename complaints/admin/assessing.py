"""Correcting an assessment: the calculators' own forms, filled with what was assessed last, and the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import CHECKBOX_CLASSES, INPUT_CLASSES, RADIO_CLASSES, SELECT_CLASSES

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.reading import log_access
from casework.desk.acts import Page
from casework.desk.forms import long_text
from casework.parties.models import User
from complaints import payment
from complaints.admin.forms import ActionForm
from complaints.assessments.facts import SizeFacts, assess_payment, assess_size, payment_inputs, size_facts
from complaints.assessments.models import Assessment
from complaints.assessments.services import ASSESSING_ROLES, complaint_assess_payment, complaint_assess_size
from complaints.models import ArrearsComplaint
from complaints.payment.forms import Basis, InterestForm
from complaints.payment.telling import tell
from complaints.sizing.forms import SizeForm, Unit
from complaints.sizing.words import answer_words

TEMPLATE = "admin/complaints/arrearscomplaint/assess.html"
_YES_NO = {True: "yes", False: "no", None: ""}


class ReasonForm(ActionForm):
    """Why an assessment is corrected."""

    reason = long_text(
        gettext_lazy("reason"),
        help_text=gettext_lazy("Which fact was wrong or missing, and what shows it. It stands in the timeline."),
        required=False,
        rows=3,
    )


@dataclass(frozen=True)
class Kind:
    """One of the two engines, as a page.

    Attributes:
        fill: the form's data from a complaint.
        build: the form from data.
        answer: what the form's values amount to, for the template.
        save: keep it.
    """

    title: Promise
    done: Promise
    fill: Callable[[ArrearsComplaint], QueryDict]
    build: Callable[[QueryDict], forms.Form]
    answer: Callable[[Any, ArrearsComplaint], dict[str, Any]]
    save: Callable[..., Assessment]


def may_assess(complaint: ArrearsComplaint, actor: Actor) -> bool:
    """Whether the actor may correct assessments now."""
    return bool(roles_on(actor, complaint) & ASSESSING_ROLES) and not complaint.is_ended


def assess(request: HttpRequest, complaint: ArrearsComplaint, kind: str, page: Page) -> HttpResponse:
    """Show the form, calculate without keeping, or keep.

    Raises:
        Http404: no such kind.
        PermissionDenied: not one who works on the case.
    """
    if kind not in KINDS:
        raise Http404
    assert isinstance(request.user, User)
    actor = Actor.person(request.user)
    if not roles_on(actor, complaint) & ASSESSING_ROLES:
        raise PermissionDenied(str(ActionNotAllowed.message))
    if complaint.is_ended:
        messages.warning(request, _("This action is not possible in the present state of the case."))
        return redirect(page.address(complaint))
    if request.method == "POST":
        return _submit(request, complaint, KINDS[kind], actor, page)
    log_access(case=complaint, actor=actor, what=f"action:assess_{kind}")
    form = KINDS[kind].build(KINDS[kind].fill(complaint))
    return _show(request, complaint, KINDS[kind], form, ReasonForm(case=complaint, user=request.user), page)


def _submit(request: HttpRequest, complaint: ArrearsComplaint, kind: Kind, actor: Actor, page: Page) -> HttpResponse:
    assert actor.user is not None
    form = kind.build(request.POST)
    reason = ReasonForm(request.POST, case=complaint, user=actor.user)
    sound = form.is_valid() & reason.is_valid()
    if not sound or "calculate" in request.POST:
        return _show(request, complaint, kind, form, reason, page, status=200 if sound else 400)
    given = reason.cleaned_data
    try:
        kind.save(form, complaint=complaint, actor=actor, reason=given["reason"], version=given["version"])
    except InvalidInput as error:
        reason.show_errors(error.errors)
        return _show(request, complaint, kind, form, reason, page, status=error.status)
    except CaseChanged as error:
        return _changed(request, complaint, kind, actor, page, error)
    except ActionNotAllowed as error:
        raise PermissionDenied(str(error)) from error
    messages.success(request, str(kind.done))
    return redirect(page.address(complaint))


def _changed(
    request: HttpRequest, complaint: ArrearsComplaint, kind: Kind, actor: Actor, page: Page, error: CaseChanged
) -> HttpResponse:
    """Somebody was first: what was typed stays, with the new version of the case."""
    assert actor.user is not None
    now = page.reread(request, complaint.pk)
    if now is None:
        raise Http404
    data = request.POST.copy()
    data["version"] = str(now.version)
    reason = ReasonForm(data, case=now, user=actor.user)
    problem = _("Somebody else acted on this case first. Look at the new state and decide again; your text is kept.")
    return _show(request, now, kind, kind.build(data), reason, page, problem=problem, status=error.status)


def _show(
    request: HttpRequest,
    complaint: ArrearsComplaint,
    kind: Kind,
    form: forms.Form,
    reason: ReasonForm,
    page: Page,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    dress(form)
    for row in [*getattr(form, "payments", ()), *getattr(form, "deposits", ())]:
        dress(row)
    answer = kind.answer(form, complaint) if form.is_valid() else {}
    context = {
        **page.context(request, complaint),
        "subtitle": kind.title,
        "title_of_kind": kind.title,
        "form": form,
        "reason": reason,
        "problem": problem,
        "still_possible": not complaint.is_ended,
        "address": page.address(complaint),
        **answer,
    }
    return TemplateResponse(request, TEMPLATE, context, status=status)


def dress(form: forms.Form) -> None:
    """Give a public form's fields the looks of the admin."""
    for field in form.fields.values():
        widget = field.widget
        classes = INPUT_CLASSES
        # Several ticks are a kind of radio buttons to Django: ask for them first.
        if isinstance(widget, forms.CheckboxSelectMultiple | forms.CheckboxInput):
            classes = CHECKBOX_CLASSES
        elif isinstance(widget, forms.RadioSelect):
            classes = RADIO_CLASSES
        elif isinstance(widget, forms.Select):
            classes = SELECT_CLASSES
        widget.attrs["class"] = " ".join(classes)


def _fill_payment(complaint: ArrearsComplaint) -> QueryDict:
    """The form's data from what was assessed last, else from the facts of the filing."""
    last = complaint.assessments.filter(kind=Assessment.Kind.PAYMENT).order_by("-number").first()
    inputs = payment.from_record(last.record)[0] if last else payment_inputs(complaint)
    data = QueryDict(mutable=True)
    if inputs is None:
        return data
    basis = Basis.SETTLEMENT if inputs.periodic_settlement else Basis.DELIVERY
    if inputs.inspection is not None:
        basis = Basis.ACCEPTANCE
        data["agreed_deadline"] = _text(inputs.inspection.agreed_deadline)
        data["passed_on"] = _text(inputs.inspection.passed_on)
    plain = (
        "respondent_type", "signed_on", "contract_object", "delivered_on", "settlement_confirmed_on",
        "agreed_term_days", "agreed_annual_rate", "amount", "undisputed_amount", "allocation", "day_count",
    )  # fmt: skip
    for name in plain:
        data[name] = _text(getattr(inputs, name))
    data["basis"] = basis.value
    data["state_owned"] = _YES_NO[inputs.state_owned]
    data["sme_status_told"] = _YES_NO[inputs.sme_status_told]
    data.setlist("practices", [practice.value for practice in inputs.practices])
    data.setlist("invalid_reasons", [excuse.value for excuse in inputs.invalid_reasons])
    for place, paid in enumerate(inputs.payments):
        data[f"payment-{place}-on"], data[f"payment-{place}-amount"] = _text(paid.on), _text(paid.amount)
    for place, deposit in enumerate(inputs.deposits):
        for name in ("kind", "amount", "expires_on"):
            data[f"deposit-{place}-{name}"] = _text(getattr(deposit, name))
    return data


def _answer_payment(form: InterestForm, complaint: ArrearsComplaint) -> dict[str, Any]:
    inputs = form.inputs()
    result = assess_payment(inputs, form.last_day())
    return {"payment": {"inputs": inputs, "result": result, "words": tell(inputs, result)}}


def _save_payment(form: InterestForm, **given: Any) -> Assessment:
    return complaint_assess_payment(inputs=form.inputs(), as_of=form.last_day(), **given)


def _fill_size(complaint: ArrearsComplaint) -> QueryDict:
    last = complaint.assessments.filter(kind=Assessment.Kind.SIZE).order_by("-number").first()
    facts = size_facts(complaint)
    given = last.record["inputs"] if last else vars_of(facts)
    data = QueryDict(mutable=True)
    data["unit"] = Unit.YUAN.value
    for name in ("industry", "employees", "revenue", "assets"):
        data[name] = _text(given.get(name))
    return data


def vars_of(facts: SizeFacts | None) -> dict[str, Any]:
    """The figures by name; empty without any."""
    if facts is None:
        return {}
    return {name: getattr(facts, name) for name in ("industry", "employees", "revenue", "assets")}


def _facts(form: SizeForm) -> SizeFacts:
    figures = form.figures()
    return SizeFacts(form.cleaned_data["industry"], form.cleaned_data["employees"], **figures)


def _answer_size(form: SizeForm, complaint: ArrearsComplaint) -> dict[str, Any]:
    found = assess_size(_facts(form), complaint.signed_on)
    return {"size": {"found": found, "answer": answer_words(found)}} if found else {}


def _save_size(form: SizeForm, **given: Any) -> Assessment:
    return complaint_assess_size(facts=_facts(form), **given)


def _text(value: object) -> str:
    return "" if value is None else str(value)


KINDS: dict[str, Kind] = {
    "payment": Kind(
        gettext_lazy("Due date and interest"),
        gettext_lazy("The new assessment is kept; the one before stays beside it."),
        _fill_payment,
        InterestForm,
        _answer_payment,
        _save_payment,
    ),
    "size": Kind(
        gettext_lazy("Enterprise size at signing"),
        gettext_lazy("The new assessment is kept; the one before stays beside it."),
        _fill_size,
        lambda data: SizeForm(data.dict()),  # type: ignore[arg-type]
        _answer_size,
        _save_size,
    ),
}
