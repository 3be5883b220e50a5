"""Powers of attorney: entering, looking at one, its document, ending it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from casework.accounts.forms import ConfirmForm, MandateForm
from casework.accounts.mandates import mandate_code, mandate_end, mandate_enter
from casework.accounts.models import FirmRole, Mandate
from casework.accounts.signing import for_account
from casework.accounts.views.firms import answered
from casework.cases.actors import Actor
from casework.cases.models import Case
from casework.cases.reading import log_access
from casework.documents.responses import guard_file
from casework.documents.secrecy import opens_secret
from casework.parties.models import User
from casework.portal.grants import account


@require_http_methods(["GET", "HEAD", "POST"])
@for_account
def new(request: HttpRequest, user: User) -> HttpResponseBase:
    """Enter a power of attorney with its document."""
    form = MandateForm(request.POST or None, request.FILES or None, initial={"valid_from": timezone.localdate()})

    def enter() -> str:
        row = mandate_enter(user=user, data=form.cleaned_data, upload=form.cleaned_data["upload"])
        return f"/account/mandates/{row.pk}/"

    return answered(request, form, "accounts/mandate_new.html", {}, enter, _("The power of attorney is entered."))


@require_safe
@for_account
def mandate(request: HttpRequest, user: User, pk: int) -> HttpResponseBase:
    """What the document says, and what can be done about it."""
    row = get_object_or_404(Mandate.objects.visible_to(user).select_related("firm", "agent"), pk=pk)
    context = {
        "mandate": row,
        "is_agent": row.agent_id == user.pk,
        "code": mandate_code(row) if row.agent_id == user.pk and row.firm_id is None else "",
        "is_valid": row.is_valid_on(timezone.localdate()),
        "may_end": _may_end(user, row),
    }
    return render(request, "accounts/mandate.html", context)


def _may_end(user: User, row: Mandate) -> bool:
    if row.revoked_at is not None:
        return False
    owned = user.firm_memberships.filter(firm=row.firm_id, left_at=None, role=FirmRole.OWNER)
    return row.agent_id == user.pk or (row.firm_id is not None and owned.exists())


@never_cache
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The document: for the agent, the principal's firm, and the departments that have a case under it."""
    user = account(request)
    if user is None:
        return redirect("account:sign_in")
    row = get_object_or_404(Mandate.objects.visible_to(user), pk=pk)
    if user.is_staff:
        _log_reading(row, user)
    response = FileResponse(row.document.open("rb"))
    return guard_file(response, name=row.document_name, content_type=row.document_type, inline=False)


def _log_reading(row: Mandate, user: User) -> None:
    """Staff read it as those who handle a case under it, and that is logged.

    Raises:
        PermissionDenied: the user only looks over the cases.
    """
    actor = Actor.person(user)
    cases = Case.objects.visible_to(user).filter(pk__in=row.sides.values("case"))
    handled = [case for case in cases if opens_secret(case, actor)]
    if not handled:
        raise PermissionDenied
    for case in handled:
        log_access(case=case, actor=actor, what=f"mandate:{row.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_account
def end(request: HttpRequest, user: User, pk: int) -> HttpResponseBase:
    """The question before a power of attorney ends, and its end."""
    row = get_object_or_404(Mandate.objects.visible_to(user).select_related("firm", "agent"), pk=pk)
    if not _may_end(user, row):
        return redirect("account:mandate", row.pk)
    form = ConfirmForm(request.POST or None, label=_("The power of attorney ends now"))

    def go() -> str:
        mandate_end(mandate=row, user=user)
        return f"/account/mandates/{row.pk}/"

    thanks = _("The power of attorney has ended. The agent no longer opens the cases under it.")
    return answered(request, form, "accounts/mandate_end.html", {"mandate": row}, go, thanks)
