"""Proposing a record: from the page of a case, or by an officer for a finding that came from elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.models import Case
from casework.cases.references import new_idempotency_key
from casework.credit.admin.forms import FindingFields, offer, severity_choices
from casework.credit.case_records import SECTION
from casework.credit.record.intake import PROPOSERS, record_enter, record_propose
from casework.credit.record.models import CreditRecord
from casework.credit.record.sources import source_fault, subject_kind
from casework.desk.acts import Act, Desk
from casework.desk.forms import INPUT, CaseForm, text_field
from casework.parties.models import Department, Division, Role, Subject, SubjectType, User, division_prefix
from casework.parties.perms import AnyUser, departments_with
from casework.parties.places import PlaceField
from casework.parties.subjects import subject_keep
from casework.parties.validators import clean_credit_code, validate_credit_code
from casework.staff_pages import show_staff_page

FORM = "admin/credit/propose.html"
SUBJECT_FIELDS = ("code", "name", "kind", "division")


def keeping_departments(division: str) -> Any:
    """The departments of a place's province, and national ones, that keep records."""
    province = division_prefix(division)[:2]
    rows = Department.objects.filter(keeps_credit_records=True, is_active=True)
    return rows.filter(division__code__startswith=province or "") | rows.filter(division__level=Division.Level.NATION)


def _department_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=_("department that keeps the record"),
        queryset=Department.objects.none(),
        widget=UnfoldAdminSelectWidget,
        help_text=_("It hears the subject and decides."),
    )


def _kind_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("kind of subject"),
        choices=SubjectType.choices,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Which measures can apply depends on it."),
    )


def _offer_departments(form: forms.Form, rows: Any) -> None:
    field = form.fields["department"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows.order_by("division_id", "name")
    field.initial = field.queryset.last()


class ProposeForm(FindingFields, CaseForm):
    """The finding about the other side of a case."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    department = _department_field()
    kind = _kind_field()
    field_order = ("version", "key", "department", "kind")

    def prepare(self) -> None:
        """What is known of the subject."""
        self.initial["key"] = new_idempotency_key()
        offer(self, "severity", severity_choices())
        _offer_departments(self, keeping_departments(self.case.receiving_department.division_id))
        self.subject = Subject.objects.filter(code=self.case.respondent_code).first()
        if self.subject is not None:
            del self.fields["kind"]
        else:
            self.initial["kind"] = subject_kind(self.case)

    def command(self) -> dict[str, Any]:
        """The finding as one value."""
        data = self.cleaned_data
        return {
            "department": data["department"],
            "finding": self.finding(),
            "severity": data["severity"],
            "idempotency_key": data["key"],
            "kind": data.get("kind", ""),
        }


@transaction.atomic
def propose_from_case(*, case: Case, actor: Actor, kind: str, version: int | None = None, **given: Any) -> CreditRecord:
    """Propose a record about the other side of a case, which is entered in the register where it isn't yet.

    Args:
        kind: of `SubjectType`, for a subject that isn't in the register.
    Raises: those of `record_propose`.
    """
    subject = Subject.objects.filter(code=case.respondent_code).first() or subject_keep(
        code=case.respondent_code,
        name=case.respondent_name,
        kind=kind or SubjectType.OTHER,
        division=case.division,
        is_listed=False,
        is_development=case.is_development,
    )
    return record_propose(subject=subject, actor=actor, source=case, is_development=case.is_development, **given).case


def register_proposal_act(desk: Desk) -> None:
    """Offer the proposal on the pages of a kind of case."""
    desk.register(
        Act(
            name="propose_record",
            label=_("Propose a credit record"),
            tone="neutral",
            confirm=_("The subject gets prior notice of this. Is there a finding by a competent authority?"),
            form=ProposeForm,
            command=propose_from_case,
            intro=_(
                "Only with a finding document of a competent authority. That payment is late, or a deadline passed,"
                " is no finding. The subject is heard, and another person decides."
            ),
            done=_("The record is proposed. The department that keeps it gives prior notice next."),
            allowed=lambda roles: bool(roles & set(PROPOSERS)),
            possible=lambda case: not source_fault(case),
            group=SECTION,
            subject="case",
        )
    )


class EnterForm(FindingFields):
    """A finding that came from elsewhere, with its subject.

    Args:
        user: who enters it.
    """

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    department = _department_field()
    code = text_field(_("unified social credit code of the subject"), length=18)
    name = text_field(_("name of the subject"), length=120, help_text=_("As in the register of its kind."))
    kind = _kind_field()
    division = PlaceField(label=_("place of the subject"), help_text=_("Code or name of the division."))
    field_order = ("key", "department", "code", "name", "kind", "division")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = new_idempotency_key()
        self.fields["division"].widget.attrs["class"] = INPUT["class"]
        offer(self, "severity", severity_choices())
        own = departments_with(user, Role.CREDIT_OFFICER, Role.DEPARTMENT_HEAD)
        _offer_departments(self, Department.objects.filter(pk__in=own, keeps_credit_records=True, is_active=True))

    def clean_code(self) -> str:
        """The code, checked (GB 32100)."""
        code = clean_credit_code(self.cleaned_data["code"])
        validate_credit_code(code)
        return code


def may_enter_finding(user: AnyUser) -> bool:
    """Whether the user keeps records anywhere."""
    own = departments_with(user, Role.CREDIT_OFFICER, Role.DEPARTMENT_HEAD)
    return bool(own) and Department.objects.filter(pk__in=own, keeps_credit_records=True, is_active=True).exists()


def enter_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The form, or the page of the record that came of it.

    Raises:
        PermissionDenied: the user keeps no records.
    """
    if not may_enter_finding(request.user):
        raise PermissionDenied
    assert isinstance(request.user, User)
    form = EnterForm(request.POST or None, user=request.user, initial=_begun(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            filing = record_enter(
                subject={name: data[name] for name in SUBJECT_FIELDS},
                department=data["department"],
                finding=form.finding(),
                severity=data["severity"],
                idempotency_key=data["key"],
                actor=Actor.person(request.user),
            )
            return redirect(model_admin.address(filing.case))
        except InvalidInput as error:
            for name, texts in error.errors.items():
                for text in texts:
                    form.add_error(name if name in form.fields else None, text)
    context = {"title": _("Enter a finding"), "form": form, "pages": model_admin.pages}
    return show_staff_page(model_admin, request, FORM, context, 400 if form.is_bound else 200)


def _begun(request: HttpRequest) -> dict[str, Any]:
    """What the page of a subject hands over."""
    subject = Subject.objects.filter(code=request.GET.get("subject", "")).first()
    if subject is None:
        return {}
    return {"code": subject.code, "name": subject.name, "kind": subject.kind, "division": subject.division_id}
