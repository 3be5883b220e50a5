"""News of changes by e-mail: asked for here, confirmed from the address, ended by a link in every mail."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from casework.portal.guard.checking import guard_check, guard_context, guard_page
from fees.catalogue.announcing import subscription_ask, subscription_confirm, subscription_end, subscription_of
from fees.catalogue.forms import SubscribeForm

# The name under which the guard counts it.
GUARDED = "subscription"


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The address and what to hear of. The answer is the same for whoever is known: it tells nobody who subscribes."""
    form = SubscribeForm(request.POST or None, initial={"list": request.GET.get("list", "")})
    if request.method == "POST" and form.is_valid():
        verdict = guard_check(request, GUARDED)
        if not verdict.passes:
            return guard_page(request, verdict)
        subscription_ask(**form.wanted())
        return redirect("fees:subscribe_asked")
    context = {"form": form, **guard_context(request, GUARDED)}
    return render(request, "fees/subscribe.html", context, status=400 if form.is_bound else 200)


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "fees/subscribe_asked.html")


@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm or end. A link alone changes nothing: mail scanners open every link."""
    row = subscription_of(token)
    if row is None and request.method != "POST":
        raise Http404
    if row is not None and request.method == "POST":
        if request.POST.get("act") == "end":
            subscription_end(subscription=row)
            row = None
        else:
            subscription_confirm(subscription=row)
            row.refresh_from_db()
    return render(request, "fees/subscription.html", {"subscription": row})
