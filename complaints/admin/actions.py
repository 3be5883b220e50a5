"""The actions of the case page: which form each asks, which service it calls, and what is said when it didn't work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, CaseNotFound, InvalidInput
from casework.cases.reading import log_access
from casework.parties.models import Role, User
from complaints import services
from complaints.admin import forms
from complaints.admin.matters import Matter, return_matter
from complaints.admin.previews import issues_letter, preview
from complaints.flow import action_custom, is_allowed
from complaints.models import ArrearsComplaint
from complaints.review import services as review
from complaints.selectors import is_possible
from complaints.transfer import services as transfer

Command = Callable[..., ArrearsComplaint]


@dataclass(frozen=True)
class ActionSpec:
    """An action as a page.

    Attributes:
        intro: what happens when the person goes on.
        done: what is said afterwards.
        about: what somebody asked or told and is decided here.
    """

    form: type[forms.ActionForm]
    command: Command
    intro: Promise
    done: Promise
    about: Callable[[ArrearsComplaint], Matter] | None = None


SPECS: dict[str, ActionSpec] = {
    "request_correction": ActionSpec(
        forms.RequestCorrectionForm,
        services.complaint_request_correction,
        gettext_lazy("The complainant gets a correction notice. The review begins anew with complete material."),
        gettext_lazy("The correction notice is issued."),
    ),
    "lapse": ActionSpec(
        forms.LapseForm,
        review.complaint_lapse,
        gettext_lazy("The time to answer the correction request is over. The complainant is told by mail."),
        gettext_lazy("The complaint has lapsed."),
    ),
    "accept": ActionSpec(
        forms.AcceptForm,
        services.complaint_accept,
        gettext_lazy(
            "The complainant gets an acceptance notice. The 10 working days to the transfer begin (Decree 802 art. 25)."
        ),
        gettext_lazy("The complaint is accepted. The acceptance notice is issued."),
    ),
    "refuse": ActionSpec(
        forms.RefuseForm,
        services.complaint_refuse,
        gettext_lazy("A refusal needs a ground of the list and the reasons in this case."),
        gettext_lazy("The complaint is refused. The refusal notice is issued."),
    ),
    "transfer": ActionSpec(
        forms.TransferForm,
        services.complaint_transfer,
        gettext_lazy("The department gets the transfer letter and sees the case from now on."),
        gettext_lazy("The complaint is transferred. The transfer letter is issued."),
    ),
    "take_back": ActionSpec(
        forms.TakeBackForm,
        transfer.complaint_take_back,
        gettext_lazy("You agree to the return. The time to transfer the case runs on with its old due day."),
        gettext_lazy("The case is back. Transfer it to the right department."),
        return_matter,
    ),
    "receive": ActionSpec(
        forms.ReceiveForm,
        services.complaint_receive,
        gettext_lazy("With the receipt of the material the handling period of your department begins."),
        gettext_lazy("Receipt is confirmed. The handling period runs."),
    ),
    "start_handling": ActionSpec(
        forms.StartHandlingForm,
        services.complaint_start_handling,
        gettext_lazy("Say who takes the case up."),
        gettext_lazy("Handling has begun."),
    ),
    "resolve": ActionSpec(
        forms.ResolveForm,
        services.complaint_resolve,
        gettext_lazy("The result goes in writing to the complainant and to the receiving department (art. 25)."),
        gettext_lazy("The result is fed back. The result letter is issued."),
    ),
    "close": ActionSpec(
        forms.CloseForm,
        services.complaint_close,
        gettext_lazy("The result has been fed back; the case can be closed."),
        gettext_lazy("The case is closed."),
    ),
}


@dataclass(frozen=True)
class Act:
    """Something that may be done on a case's page, whether it moves the state or not.

    Attributes:
        command: called with complaint, actor, version and what the form gives.
        allowed: whether one of these roles may do it.
        possible: whether the case's state allows it now.
        group: the section of the case page that offers it; "" for the moves, which stand on top.
        who: what the roles alone don't say, such as the side on which a head stands; None asks no more.
        about: what somebody asked or told and is decided here; shown above the form.
        answer: what follows instead of the case page, with what the command gave back; None for most.
    """

    name: str
    label: str | Promise
    tone: str
    confirm: str | Promise
    form: type[forms.ActionForm]
    command: Callable[..., Any]
    intro: str | Promise
    done: str | Promise
    allowed: Callable[[frozenset[Role]], bool]
    possible: Callable[[ArrearsComplaint], bool]
    group: str = ""
    about: Callable[[ArrearsComplaint], Matter] | None = None
    who: Callable[[ArrearsComplaint, Actor], bool] | None = None
    answer: Callable[[HttpRequest, ArrearsComplaint, Any, Page], HttpResponse] | None = None

    def may(self, complaint: ArrearsComplaint, actor: Actor) -> bool:
        """Whether the actor may do it on this case, in whatever state the case is."""
        return self.allowed(roles_on(actor, complaint)) and (self.who is None or self.who(complaint, actor))


# What doesn't move the state: each room of the staff's work registers its own.
_side_acts: dict[str, Act] = {}


def register_side_act(act: Act) -> None:
    """Offer something beside the moves of the flow, at the address `.../do/<name>/`; called from complaints.admin."""
    _side_acts[act.name] = act


def side_act(name: str) -> Act | None:
    """A registered one."""
    return _side_acts.get(name)


def side_acts_for(complaint: ArrearsComplaint, actor: Actor) -> dict[str, list[Act]]:
    """What the actor may do now beside the moves, by section of the case page."""
    offered = defaultdict(list)
    for act in _side_acts.values():
        if act.possible(complaint) and act.may(complaint, actor):
            offered[act.group].append(act)
    return dict(offered)


def flow_act(name: str) -> Act | None:
    """A move of the flow as a page."""
    spec = SPECS.get(name)
    if spec is None:
        return None
    custom = action_custom(name)
    return Act(
        name=name,
        label=custom["label"],
        tone=custom.get("tone", "neutral"),
        confirm=custom.get("confirm", ""),
        form=spec.form,
        command=spec.command,
        intro=spec.intro,
        done=spec.done,
        about=spec.about,
        allowed=lambda roles: is_allowed(name, roles),
        possible=lambda complaint: is_possible(complaint, name),
    )


def act(request: HttpRequest, complaint: ArrearsComplaint, chosen: Act | None, page: Page) -> HttpResponse:
    """Show an action's form, or carry it out.

    Args:
        page: where the case is read again and shown.
    Raises:
        Http404: no such action.
        PermissionDenied: the user's role doesn't allow it.
    """
    if chosen is None:
        raise Http404
    assert isinstance(request.user, User)
    actor = Actor.person(request.user)
    if not chosen.may(complaint, actor):
        raise PermissionDenied(str(ActionNotAllowed.message))
    if request.method == "POST":
        return _submit(request, complaint, chosen, actor, page)
    if not chosen.possible(complaint):
        messages.warning(request, _("This action is not possible in the present state of the case."))
        return redirect(page.address(complaint))
    log_access(case=complaint, actor=actor, what=f"action:{chosen.name}")
    return page.show(request, complaint, chosen, _form(chosen, complaint, request.user))


@dataclass(frozen=True)
class Page:
    """How the surrounding admin shows things.

    Attributes:
        address: the case page's address.
        reread: the case as it stands now, or None when the user may no longer see it.
        context: what every page of the admin needs.
    """

    address: Callable[[ArrearsComplaint], str]
    reread: Callable[[HttpRequest, int], ArrearsComplaint | None]
    context: Callable[[HttpRequest, ArrearsComplaint], dict[str, Any]]

    def show(
        self,
        request: HttpRequest,
        complaint: ArrearsComplaint,
        chosen: Act,
        form: forms.ActionForm,
        *,
        problem: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """The form with the case's head above it."""
        return TemplateResponse(
            request,
            "admin/complaints/arrearscomplaint/action.html",
            {
                **self.context(request, complaint),
                "subtitle": chosen.label,
                "action_label": chosen.label,
                "tone": chosen.tone,
                "confirm": chosen.confirm,
                "intro": chosen.intro,
                "matter": chosen.about(complaint) if chosen.about else [],
                "form": form,
                "media": form.media,
                "problem": problem,
                "still_possible": chosen.possible(complaint),
                "issues_letter": issues_letter(chosen.name),
                "address": self.address(complaint),
            },
            status=status,
        )


