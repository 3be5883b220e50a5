"""Firms: founding one, its people, invitations, joining, and the powers of attorney that it gave."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.accounts import firms as services
from casework.accounts.closing import is_last_of
from casework.accounts.forms import AccountForm, ConfirmForm, FirmForm, InvitationForm, SecretForm
from casework.accounts.mandates import mandate_take_in
from casework.accounts.models import Firm, FirmMember, FirmRole
from casework.accounts.signing import for_account
from casework.accounts.views.sign_in import TRIED
from casework.cases.errors import InvalidInput
from casework.parties.models import User


def answered(
    request: HttpRequest,
    form: AccountForm,
    template: str,
    context: dict[str, object],
    command: Callable[[], str],
    thanks: str,
) -> HttpResponse:
    """Show the form, or carry the command out and go where it says.

    Args:
        command: gives the address to go to.
    """
    if request.method != "POST" or not form.is_valid():
        return render(request, template, {"form": form, **context}, status=422 if form.is_bound else 200)
    try:
        target = command()
    except InvalidInput as error:
        form.show_errors(error.errors)
        return render(request, template, {"form": form, **context}, status=422)
    messages.success(request, thanks)
    return redirect(target)


@require_http_methods(["GET", "HEAD", "POST"])
@for_account
def new(request: HttpRequest, user: User) -> HttpResponseBase:
    """Found a firm."""
    form = FirmForm(request.POST or None)

    def found() -> str:
        return _page(services.firm_found(user=user, **form.cleaned_data))

    return answered(
        request, form, "accounts/firm_new.html", {}, found, _("The firm is founded. Invite your colleagues.")
    )


def _page(row: Firm) -> str:
    return f"/account/firms/{row.pk}/"


@require_safe
@for_account
def firm(request: HttpRequest, user: User, pk: int) -> HttpResponseBase:
    """The firm's people, invitations and agents."""
    row = get_object_or_404(Firm.objects.visible_to(user), pk=pk)
    members = row.memberships.filter(left_at=None).select_related("user")
    me = next(member for member in members if member.user_id == user.pk)
    now = timezone.now()
    context = {
        "firm": row,
        "me": me,
        "is_owner": me.role == FirmRole.OWNER,
        "members": members,
        "invitations": row.invitations.filter(taken_at=None, withdrawn_at=None, expires_at__gt=now),
        "mandates": row.mandates.all(),
        "today": timezone.localdate(),
    }
    return render(request, "accounts/firm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_account
def invite(request: HttpRequest, user: User, pk: int) -> HttpResponseBase:
    """Invite somebody."""
    row = _owned(user, pk)
    form = InvitationForm(request.POST or None)

    def send() -> str:
        services.firm_invite(firm=row, user=user, **form.cleaned_data)
        return _page(row)

    return answered(request, form, "accounts/invite.html", {"firm": row}, send, _("The invitation is on its way."))


def _owned(user: User, pk: int) -> Firm:
    row = get_object_or_404(Firm.objects.visible_to(user), pk=pk)
    services.member_of(row, user, FirmRole.OWNER)
    return row


@require_POST
@for_account
def withdraw(request: HttpRequest, user: User, pk: int, invitation: int) -> HttpResponseBase:
    """Make an invitation worthless."""
    row = _owned(user, pk)
    services.invitation_withdraw(invitation=get_object_or_404(row.invitations, pk=invitation), user=user)
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("account:firm", row.pk)


@require_POST
@for_account
def role(request: HttpRequest, user: User, pk: int, member: int) -> HttpResponseBase:
    """Make a member an owner, or the other way round."""
    row = _owned(user, pk)
    other = get_object_or_404(row.memberships, pk=member, left_at=None)
    try:
        services.member_set_role(member=other, user=user, role=request.POST.get("role", ""))
    except InvalidInput as error:
        messages.error(request, error.errors[""][0])
    else:
        messages.success(request, _("The role is changed."))
    return redirect("account:firm", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_account
def remove(request: HttpRequest, user: User, pk: int, member: int) -> HttpResponseBase:
    """The question before somebody goes, and the going."""
    row = get_object_or_404(Firm.objects.visible_to(user), pk=pk)
    other = get_object_or_404(row.memberships.select_related("user"), pk=member, left_at=None)
    is_me = other.user_id == user.pk
    if not is_me:
        services.member_of(row, user, FirmRole.OWNER)
    form = ConfirmForm(request.POST or None, label=_label(other, is_me=is_me))
    context = {"firm": row, "member": other, "is_me": is_me, "is_last": is_last_of(other)}

    def go() -> str:
        services.member_remove(member=other, user=user)
        return "account:home" if is_me else _page(row)

    thanks = _("You have left the firm.") if is_me else _("The membership is ended.")
    return answered(request, form, "accounts/remove.html", context, go, thanks)


def _label(member: FirmMember, *, is_me: bool) -> str:
    if is_me:
        return _("I leave the firm")
    return _("%(name)s shall no longer see the firm's cases") % {"name": member.user}


@require_http_methods(["GET", "HEAD", "POST"])
@for_account
def join(request: HttpRequest, user: User) -> HttpResponseBase:
    """Take an invitation."""
    form = SecretForm(request.POST or None)
    if request.method == "POST" and TRIED.is_blocked(request, "join"):
        return render(request, "accounts/pause.html", status=429)

    def take() -> str:
        try:
            return _page(services.firm_join(user=user, code=form.cleaned_data["code"]))
        except InvalidInput:
            TRIED.count_wrong_try(request, "join")
            raise

    return answered(request, form, "accounts/join.html", {}, take, _("You are in. The firm's cases are on your page."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_account
def take_in(request: HttpRequest, user: User, pk: int) -> HttpResponseBase:
    """Take in the power of attorney that an agent entered."""
    row = _owned(user, pk)
    form = SecretForm(request.POST or None)
    if request.method == "POST" and TRIED.is_blocked(request, "mandate"):
        return render(request, "accounts/pause.html", status=429)

    def take() -> str:
        try:
            mandate_take_in(firm=row, user=user, code=form.cleaned_data["code"])
        except InvalidInput:
            TRIED.count_wrong_try(request, "mandate")
            raise
        return _page(row)

    thanks = _("Your firm sees what the agent files for it, and can end the power of attorney.")
    return answered(request, form, "accounts/take_in.html", {"firm": row}, take, thanks)
