"""Typical cases in the admin: the text with its preview, approval, joint departments, publication, withdrawal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from unfold.decorators import display

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseError, CaseNotFound, InvalidInput
from casework.cases.models import Case
from casework.cases.pages import case_page
from casework.parties.admin_perms import RolePermissions
from casework.parties.models import Role, User
from casework.parties.perms import departments_with
from casework.staff_site import StaffModelAdmin
from fees.admin.common import SHEETS, show_page
from fees.admin.exposure_forms import AnswerForm, AskForm, BeginForm, ReadForm, ReturnForm, TextForm, WithdrawForm
from fees.exposure import services
from fees.exposure.guards import exposure_faults, joint_faults
from fees.exposure.models import JointDepartment, TypicalCase
from fees.exposure.perms import READERS, WRITERS, may_answer, may_approve, may_withdraw, may_write
from fees.report.models import FeeReport

Status, State = TypicalCase.Status, JointDepartment.State
PAGE = "admin:fees_typicalcase_change"
# Beside another form on the same page.
ANSWER_IDS = "answer_%s"


class WaitsFilter(admin.SimpleListFilter):
    """What waits for the reader."""

    title = gettext_lazy("waits for")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """As head of the department, or of one that is asked."""
        return [("approval", _("my approval")), ("answer", _("my department's answer"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows."""
        heads = departments_with(request.user, Role.DEPARTMENT_HEAD)
        if self.value() == "approval":
            return queryset.filter(department__in=heads, status=Status.SUBMITTED).exclude(drafted_by=request.user.pk)
        if self.value() == "answer":
            asked = JointDepartment.objects.filter(department__in=heads, state=State.ASKED)
            waiting = (Status.SUBMITTED, Status.APPROVED)
            return queryset.filter(pk__in=asked.values("typical_case"), status__in=waiting)
        return queryset


