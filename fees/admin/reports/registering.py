"""Registration by a clerk of what came by phone, letter, petition column or from a monitoring point."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import CHECKBOX_CLASSES, INPUT_CLASSES, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.filing import Filing
from casework.cases.references import new_idempotency_key
from casework.cases.terms import terms_in_force
from casework.desk.forms import day_field, long_text, money_field, text_field
from casework.documents.evidence import evidence_stage
from casework.documents.models import StagedFile
from casework.parties.models import Department, User
from casework.parties.perms import AnyUser, departments_with
from casework.places import PlaceField
from casework.staff_pages import show_staff_page
from fees.monitoring.alarms import alarm_hand_on
from fees.monitoring.models import Alarm
from fees.payees import PayeeType
from fees.report.intake import REGISTRARS, report_register
from fees.report.models import FeeReport, Source

FORM, DONE = "admin/fees/report/register.html", "admin/fees/report/registered.html"
_INPUT = {"class": " ".join(INPUT_CLASSES)}
_HANDED_OVER = ("alarm", "source", "item", "division", "charged_on", "facts")
_NOT_OF_THE_REPORT = ("department", "evidence", "key", "alarm")


def registering_departments(user: AnyUser) -> Any:
    """Where the user registers reports."""
    own = departments_with(user, *REGISTRARS)
    return Department.objects.filter(pk__in=own, registers_reports=True, is_active=True).order_by("name")


def may_register(user: AnyUser) -> bool:
    """Whether the user registers reports anywhere."""
    return bool(departments_with(user, *REGISTRARS)) and registering_departments(user).exists()


class ManyFilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once; none is right too."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files."""
        one = super().clean
        return [one(item, initial) for item in data] if isinstance(data, list | tuple) else []


