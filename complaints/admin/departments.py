"""Supervision of departments in the admin: who is late, the measure with its letter, the answer of the head."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from unfold.widgets import CHECKBOX_CLASSES, INPUT_CLASSES, RADIO_CLASSES

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseError, InvalidInput
from casework.desk.forms import long_text
from casework.desk.previews import preview
from casework.desk.words import due_of
from casework.documents.responses import letter_response
from casework.parties.admin_perms import RolePermissions
from casework.parties.models import Department, Role, User
from casework.parties.perms import has_role
from casework.staff_site import StaffModelAdmin
from complaints.measures.departments import (
    MOST_CASES,
    Order,
    can_answer,
    department_measure_answer,
    department_measure_issue,
    late_cases,
    late_departments,
    supervised_departments,
)
from complaints.measures.models import DepartmentMeasure

SHOWN = 100
LIST = "admin:complaints_departmentmeasure_changelist"
_NEEDED = gettext_lazy("An interview needs it.")
_INPUT = {"class": " ".join(INPUT_CLASSES)}


class OrderForm(forms.Form):
    """Which late cases, which measure, and what the letter says.

    Args:
        department: the one that is called to account.
        user: the supervisor.
    """

    complaints = forms.TypedMultipleChoiceField(
        label=gettext_lazy("late cases"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": " ".join(CHECKBOX_CLASSES)}),
        error_messages={"required": gettext_lazy("Choose at least one case.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("measure"),
        choices=DepartmentMeasure.Kind.choices,
        help_text=gettext_lazy("An interview with the head is for a province or the nation (Decree 802 art. 23(1))."),
        widget=forms.RadioSelect(attrs={"class": " ".join(RADIO_CLASSES)}),
    )
    text = long_text(gettext_lazy("what is asked or told"), help_text=gettext_lazy("It stands in the letter."))
    due_on = forms.DateField(
        label=gettext_lazy("answer due on"),
        required=False,
        help_text=gettext_lazy("A letter of inquiry needs it."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **_INPUT}),
    )
    held_at = forms.DateTimeField(
        label=gettext_lazy("time of the interview"),
        required=False,
        help_text=_NEEDED,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", **_INPUT}),
    )
    place = forms.CharField(
        label=gettext_lazy("place of the interview"),
        max_length=200,
        required=False,
        help_text=_NEEDED,
        widget=forms.TextInput(attrs=_INPUT),
    )
    joint_with = forms.CharField(
        label=gettext_lazy("jointly with"),
        help_text=gettext_lazy("Such as the sector's authority or the one above the department."),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs=_INPUT),
    )

    def __init__(self, *args: Any, department: Department, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        rows = late_cases(user, department, today)[:MOST_CASES]
        field = self.fields["complaints"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [
            (row.pk, f"{row.reference} · {row.respondent_name} · {due_of(row.next_due, today).words}")
            for row in rows
            if row.next_due is not None
        ]
        self.initial["complaints"] = [pk for pk, _label in field.choices]

    def order(self) -> Order:
        """What was decided."""
        return Order(**{name: value for name, value in self.cleaned_data.items() if name != "complaints"})


class AnswerForm(forms.Form):
    """The head's answer."""

    answer = long_text(gettext_lazy("answer"), help_text=gettext_lazy("Case by case: why late, how it stands, by when"))


@admin.register(DepartmentMeasure)
class DepartmentMeasureAdmin(RolePermissions, StaffModelAdmin):
    """For supervisors of a division, and for the heads of the departments that were called to account."""

    view_roles = (Role.SUPERVISOR, Role.DEPARTMENT_HEAD)

    def get_urls(self) -> list[URLPattern]:
        """The overview, the form for one department, the measure and its letter."""
        wrap = self.admin_site.admin_view
        asks = require_http_methods(["GET", "HEAD", "POST"])
        name = "complaints_departmentmeasure"
        return [
            path("", wrap(require_safe(self.overview)), name=f"{name}_changelist"),
            path("issue/<int:pk>/", wrap(asks(self.issue)), name=f"{name}_issue"),
            path("<int:pk>/", wrap(asks(self.measure)), name=f"{name}_change"),
            path("<int:pk>/letter/", wrap(require_safe(self.letter)), name=f"{name}_letter"),
        ]

    def overview(self, request: HttpRequest) -> HttpResponse:
        """Who is late, for a supervisor; and the measures."""
        user = self._user(request)
        rows = DepartmentMeasure.objects.visible_to(user).select_related("department", "issuer", "letter")
        context = {
            "title": _("Supervision of departments"),
            "late": late_departments(user),
            "supervises": has_role(user, Role.SUPERVISOR),
            "measures": rows[:SHOWN],
        }
        return self._page(request, "departments", context)

    def issue(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form for one department's late cases, the preview of the letter, and the measure."""
        user = self._user(request)
        department = supervised_departments(user).filter(pk=pk).first()
        if department is None:
            raise Http404
        form = OrderForm(request.POST or None, department=department, user=user)
        if request.method == "POST" and form.is_valid():
            command = partial(
                department_measure_issue,
                actor=Actor.person(user),
                department=department,
                complaints=form.cleaned_data["complaints"],
                order=form.order(),
            )
            answer = self._run(request, form, command, _("The measure is issued. The department's heads are told."))
            if answer is not None:
                return answer
        context = {"title": department.name, "subtitle": _("Call to account"), "form": form, "issues_letter": True}
        return self._page(request, "department_issue", context, status=400 if form.errors else 200)

    def measure(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One measure, and the answer of the department's head."""
        user = self._user(request)
        found = self._found(user, pk)
        form = AnswerForm(request.POST or None)
        answers = can_answer(found, Actor.person(user)) and found.answered_on is None
        if request.method == "POST":
            if not can_answer(found, Actor.person(user)):
                raise PermissionDenied(str(ActionNotAllowed.message))
            if form.is_valid():
                command = partial(
                    department_measure_answer, measure=found, actor=Actor.person(user), **form.cleaned_data
                )
                answer = self._run(request, form, command, _("The answer is kept. The supervisor is told."))
                if answer is not None:
                    return answer
        cases = found.complaints.order_by("pk")
        context = {"title": found.department.name, "measure": found, "cases": cases, "form": form, "answers": answers}
        return self._page(request, "department_measure", context, status=400 if form.errors else 200)

    def letter(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The measure's letter: it belongs to no single case, so the measure says who reads it."""
        found = self._found(self._user(request), pk)
        if found.letter is None:
            raise Http404
        return letter_response(found.letter, download="download" in request.GET)

    def _run(
        self, request: HttpRequest, form: forms.Form, command: Callable[[], object], done: str
    ) -> HttpResponse | None:
        """The answer after the command; None when it refused and the form says why."""
        try:
            if "preview" in request.POST:
                return preview(command)
            command()
        except InvalidInput as error:
            for name, texts in error.errors.items():
                for text in texts:
                    form.add_error(name if name in form.fields else None, text)
            return None
        except ActionNotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except CaseError as error:
            form.add_error(None, str(error))
            return None
        messages.success(request, done)
        return redirect(LIST)

    def _user(self, request: HttpRequest) -> User:
        if not self.has_view_permission(request):
            raise Http404
        assert isinstance(request.user, User)
        return request.user

    def _found(self, user: User, pk: int) -> DepartmentMeasure:
        rows = DepartmentMeasure.objects.visible_to(user)
        found = rows.select_related("department", "issuer", "letter", "issued_by", "answered_by").filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        request.current_app = self.admin_site.name
        whole = {**self.admin_site.each_context(request), "subtitle": None, "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/complaints/{name}.html", whole, status=status)
