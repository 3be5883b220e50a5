"""Questions about disclosures: answered, settled, or handed on by a second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from unfold.decorators import display

from casework.documents.responses import letter_response
from casework.staff_rooms import staff
from complaints.disclosure.access import may_decide, may_run
from complaints.disclosure.admin.common import DisclosureAdminBase
from complaints.disclosure.admin.forms import AcceptForm, ConfirmForm, DeclineForm, DeskExplainForm, ForwardForm
from complaints.disclosure.comparing import FLAG_WORDS, Flag
from complaints.disclosure.corrections import (
    correction_accept,
    correction_explain,
    forward_confirm,
    forward_decline,
    forward_propose,
)
from complaints.disclosure.law import forward_of
from complaints.disclosure.models import DisclosureCorrection

PAGE = "admin:complaints_disclosurecorrection_change"
State = DisclosureCorrection.State
RELATED = (
    "obligation__body__subject", "obligation__body__department", "letter", "disclosure", "asked_by", "proposed_by",
    "closed_by", "declined_by", "answered_at_desk_by", "period",
)  # fmt: skip


@admin.register(DisclosureCorrection)
class DisclosureCorrectionAdmin(DisclosureAdminBase):
    """Questions, the newest first."""

    list_display = ("shown_name", "shown_year", "occasion", "asked_on", "due_on", "shown_state")
    list_filter = ("state", "occasion", "obligation__year", "obligation__kind")
    search_fields = ("obligation__body__subject__name", "obligation__body__subject__code", "document_number")
    list_select_related = ("obligation__body__subject",)

    @display(description=gettext_lazy("obliged body"), ordering="obligation__body__subject__name")
    def shown_name(self, asked: DisclosureCorrection) -> str:
        """The register's name."""
        return asked.obligation.body.subject.name

    @display(description=gettext_lazy("year"), ordering="obligation__year")
    def shown_year(self, asked: DisclosureCorrection) -> int:
        """The year reported on."""
        return asked.obligation.year

    @display(
        description=gettext_lazy("state"),
        ordering="state",
        label={
            State.WAITING: "info",
            State.ANSWERED: "warning",
            State.FORWARD_PROPOSED: "danger",
            State.ACCEPTED: "success",
        },
    )
    def shown_state(self, asked: DisclosureCorrection) -> tuple[str, str]:
        """Coloured."""
        return asked.state, asked.get_state_display()

    def get_urls(self) -> list[URLPattern]:
        """The page, its steps, its letter."""
        wrap, name = self.admin_site.admin_view, "complaints_disclosurecorrection"
        pages: tuple[tuple[str, Callable[..., HttpResponseBase]], ...] = (
            ("change", require_safe(self.question_view)),
            ("letter", require_safe(self.letter_view)),
            ("explain", require_POST(self.explain_view)),
            ("accept", require_POST(self.accept_view)),
            ("propose", require_POST(self.propose_view)),
            ("confirm", require_POST(self.confirm_view)),
            ("decline", require_POST(self.decline_view)),
        )
        own = [path(f"<int:object_id>/{step}/", wrap(never_cache(view)), name=f"{name}_{step}") for step, view in pages]
        return own + super().get_urls()

    def question_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The question with what follows."""
        return self._page(request, self._seen(request, object_id))

    def _seen(self, request: HttpRequest, pk: int) -> DisclosureCorrection:
        asked: DisclosureCorrection = self.seen(request, pk, *RELATED)
        return asked

    def _page(self, request: HttpRequest, asked: DisclosureCorrection, **bound: Any) -> HttpResponse:
        flag = asked.figures.get("flag", "")
        context = {
            "title": str(asked.obligation),
            "asked": asked,
            "flag_words": FLAG_WORDS[Flag(flag)] if flag else "",
            "forward": forward_of(asked.obligation.kind, timezone.localdate()),
            **_forms(request, asked),
            **bound,
        }
        return self.page(request, "question.html", context, 400 if bound else 200)

    def letter_view(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """The letter: it belongs to no case, so the question says who reads it."""
        asked = self._seen(request, object_id)
        if asked.letter is None:
            raise Http404
        return letter_response(asked.letter, download="download" in request.GET)

    def explain_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Register an explanation that came otherwise."""
        said = _("The explanation is registered.")
        return self._step(request, object_id, "explain", DeskExplainForm(request.POST), correction_explain, said)

    def accept_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Settle it."""
        said = _("The question is settled.")
        return self._step(request, object_id, "accept", AcceptForm(request.POST), correction_accept, said)

    def propose_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Propose to hand it on."""
        said = _("Proposed. A head of the department who is not you decides.")
        return self._step(request, object_id, "propose", ForwardForm(request.POST), forward_propose, said)

    def confirm_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Hand it on."""
        said = _("It is handed on.")
        return self._step(request, object_id, "confirm", ConfirmForm(request.POST), forward_confirm, said)

    def decline_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Not hand it on."""
        said = _("It is not handed on.")
        return self._step(request, object_id, "decline", DeclineForm(request.POST), forward_decline, said)

    def _step(
        self, request: HttpRequest, pk: int, name: str, form: Any, command: Callable[..., Any], said: str
    ) -> HttpResponse:
        asked = self._seen(request, pk)
        if not form.is_valid():
            return self._page(request, asked, **{name: form})
        self.step(request, asked, lambda: command(asked=asked, user=staff(request), **form.cleaned_data), said)
        return redirect(PAGE, asked.pk)


def _forms(request: HttpRequest, asked: DisclosureCorrection) -> dict[str, Any]:
    """The steps that this reader may take now."""
    body, user = asked.obligation.body, staff(request)
    forms: dict[str, Any] = {}
    if may_run(user, body.department) and asked.state in (State.WAITING, State.ANSWERED):
        forms["accept"] = AcceptForm()
        if asked.state == State.WAITING:
            forms["explain"] = DeskExplainForm()
        if asked.state == State.ANSWERED or asked.due_on < timezone.localdate():
            forms["propose"] = ForwardForm(initial={"authority": body.authority})
    is_second = may_decide(user, body.department) and asked.proposed_by_id != user.pk
    if asked.state == State.FORWARD_PROPOSED and is_second:
        forms |= {"confirm": ConfirmForm(), "decline": DeclineForm()}
    return forms
