"""The guard of the public forms: one call where a form is shown, one before it is carried out.

A view shows a form with `guard_context` and the template `portal/guard.html` inside the form. When the form is right it
asks `guard_check`; what doesn't pass is answered with `guard_page`, which holds everything that was typed. Files have
to be kept before (see `uploads.py`): a page can't hold them.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casework.portal.guard.proof import new_challenge, new_confirmation, spend_confirmation, spend_proof
from casework.portal.guard.rates import count_use, paused_until, rate_of, used

_log = logging.getLogger(__name__)
TRAP, CHALLENGE, NONCE, CONFIRMATION = "fax_number", "guard_challenge", "guard_nonce", "guard_confirmation"
_OWN = frozenset({TRAP, CHALLENGE, NONCE, CONFIRMATION, "csrfmiddlewaretoken"})
UNPROVED = "unproved"


@dataclass(frozen=True)
class GuardVerdict:
    """What becomes of a form.

    Attributes:
        passes: it is carried out.
        until: when this address may go on, in seconds since the epoch; None asks for a confirmation by hand.
        unproved: whether the waiting is for those who confirm by hand only.
    """

    form: str
    passes: bool
    until: float | None = None
    unproved: bool = False


def guard_context(request: HttpRequest, form_name: str) -> dict[str, Any]:
    """What `portal/guard.html` needs in a form."""
    bits = _bits(request, form_name)
    guard = {"challenge": new_challenge(form_name, bits) if bits else "", "bits": bits, "trap": TRAP}
    return {"guard": guard}


def guard_check(request: HttpRequest, form_name: str) -> GuardVerdict:
    """Whether a form may be carried out. Each pass counts, so it is asked once, when all else is right."""
    try:
        return _judged(request, form_name)
    except Exception:  # noqa: BLE001 - whatever a cache that is away raises, no filing is lost for the guard's sake
        _log.exception("The guard of the form %s failed; it lets pass.", form_name)
        return GuardVerdict(form_name, passes=True)


def guard_allows(request: HttpRequest, name: str) -> float | None:
    """Count something that is limited by its rate alone; when it may go on, if not now."""
    try:
        until = paused_until(request, name)
        if until is None:
            count_use(request, name)
    except Exception:  # noqa: BLE001 - as above
        _log.exception("The guard of %s failed; it lets pass.", name)
        return None
    return until


def guard_page(request: HttpRequest, verdict: GuardVerdict) -> HttpResponse:
    """The calm answer to what doesn't pass: why, when or how to go on, and a button that sends everything again."""
    context = {
        **guard_context(request, verdict.form),
        "fields": list(_typed(request)),
        "until": None if verdict.until is None else datetime.fromtimestamp(verdict.until, UTC),
        "unproved": verdict.unproved,
        "confirmation": new_confirmation(verdict.form) if verdict.until is None else "",
    }
    if verdict.until is None:
        return render(request, "portal/guard_page.html", context)
    response = render(request, "portal/guard_page.html", context, status=429)
    response.headers["Retry-After"] = str(max(1, math.ceil(verdict.until - time.time())))
    return response


def _judged(request: HttpRequest, form: str) -> GuardVerdict:
    if until := paused_until(request, form):
        return GuardVerdict(form, passes=False, until=until)
    if not _is_proved(request, form):
        if not request.POST.get(CONFIRMATION):
            return GuardVerdict(form, passes=False)
        if until := paused_until(request, UNPROVED):
            return GuardVerdict(form, passes=False, until=until, unproved=True)
        if not spend_confirmation(form, request.POST[CONFIRMATION]):
            return GuardVerdict(form, passes=False)
        count_use(request, UNPROVED)
    count_use(request, form)
    return GuardVerdict(form, passes=True)


def _is_proved(request: HttpRequest, form: str) -> bool:
    if request.POST.get(TRAP):
        return False
    if not settings.GUARD.proof_bits:
        return True
    return spend_proof(form, request.POST.get(CHALLENGE, ""), request.POST.get(NONCE, ""))


def _bits(request: HttpRequest, form: str) -> int:
    """The work rises evenly up to the most while an address nears its rate."""
    least, rate = settings.GUARD.proof_bits, rate_of(form)
    if not least or rate is None or not rate.most:
        return int(least)
    try:
        share = min(1.0, len(used(request, form)) / rate.most)
    except Exception:  # noqa: BLE001 - a form is shown whether the cache is there or not
        _log.exception("The guard of the form %s can't count.", form)
        return int(least)
    return int(least + (settings.GUARD.most_bits - least) * share)


def _typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """What was typed and pressed, to be sent again as it is."""
    for name, values in request.POST.lists():
        if name not in _OWN:
            yield from ((name, str(value)) for value in values)