def _form(chosen: Act, complaint: ArrearsComplaint, user: User, *data: Any) -> forms.ActionForm:
    return chosen.form(*data, complaint=complaint, user=user)


def _submit(request: HttpRequest, complaint: ArrearsComplaint, chosen: Act, actor: Actor, page: Page) -> HttpResponse:
    assert actor.user is not None
    form = _form(chosen, complaint, actor.user, request.POST, request.FILES)
    if not form.is_valid():
        return page.show(request, complaint, chosen, form, status=400)
    version = form.cleaned_data["version"]
    command = partial(chosen.command, complaint=complaint, actor=actor, version=version, **form.command())
    try:
        if "preview" in request.POST and issues_letter(chosen.name):
            return preview(command)
        given = command()
    except InvalidInput as error:
        form.show_errors(error.errors)
        return page.show(request, complaint, chosen, form, status=error.status)
    except CaseChanged as error:
        return _changed(request, complaint, chosen, actor, page, error)
    except ActionNotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except CaseNotFound as error:
        raise Http404 from error
    if chosen.answer is not None:
        return chosen.answer(request, complaint, given, page)
    messages.success(request, str(chosen.done))
    return redirect(page.address(complaint))


def _changed(
    request: HttpRequest, complaint: ArrearsComplaint, chosen: Act, actor: Actor, page: Page, error: CaseChanged
) -> HttpResponse:
    """Show the new state beside what was typed; the same form goes on with the new version where that is possible."""
    assert actor.user is not None
    now = page.reread(request, complaint.pk)
    if now is None:
        raise Http404
    data = request.POST.copy()
    data["version"] = str(now.version)
    form = _form(chosen, now, actor.user, data)
    problem = _("Somebody else acted on this case first. Look at the new state and decide again; your text is kept.")
    return page.show(request, now, chosen, form, problem=problem, status=error.status)