@admin.register(TypicalCase)
class TypicalCaseAdmin(RolePermissions, StaffModelAdmin):
    """Cases with their steps; a published one is only read and withdrawn."""

    view_roles = READERS
    add_roles = WRITERS
    list_display = ("name", "shown_status", "published_name", "department", "division", "batch", "published_on")
    list_filter = ("status", WaitsFilter, "is_grave", "batch")
    search_fields = ("title", "published_name", "document_number", "batch")
    search_help_text = gettext_lazy("Title, payee as published, number of the document or batch")
    list_select_related = ("department", "division")
    ordering = ("-id",)

    class Media:
        css = SHEETS

    def get_queryset(self, request: HttpRequest) -> QuerySet[TypicalCase]:
        """Those that the reader may see."""
        return TypicalCase.objects.visible_to(request.user)

    @display(description=gettext_lazy("title"), ordering="title")
    def name(self, case: TypicalCase) -> str:
        """The title, or what stands for it."""
        return str(case)

    @display(
        description=gettext_lazy("status"),
        ordering="status",
        label={
            Status.DRAFT: "warning", Status.SUBMITTED: "info", Status.APPROVED: "info", Status.PUBLISHED: "success",
            Status.WITHDRAWN: "danger",
        },
    )  # fmt: skip
    def shown_status(self, case: TypicalCase) -> tuple[str, str]:
        """Coloured."""
        return case.status, case.get_status_display()

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        both = require_http_methods(["GET", "HEAD", "POST"])
        steps: tuple[tuple[str, Callable[..., HttpResponseBase]], ...] = (
            ("change", require_safe(self.case_view)),
            ("edit", both(self.edit_view)),
            ("preview", require_safe(self.preview_view)),
            ("submit", require_POST(self.submit_view)),
            ("approve", require_POST(self.approve_view)),
            ("return", require_POST(self.return_view)),
            ("publish", require_POST(self.publish_view)),
            ("withdraw", require_POST(self.withdraw_view)),
            ("ask", require_POST(self.ask_view)),
            ("answer", require_POST(self.answer_view)),
        )
        wrap, name = self.admin_site.admin_view, "fees_typicalcase"
        own = [path(f"<int:object_id>/{step}/", wrap(view), name=f"{name}_{step}") for step, view in steps]
        release = path(
            "<int:object_id>/release/<int:joint_id>/", wrap(require_POST(self.release_view)), name=f"{name}_release"
        )
        return [path("add/", wrap(both(self.begin_view)), name=f"{name}_add"), *own, release, *super().get_urls()]

    def begin_view(self, request: HttpRequest) -> HttpResponse:
        """Begin a case."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        data = request.POST if request.method == "POST" else None
        form = BeginForm(data, user=_user(request), initial={"reference": request.GET.get("report")})
        if form.is_bound and form.is_valid():
            try:
                case = services.exposure_draft(actor=_actor(request), **_begun_from(request, form))
            except CaseError as refusal:
                form.add_error("reference" if form.cleaned_data["reference"] else None, _words(refusal))
            else:
                messages.success(request, _("The draft is begun. Complete its text."))
                return redirect("admin:fees_typicalcase_edit", case.pk)
        context = {"title": _("New typical case"), "form": form, "label": _("Begin")}
        return show_page(self, request, "exposure_form.html", context, 400 if form.errors else 200)

    def case_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Where a case stands and what the reader may do."""
        return self._page(request, self._case(request, object_id))

    def _page(self, request: HttpRequest, case: TypicalCase, **bound: Any) -> HttpResponse:
        user, forms_ = request.user, {**self._forms(request, case), **bound}
        is_draft, is_writer = case.status == Status.DRAFT, may_write(user, case)
        context = {
            "title": str(case),
            "case": case,
            "is_writer": is_writer,
            "is_open": case.status in services.OPEN,
            "is_drafter": case.drafted_by_id == user.pk,
            "joint": [_joint_row(row, case) for row in case.joint.select_related("department", "answered_by")],
            "faults": _fault_lines(exposure_faults(case)) if is_draft and is_writer else [],
            "joint_faults": joint_faults(case) if case.status == Status.APPROVED else [],
            "report_page": _report_page(user, case),
            **forms_,
        }
        if "asking" in forms_:
            context["media"] = self.media + forms_["asking"].media
        refused = any(form.is_bound and form.errors for form in bound.values())
        return show_page(self, request, "exposure.html", context, 400 if refused else 200)

    def _forms(self, request: HttpRequest, case: TypicalCase) -> dict[str, forms.Form]:
        """The steps that the reader may take now."""
        user, seen = request.user, {"revision": case.revision}
        is_head, is_writer = may_approve(user, case), may_write(user, case)
        waits = case.status in (Status.SUBMITTED, Status.APPROVED)
        offered: dict[str, tuple[bool, forms.Form]] = {
            "submitting": (is_writer and case.status == Status.DRAFT, ReadForm(initial=seen)),
            "approving": (
                is_head and case.status == Status.SUBMITTED and case.drafted_by_id != user.pk, ReadForm(initial=seen),
            ),
            "returning": (is_head and waits, ReturnForm()),
            "publishing": (is_writer and case.status == Status.APPROVED, ReadForm(initial=seen)),
            "withdrawing": (may_withdraw(user, case) and case.status == Status.PUBLISHED, WithdrawForm()),
            "asking": (is_writer and case.status in services.OPEN, AskForm()),
            "answering": (waits and _asked_of(request, case) is not None, AnswerForm(initial=seen, auto_id=ANSWER_IDS)),
        }  # fmt: skip
        return {name: form for name, (allowed, form) in offered.items() if allowed}

    def edit_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The text."""
        case = self._case(request, object_id)
        if not may_write(request.user, case):
            raise PermissionDenied
        if case.status not in services.OPEN:
            messages.warning(request, _("A published case never changes. It can only be withdrawn."))
            return redirect(PAGE, case.pk)
        form = TextForm(request.POST if request.method == "POST" else None, instance=case)
        if form.is_bound and form.is_valid() and self._saved(request, case, form):
            return redirect(PAGE, case.pk)
        context = {
            "title": _("Text of the case"),
            "form": form,
            "label": _("Save"),
            "back": case,
            "note": _("Saving asks for another approval.") if case.status != Status.DRAFT else "",
        }
        return show_page(self, request, "exposure_form.html", context, 400 if form.errors else 200)

    def _saved(self, request: HttpRequest, case: TypicalCase, form: TextForm) -> bool:
        given = form.cleaned_data
        try:
            services.exposure_edit(
                typical_case=case, actor=_actor(request), values=form.values(), categories=given["categories"],
                revision=given["revision"],
            )  # fmt: skip
        except InvalidInput as refusal:
            form.show_errors(refusal.errors)
            return False
        except CaseError as refusal:
            form.add_error(None, _words(refusal))
            return False
        self.log_change(request, case, _("Text of the case"))
        messages.success(request, _("The text is saved."))
        return True

    def preview_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The public page as it will be, with the departments that are asked to join."""
        case: Any = self._case(request, object_id)
        if case.status == Status.PUBLISHED:
            return redirect("fees:typical_case", case.pk)
        joining = (State.ASKED, State.AGREED)
        case.agreed = list(case.joint.filter(state__in=joining).select_related("department"))
        return render(request, "fees/typical_case.html", {"case": case, "is_preview": True})

    def submit_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """For approval."""
        return self._read(
            request, object_id, "submitting", services.exposure_submit, _("The case waits for its approval.")
        )

    def approve_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """By a second person."""
        return self._read(
            request, object_id, "approving", services.exposure_approve,
            _("The case is approved. It can be published once every joint department has agreed."),
        )  # fmt: skip

    def publish_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """To everybody."""
        return self._read(request, object_id, "publishing", services.exposure_publish, _("The case is published."))

    def _read(
        self, request: HttpRequest, object_id: int, name: str, command: Callable[..., Any], said: str
    ) -> HttpResponse:
        case, form = self._case(request, object_id), ReadForm(request.POST)
        if not form.is_valid():
            return self._page(request, case, **{name: form})
        revision = form.cleaned_data["revision"]
        return self._step(
            request, case, lambda: command(typical_case=case, actor=_actor(request), revision=revision), said
        )

    def return_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Back to the writer."""
        case, form = self._case(request, object_id), ReturnForm(request.POST)
        if not form.is_valid():
            return self._page(request, case, returning=form)
        remarks = form.cleaned_data["remarks"]
        return self._step(
            request,
            case,
            lambda: services.exposure_return(typical_case=case, actor=_actor(request), remarks=remarks),
            _("The case is a draft again."),
        )

    def withdraw_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Out of the public."""
        case, form = self._case(request, object_id), WithdrawForm(request.POST)
        if not form.is_valid():
            return self._page(request, case, withdrawing=form)
        reason = form.cleaned_data["reason"]
        return self._step(
            request,
            case,
            lambda: services.exposure_withdraw(typical_case=case, actor=_actor(request), reason=reason),
            _("The case is withdrawn. Its public address says so."),
        )

    def ask_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask a department to join."""
        case, form = self._case(request, object_id), AskForm(request.POST)
        if not form.is_valid():
            return self._page(request, case, asking=form)
        department = form.cleaned_data["department"]
        return self._step(
            request,
            case,
            lambda: services.joint_ask(typical_case=case, actor=_actor(request), department=department),
            _("%(department)s is asked to join.") % {"department": department},
        )

    def release_view(self, request: HttpRequest, object_id: int, joint_id: int) -> HttpResponse:
        """Publish without a department."""
        case = self._case(request, object_id)
        row = get_object_or_404(case.joint.select_related("department"), pk=joint_id)
        return self._step(
            request,
            case,
            lambda: services.joint_release(joint=row, actor=_actor(request)),
            _("%(department)s is no longer asked.") % {"department": row.department},
        )

    def answer_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The answer of the reader's department."""
        case, form = self._case(request, object_id), AnswerForm(request.POST, auto_id=ANSWER_IDS)
        row = _asked_of(request, case)
        if row is None:
            raise PermissionDenied
        agrees = request.POST.get("answer") == "agree"
        if form.is_valid() and not agrees and not form.cleaned_data["remark"].strip():
            form.add_error("remark", _("Say why your department declines."))
        if not form.is_valid():
            return self._page(request, case, answering=form)
        return self._step(
            request,
            case,
            lambda: services.joint_answer(joint=row, actor=_actor(request), agrees=agrees, **form.cleaned_data),
            _("The answer of your department is recorded."),
        )

    def _step(self, request: HttpRequest, case: TypicalCase, step: Callable[[], Any], said: str) -> HttpResponse:
        try:
            step()
        except ActionNotAllowed as refusal:
            raise PermissionDenied from refusal
        except InvalidInput as refusal:
            for line in _fault_lines(refusal.errors):
                messages.error(request, line)
        except CaseError as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, case, said)
            messages.success(request, said)
        return redirect(PAGE, case.pk)

    def _case(self, request: HttpRequest, pk: int) -> TypicalCase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request).select_related(
            "report", "department", "division__parent__parent", "drafted_by", "submitted_by", "approved_by",
            "published_by", "withdrawn_by",
        )  # fmt: skip
        return get_object_or_404(rows.prefetch_related("categories"), pk=pk)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _actor(request: HttpRequest) -> Actor:
    return Actor.person(_user(request))


