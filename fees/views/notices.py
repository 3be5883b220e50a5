"""Refund notices: where enterprises find out whether money is waiting for them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from casework.staff_site import CappedPaginator
from fees.orders.forms import NoticesForm
from fees.orders.notices import notice_of, notices_of
from fees.orders.selectors import announced_orders

PAGE = 20


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The notices, the newest first; those of one payee by a part of its name."""
    form = NoticesForm(request.GET)
    if not form.is_valid():
        return render(request, "fees/notices.html", {"form": form}, status=400)
    payee = form.cleaned_data["payee"]
    page = CappedPaginator(announced_orders(payee), PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "notices": notices_of(page),
        "query": query.urlencode(),
        "is_filtered": bool(payee),
    }
    return render(request, "fees/notices.html", context)


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice."""
    return render(request, "fees/notice.html", {"notice": notice_of(get_object_or_404(announced_orders(), pk=pk))})
