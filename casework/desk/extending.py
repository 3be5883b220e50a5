"""Extensions on a case page: asked by a caseworker, decided by the head. Each kind names its clock and commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, RADIO_CLASSES

from casework.cases.access import HANDLING_ROLES, roles_on
from casework.cases.actors import Actor
from casework.cases.extension.models import ExtensionRequest
from casework.cases.extension.selectors import decides, open_clock, pending_request, requests_of
from casework.cases.models import Case
from casework.desk.acts import Act, Desk, Matter
from casework.desk.forms import CaseForm, long_text
from casework.parties.models import Role

GROUP = "extension"


def _radio(label: Any, choices: Any) -> forms.ChoiceField:
    widget = forms.RadioSelect(attrs={"class": " ".join(RADIO_CLASSES)})
    return forms.ChoiceField(
        label=label, choices=choices, widget=widget, error_messages={"required": _("Choose one of these.")}
    )


class AskExtensionForm(CaseForm):
    """Why, and how long in all."""

    code = ""
    ground = _radio(_("ground"), ExtensionRequest.Ground.choices)
    reason = long_text(_("reason"), help_text=_("It stands on the approval form."))
    total_days = forms.IntegerField(
        label=_("days in all from receipt"),
        min_value=1,
        widget=forms.NumberInput(attrs={"class": " ".join(INPUT_CLASSES)}),
    )

    def prepare(self) -> None:
        """The longest that the rule allows is proposed."""
        clock = open_clock(self.case, self.code)
        if clock is not None and clock.period.hard_cap:
            self.initial["total_days"] = clock.period.hard_cap
            self.fields["total_days"].help_text = _(
                "In the unit of the rule, the first period included; at most %(cap)d in all."
            ) % {"cap": clock.period.hard_cap}


class DecideExtensionForm(CaseForm):
    """Approve or decline."""

    decision = _radio(
        _("decision"),
        [(ExtensionRequest.Status.APPROVED, _("Approve")), (ExtensionRequest.Status.DECLINED, _("Decline"))],
    )
    note = long_text(_("opinion"), help_text=_("Required when it is declined."), required=False, rows=3)


def extension_matter(case: Case) -> Matter:
    """The extension that is asked for."""
    request = case.extension_requests.filter(status=ExtensionRequest.Status.PENDING).first()
    if request is None:
        return []
    return [
        (_("days in all from receipt"), str(request.total_days)),
        (_("ground"), request.get_ground_display()),
        (_("reason"), request.reason),
        (_("due before"), date_format(request.due_before)),
        (_("requested by"), f"{request.asked_by} · {date_format(request.asked_on)}"),
    ]


def extension_context(case: Case, *, runs: bool) -> dict[str, Any]:
    """What the section shows.

    Args:
        runs: whether the case is still in the states in which the clock runs.
    """
    return {"extension_requests": requests_of(case), "in_handling": runs}


def register_extension_acts(
    desk: Desk,
    *,
    code: str,
    states: frozenset[Any],
    ask: Callable[..., object],
    decide: Callable[..., object],
    intro: Promise,
    form_code: str,
) -> None:
    """Offer to ask for more time and to decide about it.

    Args:
        code: the clock.
        states: those in which it runs.
        intro: what asking means, with the article.
        form_code: the approval form's template.
    """
    asking = type("AskExtensionForm", (AskExtensionForm,), {"code": code})
    desk.letters_of["decide_extension"] = (form_code,)

    def is_pending(case: Case) -> bool:
        return case.state in states and pending_request(case, code) is not None

    def may_decide(case: Case, actor: Actor) -> bool:
        request = pending_request(case, code)
        return decides(case, actor) and (request is None or request.asked_by != actor.user)

    desk.register(
        Act(
            name="ask_extension",
            label=_("Ask for an extension"),
            tone="neutral",
            confirm="",
            form=asking,
            command=ask,
            intro=intro,
            done=_("The request is with the head."),
            allowed=lambda roles: bool(roles & set(HANDLING_ROLES)),
            possible=lambda case: (
                case.state in states and open_clock(case, code) is not None and pending_request(case, code) is None
            ),
            group=GROUP,
            who=lambda case, actor: Role.HANDLING_CASEWORKER in roles_on(actor, case),
        )
    )
    desk.register(
        Act(
            name="decide_extension",
            label=_("Decide on the extension"),
            tone="primary",
            confirm=_("An approval extends the period and issues the approval form."),
            form=DecideExtensionForm,
            command=decide,
            intro=_("Approve or decline the request. Nobody decides on the own request."),
            done=_("The decision is recorded."),
            allowed=lambda roles: Role.DEPARTMENT_HEAD in roles,
            possible=is_pending,
            group=GROUP,
            about=extension_matter,
            who=may_decide,
        )
    )