def _begun_from(request: HttpRequest, form: BeginForm) -> dict[str, Any]:
    """The report of the reference, or the department.

    Raises:
        CaseNotFound: no report that the reader may see has the reference.
    """
    reference = form.cleaned_data["reference"].strip()
    if not reference:
        return {"department": form.cleaned_data["department"]}
    seen = Case.objects.visible_to(request.user)
    report = FeeReport.objects.filter(reference=reference, pk__in=seen).first()
    if report is None:
        raise CaseNotFound(_("No report with this reference is yours to see."))
    return {"report": report}


def _words(refusal: CaseError) -> str:
    return " ".join(_fault_lines(refusal.errors)) if isinstance(refusal, InvalidInput) else str(refusal)


def _fault_lines(faults: dict[str, list[str]]) -> list[str]:
    """Each fault after the name of its field."""
    return [f"{_label(name)}{text}" for name, texts in faults.items() for text in texts]


def _label(name: str) -> str:
    if name in services.WRITTEN:
        words = str(TypicalCase._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    elif name == "categories":
        words = _("kinds of violation")
    else:
        return ""
    return _("%(field)s: ") % {"field": words}


def _asked_of(request: HttpRequest, case: TypicalCase) -> JointDepartment | None:
    """The question to a department that the reader heads."""
    rows = case.joint.exclude(state=State.RELEASED).select_related("department")
    return next((row for row in rows if may_answer(request.user, row)), None)


def _joint_row(row: JointDepartment, case: TypicalCase) -> dict[str, Any]:
    is_stale = row.revision is not None and row.revision != case.revision
    return {"row": row, "is_stale": is_stale, "is_released": row.state == State.RELEASED}


def _report_page(user: Any, case: TypicalCase) -> dict[str, str] | None:
    """The report and its page, for those who may see it."""
    if case.report is None or not Case.objects.visible_to(user).filter(pk=case.report.pk).exists():
        return None
    return {"reference": case.report.reference, "address": case_page(case.report)}
