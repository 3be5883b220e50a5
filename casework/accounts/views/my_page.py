"""The account's own page: cases, drafts, letters, news; bringing a case in; the name; deleting the account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.accounts.closing import account_close, is_last_of
from casework.accounts.forms import ClaimForm, ConfirmForm, NameForm
from casework.accounts.models import Firm
from casework.accounts.oidc import identity_unlink, provider_name
from casework.accounts.oidc_config import PROVIDER_ID
from casework.accounts.selectors import files_for_choices, page_of
from casework.accounts.sides import MYSELF, case_claim
from casework.accounts.signing import for_account, safe_next
from casework.cases.actors import Actor
from casework.cases.errors import CaseNotFound, InvalidInput
from casework.cases.inbox import notifications_mark_read
from casework.cases.models import Case
from casework.cases.reading import case_by_secret, log_access
from casework.parties.models import User
from casework.portal.grants import FILES_FOR_KEY, count_wrong_try, is_blocked, revoke_case


@require_safe
@for_account
def home(request: HttpRequest, user: User) -> HttpResponseBase:
    """Everything that is the account's."""
    context = {
        **page_of(user, request.GET.get("page", "")),
        "choices": files_for_choices(user),
        "files_for": request.session.get(FILES_FOR_KEY, ""),
        "provider": provider_name(),
        "provider_id": PROVIDER_ID,
    }
    return render(request, "accounts/home.html", context)


@require_POST
@for_account
def files_for(request: HttpRequest, user: User) -> HttpResponseBase:
    """For whom this browser files from now on."""
    chosen = request.POST.get("files_for", "")
    if chosen in dict(files_for_choices(user)):
        request.session[FILES_FOR_KEY] = chosen
    return redirect(safe_next(request) or "account:home")


@require_POST
@for_account
def read(request: HttpRequest, user: User) -> HttpResponseBase:
    """Mark the news as read."""
    notifications_mark_read(user=user)
    return redirect("account:home")


@require_http_methods(["GET", "HEAD", "POST"])
@for_account
def claim(request: HttpRequest, user: User) -> HttpResponseBase:
    """Bring a case into the account by its reference and secret."""
    firms = {f"firm-{firm.pk}": firm for firm in Firm.objects.visible_to(user)}
    choices = [(MYSELF, _("in my account; reference and secret go on opening it"))]
    choices += [
        (value, _("with %(firm)s: all its people open it, and the secret becomes void") % {"firm": firm.name})
        for value, firm in firms.items()
    ]
    form = ClaimForm(request.POST or None, holders=choices)
    if request.method != "POST":
        return render(request, "accounts/claim.html", {"form": form})
    reference = request.POST.get("reference", "")
    if is_blocked(request, reference):
        return render(request, "portal/pause.html", status=429)
    if form.is_valid() and _claimed(request, user, form, firms):
        return redirect("account:home")
    return render(request, "accounts/claim.html", {"form": form}, status=422)


def _claimed(request: HttpRequest, user: User, form: ClaimForm, firms: dict[str, Firm]) -> bool:
    given = form.cleaned_data
    try:
        case = case_by_secret(Case.objects.all(), given["reference"], given["secret"])
        case_claim(case=case, user=user, firm=firms.get(given["holder"]))
    except CaseNotFound as error:
        count_wrong_try(request, given["reference"])
        form.add_error(None, str(error))
        return False
    except InvalidInput as error:
        form.show_errors(error.errors)
        return False
    revoke_case(request, case.pk)
    log_access(case=case, actor=Actor.complainant(case.complainant_name, user), what="claim")
    messages.success(request, _("%(reference)s stands in your account.") % {"reference": case.reference})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@for_account
def name(request: HttpRequest, user: User) -> HttpResponseBase:
    """The name that colleagues see."""
    form = NameForm(request.POST or None, initial={"display_name": user.display_name})
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/name.html", {"form": form}, status=422 if form.is_bound else 200)
    user.display_name = form.cleaned_data["display_name"]
    user.save(update_fields=["display_name"])
    messages.success(request, _("The name is changed."))
    return redirect("account:home")


@require_POST
@for_account
def unlink(request: HttpRequest, user: User) -> HttpResponseBase:
    """Forget the identity at the provider."""
    try:
        identity_unlink(user=user)
    except InvalidInput as error:
        messages.error(request, error.errors[""][0])
    else:
        messages.success(request, _("The provider no longer opens your account."))
    return redirect("account:home")


@require_http_methods(["GET", "HEAD", "POST"])
@for_account
def delete(request: HttpRequest, user: User) -> HttpResponseBase:
    """What goes and what stays, the question, and the deletion."""
    label = _("I have read this and delete my account")
    form = ConfirmForm(request.POST or None, label=label)
    members = user.firm_memberships.filter(left_at=None).select_related("firm")
    alone = [member.firm for member in members if is_last_of(member)]
    context = {"form": form, "alone": alone, "mandates": user.mandates.filter(revoked_at=None).count()}
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/delete.html", context, status=422 if form.is_bound else 200)
    try:
        account_close(user=user)
    except InvalidInput as error:
        form.show_errors(error.errors)
        return render(request, "accounts/delete.html", context, status=422)
    return _gone(request)


def _gone(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("Your account is deleted."))
    return redirect("portal:home")