class RegisterForm(forms.Form):
    """What the clerk writes down.

    Args:
        user: the clerk.
    """

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    alarm = forms.ModelChoiceField(widget=forms.HiddenInput, queryset=Alarm.objects.none(), required=False)
    department = forms.ModelChoiceField(
        label=_("registering department"), queryset=Department.objects.none(), widget=UnfoldAdminSelectWidget
    )
    source = forms.ChoiceField(
        label=_("way of arrival"),
        choices=[pair for pair in Source.choices if pair[0] != Source.ONLINE],
        widget=UnfoldAdminSelectWidget,
    )
    arrived_on = day_field(_("arrived on"), help_text=_("The time to accept or refuse counts from the day after."))
    is_anonymous = forms.BooleanField(
        label=_("The reporter gives no name"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": " ".join(CHECKBOX_CLASSES)}),
    )
    complainant_name = text_field(_("name of the reporter"), length=120, required=False)
    complainant_code = text_field(_("the reporter's unified social credit code"), length=18, required=False)
    contact_name = text_field(_("contact person"), length=40, required=False)
    contact_phone = text_field(_("phone"), length=20, required=False)
    contact_email = forms.EmailField(label=_("e-mail"), required=False, widget=UnfoldAdminTextInputWidget)
    respondent_name = text_field(_("payee"), length=120)
    respondent_code = text_field(_("its unified social credit code"), length=18, required=False)
    payee_type = forms.ChoiceField(label=_("kind of payee"), choices=PayeeType.choices, widget=UnfoldAdminSelectWidget)
    payee_address = text_field(_("address of the payee"), length=200, required=False)
    division = PlaceField(label=_("place"), help_text=_("Code or name of the division where it was charged."))
    item = text_field(_("what was charged"), length=200, help_text=_("As it stands on the receipt or notice."))
    charged_on = day_field(_("charged on"))
    amount = money_field(_("amount (yuan)"))
    quantity = forms.DecimalField(
        label=_("quantity"), required=False, max_digits=16, decimal_places=4, widget=forms.NumberInput(attrs=_INPUT)
    )
    unit = text_field(_("unit"), length=40, required=False)
    base = money_field(_("amount that the percentage is taken of (yuan)"), required=False)
    payees_basis = text_field(_("what the payee relied on"), length=300, required=False)
    suspected = forms.ChoiceField(label=_("kind of violation"), required=False, widget=UnfoldAdminSelectWidget)
    facts = long_text(_("what happened"))
    request = long_text(_("what the reporter asks for"), required=False, rows=2)
    evidence = ManyFilesField(
        label=_("evidence"), required=False, widget=ManyFilesInput(attrs={"multiple": True, **_INPUT})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = self.fields["department"]
        assert isinstance(departments, forms.ModelChoiceField)
        departments.queryset = registering_departments(user)
        departments.initial = departments.queryset.first()
        alarm = self.fields["alarm"]
        assert isinstance(alarm, forms.ModelChoiceField)
        alarm.queryset = Alarm.objects.visible_to(user)
        self.fields["division"].widget.attrs["class"] = " ".join(INPUT_CLASSES)
        self.fields["arrived_on"].initial = timezone.localdate()
        self.fields["key"].initial = new_idempotency_key()
        suspected = self.fields["suspected"]
        assert isinstance(suspected, forms.ChoiceField)
        terms = terms_in_force("fee.violation", timezone.localdate())
        suspected.choices = [("", "—"), *((term.code, f"{term.code} {term.label}") for term in terms)]

    def data_of_report(self) -> dict[str, Any]:
        """The report's fields."""
        return {name: value for name, value in self.cleaned_data.items() if name not in _NOT_OF_THE_REPORT}

    def show_errors(self, errors: dict[str, list[str]]) -> None:
        """Put the command's refusals at their fields."""
        for name, texts in errors.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


def register_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The form, or the report that came of it with the reporter's secret, shown this once.

    Raises:
        PermissionDenied: the user registers nowhere.
    """
    if not may_register(request.user):
        raise PermissionDenied
    assert isinstance(request.user, User)
    if request.method != "POST":
        return _show(model_admin, request, RegisterForm(user=request.user, initial=_begun(request)))
    form = RegisterForm(request.POST, request.FILES, user=request.user)
    key = request.POST.get("key", "")
    faults = evidence_stage(key=key, uploads=request.FILES.getlist("evidence")) if len(key) >= 16 else []
    if not form.is_valid() or faults:
        for fault in faults:
            form.add_error("evidence", fault)
        return _show(model_admin, request, form, status=400)
    try:
        filing = _register(form, request.user)
    except InvalidInput as error:
        form.show_errors(error.errors)
        return _show(model_admin, request, form, status=error.status)
    except (ActionNotAllowed, CaseChanged) as error:
        form.add_error(None, str(error))
        return _show(model_admin, request, form, status=error.status)
    return _done(model_admin, request, filing)


def _register(form: RegisterForm, user: User) -> Filing[FeeReport]:
    """The report, and the alarm that began it if there is one: both or neither."""
    given = form.cleaned_data
    with transaction.atomic():
        filing = report_register(
            data=form.data_of_report(),
            department=given["department"],
            idempotency_key=given["key"],
            actor=Actor.person(user),
        )
        if given["alarm"]:
            alarm_hand_on(alarm=given["alarm"], report=filing.case, user=user)
    return filing


def _begun(request: HttpRequest) -> dict[str, str]:
    """What another page hands over, such as an alarm of the monitoring."""
    return {name: request.GET[name][:200] for name in _HANDED_OVER if name in request.GET}


def _show(model_admin: Any, request: HttpRequest, form: RegisterForm, status: int = 200) -> HttpResponse:
    kept = StagedFile.objects.filter(key=form["key"].value() or "") if form.is_bound else []
    context = {"title": _("Register a report"), "form": form, "kept": kept, "pages": model_admin.pages}
    return show_staff_page(model_admin, request, FORM, context, status)


def _done(model_admin: Any, request: HttpRequest, filing: Filing[FeeReport]) -> HttpResponse:
    if not filing.is_new:
        return redirect(model_admin.address(filing.case))
    context = {
        "title": _("Report registered"),
        "report": filing.case,
        "secret": filing.secret,
        "address": model_admin.address(filing.case),
    }
    return show_staff_page(model_admin, request, DONE, context)
