"""The pages of a filing in steps: the same for every kind. Every answer is kept before it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.cases.errors import CaseChanged, InvalidInput
from casework.portal.drafts.links import draft_link_code
from casework.portal.drafts.models import Draft
from casework.portal.drafts.selectors import GRANTS, draft_here, drafts_here
from casework.portal.drafts.services import draft_begin, draft_discard, draft_file, draft_renew_key, draft_save
from casework.portal.filing import keep_language, other_language
from casework.portal.grants import account
from casework.portal.guard.checking import guard_check, guard_context, guard_page
from casework.portal.journeys import Filer, Journey, Step, StepForm, answers_of, only_of
from casework.portal.uploads import removed_upload, stage_uploads, staged_files, upload_context

# The longest name of an item in a catalogue.
MOST_BROUGHT = 300
either = method_decorator([never_cache, require_http_methods(["GET", "HEAD", "POST"])])
reading = method_decorator([never_cache, require_safe])
posting = method_decorator([never_cache, require_POST])


@dataclass(frozen=True)
class JourneyPages:
    """The views of one journey."""

    journey: Journey
    filer: Filer

    def patterns(self) -> list[URLPattern]:
        """The addresses, below the journey's own."""
        name = self.journey.urls.rpartition(":")[2]
        return [
            path("", self.begin, name=name),
            path("<str:number>/check/", self.check, name=f"{name}_check"),
            path("<str:number>/later/", self.later, name=f"{name}_later"),
            path("<str:number>/discard/", self.discard, name=f"{name}_discard"),
            path("<str:number>/<slug:slug>/", self.step, name=f"{name}_step"),
            path("<str:number>/<slug:slug>/save/", self.save, name=f"{name}_save"),
        ]

    @either
    def begin(self, request: HttpRequest) -> HttpResponse:
        """The first step; the draft begins with its answer, so that looking keeps nothing."""
        step = self.journey.steps[0]
        if request.method != "POST":
            form = self.journey.form(self._begun(request))
            form.full_clean()
            form.errors.clear()
            return self._page(request, None, step, form)
        form = only_of(self._judged(self._merged(None, step, request.POST)), step.fields)
        if language := other_language(request):
            form = self._unjudged(self._merged(None, step, request.POST))
            return keep_language(self._page(request, None, step, form), language)
        if form.errors:
            return self._page(request, None, step, form, status=422)
        answers = self._brought(request) | answers_of(step.fields, request.POST)
        draft = draft_begin(kind=self.journey.kind, answers=self.filer.kept(answers), owner=account(request))
        GRANTS.grant(request, draft.pk, draft.code_hash)
        draft = draft_save(draft=draft, answers={}, reached=step.slug)
        return redirect(self.journey.after(draft, step))

    def _begun(self, request: HttpRequest) -> QueryDict:
        data = self.journey.data_of(None)
        for name, texts in self._brought(request).items():
            data.setlist(name, texts)
        return data

    def _brought(self, request: HttpRequest) -> dict[str, list[str]]:
        """What another page knows already comes along in the address: a kind of party, a charge that was checked."""
        given = {self.journey.begun.get(name, name): request.GET[name] for name in request.GET}
        return {name: [str(given[name])[:MOST_BROUGHT]] for name in self.journey.form().fields if name in given}

    @either
    def step(self, request: HttpRequest, number: str, slug: str) -> HttpResponse:
        """One step: what came is kept, then judged."""
        draft, step = self._draft(request, number), self.journey.step(slug)
        if draft is None or step is None:
            return self._ask(number) if draft is None else redirect(self.journey.going_on(draft))
        if request.method != "POST":
            return self._page(request, draft, step, self._unjudged(self.journey.data_of(draft)))
        try:
            return self._answer(request, draft, step)
        except CaseChanged:
            return self._gone(request)

    def _answer(self, request: HttpRequest, draft: Draft, step: Step) -> HttpResponse:
        given = self.filer.button(request, step, request.POST)
        answers = self.filer.kept(answers_of(step.fields, request.POST) | (given or {}))
        form = only_of(self._judged(self._merged_answers(draft, answers)), step.fields)
        faults = stage_uploads(request, draft.key, self.journey.evidence) if step.takes_files else []
        is_good = not form.errors and not faults
        marks = {"reached" if is_good else "missed": step.slug}
        if given is not None or "back" in request.POST or removed_upload(request, draft.key):
            marks = {}
        draft = draft_save(draft=draft, answers=answers, **marks)
        if language := other_language(request):
            page = self._page(request, draft, step, self._unjudged(self.journey.data_of(draft)), faults)
            return keep_language(page, language)
        if "back" in request.POST:
            earlier = self.journey.before(step)
            return redirect(self.journey.address(draft, earlier or step))
        if "later" in request.POST:
            return redirect(f"{self.journey.urls}_later", draft.number)
        if given is not None or "remove_file" in request.POST or "stay" in request.POST:
            return self._page(request, draft, step, self._unjudged(self.journey.data_of(draft)), faults)
        if not is_good:
            return self._page(request, draft, step, form, faults, status=422)
        return redirect(self.journey.after(draft, step))

    @posting
    def save(self, request: HttpRequest, number: str, slug: str) -> HttpResponse:
        """Keep what is typed while it is typed, for the page's script; answers with what follows from it."""
        draft, step = self._draft(request, number), self.journey.step(slug)
        if draft is None or step is None:
            return HttpResponse(status=204)
        try:
            draft = draft_save(draft=draft, answers=self.filer.kept(answers_of(step.fields, request.POST)))
        except CaseChanged:
            return HttpResponse(status=204)
        form = self._unjudged(self.journey.data_of(draft))
        context = {"at": timezone.localtime(), "step": step, **self.filer.context(step, form, draft)}
        return render(request, "portal/steps/saved.html", context)

    @either
    def check(self, request: HttpRequest, number: str) -> HttpResponse:
        """Everything on one page, the declaration, and the filing."""
        draft = self._draft(request, number)
        if draft is None:
            return self._ask(number)
        if request.method != "POST":
            return self._check_page(request, draft, self._undeclared(draft))
        try:
            return self._file(request, draft)
        except CaseChanged:
            return self._gone(request)

    def _file(self, request: HttpRequest, draft: Draft) -> HttpResponse:
        draft = draft_save(draft=draft, answers=answers_of(self.journey.declared, request.POST))
        form = self._judged(self.journey.data_of(draft))
        if language := other_language(request):
            return keep_language(self._check_page(request, draft, self._undeclared(draft)), language)
        if form.errors:
            return self._check_page(request, draft, form, status=422)
        verdict = guard_check(request, self.journey.kind)
        if not verdict.passes:
            return guard_page(request, verdict)
        try:
            return redirect(draft_file(draft=draft, file=lambda row: self.filer.file(request, row, form)))
        except InvalidInput as error:
            if "idempotency_key" in error.errors:
                draft_renew_key(draft=draft)
                error.errors["idempotency_key"] = [
                    _("This was already filed. To file it a second time, check it and send it again.")
                ]
            form.show_errors(error.errors)
            return self._check_page(request, draft, form, status=422)

    def _undeclared(self, draft: Draft) -> StepForm:
        """The judged answers; what is declared on the check page itself is not missing before one was there."""
        form = self._judged(self.journey.data_of(draft))
        for name in self.journey.declared:
            form.errors.pop(name, None)
        return form

    @reading
    def later(self, request: HttpRequest, number: str) -> HttpResponse:
        """How to go on later, here or on another device."""
        draft = self._draft(request, number)
        if draft is None:
            return self._ask(number)
        context = {
            "draft": draft,
            "journey": self.journey,
            "going_on": self.journey.going_on(draft),
            "discard_url": reverse(f"{self.journey.urls}_discard", args=[draft.number]),
            "qr": draft_link_code(draft),
        }
        return render(request, "portal/steps/later.html", context)

    @either
    def discard(self, request: HttpRequest, number: str) -> HttpResponse:
        """The question before a draft is deleted, and the deletion."""
        draft = self._draft(request, number)
        if draft is None:
            return self._ask(number)
        if request.method != "POST":
            context = {"draft": draft, "journey": self.journey, "going_on": self.journey.going_on(draft)}
            return render(request, "portal/steps/discard.html", context)
        draft_discard(draft=draft)
        GRANTS.revoke(request, draft.pk)
        messages.success(request, _("The draft and its files are deleted."))
        return redirect("portal:home")

    def _draft(self, request: HttpRequest, number: str) -> Draft | None:
        return draft_here(request, number, self.journey.kind)

    def _ask(self, number: str) -> HttpResponse:
        return redirect(f"{reverse('portal:drafts')}?number={number[:20]}")

    def _gone(self, request: HttpRequest) -> HttpResponse:
        messages.info(request, _("This draft was filed or deleted on another page."))
        return redirect("portal:drafts")

    def _merged(self, draft: Draft | None, step: Step, posted: QueryDict) -> QueryDict:
        return self._merged_answers(draft, answers_of(step.fields, posted))

    def _merged_answers(self, draft: Draft | None, answers: dict[str, list[str]]) -> QueryDict:
        data = self.journey.data_of(draft)
        for name, texts in answers.items():
            data.setlist(name, texts)
        return data

    def _judged(self, data: QueryDict) -> StepForm:
        form = self.journey.form(data)
        form.full_clean()
        return form

    def _unjudged(self, data: QueryDict) -> StepForm:
        form = self._judged(data)
        form.errors.clear()
        return form

    def _page(
        self,
        request: HttpRequest,
        draft: Draft | None,
        step: Step,
        form: StepForm,
        file_faults: list[str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "journey": self.journey,
            "draft": draft,
            "step": step,
            "number": self.journey.number(step),
            "places": self.journey.places(draft, step) if draft else [],
            "form": form,
            "shown": [form[name] for name in step.fields if name not in step.folded],
            "folded": [form[name] for name in step.folded],
            "is_folded": not any(form[name].value() not in (None, "", False) for name in step.folded),
            "law": self.journey.law_of(step),
            "save_url": reverse(f"{self.journey.urls}_save", args=[draft.number, step.slug]) if draft else "",
            "one_page": reverse(self.journey.one_page),
            "searched": "search" in request.POST,
            "others": [other for other in drafts_here(request) if other.kind == self.journey.kind] if not draft else [],
            "file_faults": file_faults or [],
            **(upload_context(draft.key, self.journey.evidence) if draft and step.takes_files else {}),
            **self.filer.context(step, form, draft),
        }
        return render(request, "portal/steps/step.html", context, status=status)

    def _check_page(self, request: HttpRequest, draft: Draft, form: StepForm, status: int = 200) -> HttpResponse:
        answered = self.journey.answered(draft, form)
        context = {
            "journey": self.journey,
            "draft": draft,
            "places": self.journey.places(draft, None),
            "answered": answered,
            "is_complete": not any(row.faults for row in answered),
            "form": form,
            "declared": [form[name] for name in self.journey.declared],
            "staged": staged_files(draft.key),
            "back": self.journey.address(draft, self.journey.steps[-1]),
            "later_url": reverse(f"{self.journey.urls}_later", args=[draft.number]),
            "consequences": "portal/steps/consequences.html",
            **guard_context(request, self.journey.kind),
            **self.filer.context(None, form, draft),
        }
        return render(request, "portal/steps/check.html", context, status=status)
