"""A page on which the one who filed a case sends text and files; a refused file loses neither text nor good files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casework.cases.actors import Actor
from casework.cases.errors import CaseError, InvalidInput
from casework.cases.models import Case
from casework.cases.pages import tracking_page
from casework.cases.references import new_idempotency_key
from casework.portal.forms import VersionForm
from casework.portal.grants import complainant_actor
from casework.portal.guard.checking import guard_check, guard_context, guard_page
from casework.portal.tracking import refused
from casework.portal.uploads import (
    bound_key,
    drop_uploads,
    opened_uploads,
    removed_upload,
    stage_uploads,
    upload_context,
)

# The name under which the guard counts it.
GUARDED = "message"


@dataclass(frozen=True)
class Sending:
    """What is sent, by which command.

    Attributes:
        purpose: one word; files wait under it and the case.
        command: carries it out, given actor, the form's clean data and the files.
        thanks: what the case's page then says.
        context: what the template needs beside the form.
        kinds: the list of kinds of evidence to choose from, if there is one.
    """

    purpose: str
    form: type[VersionForm]
    template: str
    command: Callable[[Actor, Mapping[str, Any], list[UploadedFile]], object]
    thanks: str
    context: Mapping[str, Any] = field(default_factory=dict)
    kinds: str = ""

    def answer(self, request: HttpRequest, case: Case) -> HttpResponse:
        """The form, or the case's page after the command."""
        if request.method != "POST":
            return self._page(request, case, self.form(initial={"version": case.version}))
        key = bound_key(request, self._to(case))
        faults, form = stage_uploads(request, key, self.kinds), self.form(request.POST)
        if removed_upload(request, key):
            return self._page(request, case, form, key, faults)
        if not form.is_valid() or faults:
            return self._page(request, case, form, key, faults, status=422)
        verdict = guard_check(request, GUARDED)
        return self._send(request, case, form, key) if verdict.passes else guard_page(request, verdict)

    def _to(self, case: Case) -> str:
        return f"{self.purpose}-{case.pk}"

    def _send(self, request: HttpRequest, case: Case, form: VersionForm, key: str) -> HttpResponse:
        try:
            with opened_uploads(key) as uploads:
                self.command(complainant_actor(request, case), form.cleaned_data, uploads)
        except InvalidInput as error:
            for name, texts in error.errors.items():
                if name != "files":
                    form.add_error(name if name in form.fields else None, texts)
            return self._page(request, case, form, key, error.errors.get("files", []), status=422)
        except CaseError as error:
            return refused(request, case, error)
        drop_uploads(key)
        messages.success(request, self.thanks)
        return redirect(tracking_page(case))

    def _page(
        self,
        request: HttpRequest,
        case: Case,
        form: VersionForm,
        key: str = "",
        file_faults: list[str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        own_key = key.removeprefix(f"{self._to(case)}-") or new_idempotency_key()
        context = {
            **self.context,
            "case": case,
            "page": tracking_page(case),
            "form": form,
            "key": own_key,
            "file_faults": file_faults or [],
            **upload_context(f"{self._to(case)}-{own_key}", self.kinds),
            **guard_context(request, GUARDED),
        }
        return render(request, self.template, context, status=status)
