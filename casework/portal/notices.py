"""How the one who follows a case is told, and what was told so far."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from casework.cases.models import Case
from casework.cases.notify import addresses_of
from casework.cases.pages import tracking_page
from casework.cases.telling.models import Extent
from casework.cases.telling.selectors import preferences_of, told_on
from casework.cases.telling.services import notices_choose
from casework.cases.telling.sms import mobile_number
from casework.portal.grants import complainant_actor
from casework.portal.tracking import ForGrantedCase, answered


class NoticesForm(forms.Form):
    """The ways that the case's contact data allow."""

    email = forms.ChoiceField(
        label=gettext_lazy("By e-mail"),
        choices=[choice for choice in Extent.choices if choice[0] != Extent.NONE],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("E-mail can't be switched off: who misses a request for correction may lose the case."),
    )
    sms = forms.ChoiceField(label=gettext_lazy("By text message"), choices=Extent.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, by_email: bool, by_sms: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, is_offered in (("email", by_email), ("sms", by_sms)):
            if not is_offered:
                del self.fields[name]


@require_http_methods(["GET", "HEAD", "POST"])
@ForGrantedCase(Case.objects.all())
def choose(request: HttpRequest, case: Case) -> HttpResponse:
    """The ways, as they are and as they are wished."""
    to, chosen = addresses_of([case]).get(case.pk), preferences_of([case.pk]).get(case.pk)
    current = {"email": chosen.email if chosen else Extent.ALL, "sms": chosen.sms if chosen else Extent.ACT}
    form = NoticesForm(
        request.POST or None,
        initial=current,
        by_email=bool(to and to.email),
        by_sms=bool(to and settings.SMS_URL and mobile_number(to.phone)),
    )

    def keep() -> None:
        wished = {**current, **form.cleaned_data}
        notices_choose(case=case, actor=complainant_actor(request, case), email=wished["email"], sms=wished["sms"])

    context = {"case": case, "page": tracking_page(case), "form": form, "told": told_on(case)}
    return answered(request, case, form, keep, "portal/notices.html", context, _("Your choice is kept."))
