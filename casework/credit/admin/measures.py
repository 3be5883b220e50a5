"""Measures as the departments that carry them out see them, and what they acknowledge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.decorators import display

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, InvalidInput
from casework.credit.measures.models import EXECUTING_ROLES, Measure
from casework.credit.measures.services import measure_acknowledge
from casework.desk.forms import text_field
from casework.parties.admin_perms import RolePermissions
from casework.parties.models import Role, User
from casework.parties.perms import departments_with
from casework.staff_pages import show_staff_page
from casework.staff_site import StaffModelAdmin

PAGE, LIST = "admin:credit_measure_change", "admin:credit_measure_changelist"
READERS = (*EXECUTING_ROLES, Role.RECEIVING_CLERK, Role.SUPERVISOR, Role.AUDITOR)
State = Measure.State


class DoneForm(forms.Form):
    """What was done about a measure."""

    done = text_field(gettext_lazy("what was done"), length=500, help_text=gettext_lazy("Such as the office informed."))


@admin.register(Measure)
class MeasureAdmin(RolePermissions, StaffModelAdmin):
    """Measures that the user's department carries out, and those of records that the user may see."""

    view_roles = READERS
    list_display = ("subject", "item", "department", "stands", "starts_on", "ends_on", "answered")
    list_filter = ("state", "department__division__level")
    list_select_related = ("record", "item", "department")
    search_fields = ("record__respondent_name", "record__respondent_code", "item__label")
    list_display_links = ("subject",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """What the user may see; what was never applied stays with its record."""
        rows = Measure.objects.visible_to(request.user).filter(state__in=(State.APPLIED, State.ENDED))
        return rows.select_related(*self.list_select_related).order_by("state", "-id")

    @display(description=gettext_lazy("subject"))
    def subject(self, measure: Measure) -> str:
        """Against whom."""
        return measure.record.respondent_name

    @display(
        description=gettext_lazy("state"), ordering="state", label={State.APPLIED: "danger", State.ENDED: "success"}
    )
    def stands(self, measure: Measure) -> tuple[str, str]:
        """Whether it applies."""
        return measure.state, measure.get_state_display()

    @display(description=gettext_lazy("acknowledged"), boolean=True)
    def answered(self, measure: Measure) -> bool:
        """Whether the executing department answered to where the measure stands now."""
        return (measure.acknowledged_on if measure.state == State.APPLIED else measure.lifted_on) is not None

    def get_urls(self) -> list[URLPattern]:
        """The list and the page of a measure."""
        wrap = self.admin_site.admin_view
        page = require_http_methods(["GET", "HEAD", "POST"])(self.measure_view)
        return [
            path("", wrap(self.changelist_view), name="credit_measure_changelist"),
            path("<int:pk>/change/", wrap(page), name="credit_measure_change"),
        ]

    def measure_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is to be carried out or lifted, and the acknowledgement."""
        measure = self.get_queryset(request).filter(pk=pk).select_related("acknowledged_by", "lifted_by").first()
        if measure is None or not self.has_view_permission(request):
            raise Http404
        form = DoneForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._acknowledge(request, measure, form):
            return redirect(PAGE, measure.pk)
        context = {
            "title": measure.item.label,
            "measure": measure,
            "form": form if waits(measure) and executes(request.user, measure) else None,
        }
        return show_staff_page(self, request, "admin/credit/measure.html", context, 400 if form.errors else 200)

    def _acknowledge(self, request: HttpRequest, measure: Measure, form: DoneForm) -> bool:
        assert isinstance(request.user, User)
        try:
            measure_acknowledge(measure=measure, actor=Actor.person(request.user), done=form.cleaned_data["done"])
        except (InvalidInput, ActionNotAllowed) as error:
            form.add_error(None, str(error))
            return False
        messages.success(request, _("Acknowledged."))
        return True


def waits(measure: Measure) -> bool:
    """Whether the executing department has something to acknowledge."""
    return (measure.state == State.APPLIED and measure.acknowledged_on is None) or (
        measure.state == State.ENDED and measure.lifted_on is None
    )


def executes(user: Any, measure: Measure) -> bool:
    """Whether the user answers for the department that carries it out."""
    return measure.department_id in departments_with(user, *EXECUTING_ROLES)
