"""Proving a letter genuine, for everybody who holds one: by the code on it, and by the digest of a file.

The page tells what stands on the letter's head and nothing of its content. No file is uploaded: a digest is pasted,
or the browser computes it.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from casework.documents.verify import clean_code, genuine_letter
from casework.portal.grants import count_wrong_try, is_blocked

# Wrong codes are counted for each address, with the wrong tries of the other doors.
LANE = "verify"


class LetterCodeForm(forms.Form):
    """The code on the letter."""

    code = forms.CharField(
        label=_("verification code"),
        max_length=40,
        help_text=_("12 letters and digits at the foot of the letter's first page; spaces don't matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code"}
        ),
    )


class DigestForm(forms.Form):
    """The digest of the file that somebody holds."""

    sha256 = forms.RegexField(
        r"^\s*[0-9A-Fa-f]{64}\s*$",
        label="SHA-256",
        help_text=_("64 digits 0-9 and a-f, as a tool on your computer shows them for the PDF file."),
        error_messages={"invalid": _("A SHA-256 digest has 64 digits 0-9 and a-f.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "mono"}),
    )


@never_cache
@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    """The code, typed from paper."""
    if "code" not in request.GET:
        return render(request, "portal/verify.html", {"form": LetterCodeForm()})
    form = LetterCodeForm(request.GET)
    if not form.is_valid():
        return render(request, "portal/verify.html", {"form": form}, status=422)
    return redirect("portal:verify_letter", code=clean_code(form.cleaned_data["code"]) or "-")


@never_cache
@require_safe
def letter(request: HttpRequest, code: str) -> HttpResponse:
    """What is genuine about the letter of this code; after ten wrong codes in a quarter of an hour there is a pause."""
    if is_blocked(request, LANE):
        response = render(request, "portal/verify_pause.html", status=429)
        response.headers["Retry-After"] = "900"
        return response
    found = genuine_letter(clean_code(code))
    if found is None:
        count_wrong_try(request, LANE)
        context = {"form": LetterCodeForm(initial={"code": code[:40]}), "unknown": True}
        return render(request, "portal/verify.html", context, status=404)
    form = DigestForm(request.GET) if "sha256" in request.GET else DigestForm()
    same = None
    if form.is_valid():
        same = form.cleaned_data["sha256"].strip().lower() == found.sha256
    return render(request, "portal/verify_letter.html", {"letter": found, "form": form, "same": same})
