"""Acts on a case as pages: a form, perhaps a preview, the service, and what is said when it didn't work.

A kind of case has one `Desk`; its rooms register what can be done there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, CaseNotFound, InvalidInput
from casework.cases.reading import log_access
from casework.desk.forms import CaseForm
from casework.desk.previews import preview
from casework.parties.models import Role, User

# Label and text of what somebody asked or told.
Matter = list[tuple[str | Promise, str]]


@dataclass(frozen=True)
class Act:
    """Something that may be done on a case's page, whether it moves the state or not.

    Attributes:
        command: called with the case, actor, version and what the form gives.
        intro: what happens when the person goes on.
        done: what is said afterwards.
        allowed: whether one of these roles may do it.
        possible: whether the case's state allows it now.
        group: the section of the case page that offers it; "" for the moves, which stand on top.
        about: what somebody asked or told and is decided here; shown above the form.
        who: what the roles alone don't say, such as who asked first; None asks no more.
        answer: what follows instead of the case page, with what the command gave back; None for most.
        subject: the name under which the command takes the case, where it isn't the desk's: the engine's own commands
            know no kind.
        logged_as: what the access log says instead of the name, where the name would tell too much.
    """

    name: str
    label: str | Promise
    tone: str
    confirm: str | Promise
    form: type[CaseForm]
    command: Callable[..., Any]
    intro: str | Promise
    done: str | Promise
    allowed: Callable[[frozenset[Role]], bool]
    possible: Callable[[Any], bool]
    group: str = ""
    about: Callable[[Any], Matter] | None = None
    who: Callable[[Any, Actor], bool] | None = None
    answer: Callable[[HttpRequest, Any, Any, Page], HttpResponse] | None = None
    subject: str = ""
    logged_as: str = ""

    def may(self, case: Any, actor: Actor) -> bool:
        """Whether the actor may do it on this case, in whatever state the case is."""
        return self.allowed(roles_on(actor, case)) and (self.who is None or self.who(case, actor))


@dataclass
class Desk:
    """What can be done on one kind of case beside the moves of its flow.

    Attributes:
        subject: the name under which the kind's commands take the case.
        template: the page of an act.
        letters_of: by act, the codes of the letters that it can issue; these acts offer a preview.
    """

    subject: str
    template: str
    letters_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)

    def register(self, act: Act) -> None:
        """Offer something at the address `.../do/<name>/`."""
        self.acts[act.name] = act

    def offered(self, case: Any, actor: Actor) -> dict[str, list[Act]]:
        """What the actor may do now, by section of the case page."""
        found = defaultdict(list)
        for act in self.acts.values():
            if act.possible(case) and act.may(case, actor):
                found[act.group].append(act)
        return dict(found)

    def issues_letter(self, act: Act) -> bool:
        """Whether an act issues a letter, so that its form offers the preview."""
        return act.name in self.letters_of


@dataclass(frozen=True)
class Page:
    """How the surrounding admin shows things.

    Attributes:
        address: the case page's address.
        reread: the case as it stands now, or None when the user may no longer see it.
        context: what every page of the admin needs.
    """

    desk: Desk
    address: Callable[[Any], str]
    reread: Callable[[HttpRequest, int], Any]
    context: Callable[[HttpRequest, Any], dict[str, Any]]

    def show(
        self, request: HttpRequest, case: Any, chosen: Act, form: CaseForm, *, problem: str = "", status: int = 200
    ) -> HttpResponse:
        """The form with the case's head above it."""
        return TemplateResponse(
            request,
            self.desk.template,
            {
                **self.context(request, case),
                "subtitle": chosen.label,
                "action_label": chosen.label,
                "tone": chosen.tone,
                "confirm": chosen.confirm,
                "intro": chosen.intro,
                "matter": chosen.about(case) if chosen.about else [],
                "form": form,
                "media": form.media,
                "problem": problem,
                "still_possible": chosen.possible(case),
                "issues_letter": self.desk.issues_letter(chosen),
                "address": self.address(case),
            },
            status=status,
        )

    def show_once(
        self, request: HttpRequest, case: Any, template: str, subtitle: str, context: dict[str, Any]
    ) -> HttpResponse:
        """What stands in the answer to the request that made it and nowhere else: neither session nor log holds it."""
        around = {**self.context(request, case), "subtitle": subtitle, "address": self.address(case)}
        response = TemplateResponse(request, template, {**around, **context})
        response.headers["Cache-Control"] = "no-store, private"
        return response


def act(request: HttpRequest, case: Any, chosen: Act | None, page: Page) -> HttpResponse:
    """Show an act's form, or carry it out.

    Args:
        page: where the case is read again and shown.
    Raises:
        Http404: no such act.
        PermissionDenied: the user's role doesn't allow it.
    """
    if chosen is None:
        raise Http404
    assert isinstance(request.user, User)
    actor = Actor.person(request.user)
    if not chosen.may(case, actor):
        raise PermissionDenied(str(ActionNotAllowed.message))
    if request.method == "POST":
        return _submit(request, case, chosen, actor, page)
    if not chosen.possible(case):
        messages.warning(request, _("This action is not possible in the present state of the case."))
        return redirect(page.address(case))
    log_access(case=case, actor=actor, what=f"action:{chosen.logged_as or chosen.name}")
    return page.show(request, case, chosen, chosen.form(case=case, user=request.user))


def _submit(request: HttpRequest, case: Any, chosen: Act, actor: Actor, page: Page) -> HttpResponse:
    assert actor.user is not None
    form = chosen.form(request.POST, request.FILES, case=case, user=actor.user)
    if not form.is_valid():
        return page.show(request, case, chosen, form, status=400)
    subject = {chosen.subject or page.desk.subject: case}
    command = partial(chosen.command, **subject, actor=actor, version=form.cleaned_data["version"], **form.command())
    try:
        if "preview" in request.POST and page.desk.issues_letter(chosen):
            return preview(command)
        given = command()
    except InvalidInput as error:
        form.show_errors(error.errors)
        return page.show(request, case, chosen, form, status=error.status)
    except CaseChanged as error:
        return _changed(request, case, chosen, actor, page, error)
    except ActionNotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except CaseNotFound as error:
        raise Http404 from error
    if chosen.answer is not None:
        return chosen.answer(request, case, given, page)
    messages.success(request, str(chosen.done))
    return redirect(page.address(case))


def _changed(
    request: HttpRequest, case: Any, chosen: Act, actor: Actor, page: Page, error: CaseChanged
) -> HttpResponse:
    """Show the new state beside what was typed; the same form goes on with the new version where that is possible."""
    assert actor.user is not None
    now = page.reread(request, case.pk)
    if now is None:
        raise Http404
    data = request.POST.copy()
    data["version"] = str(now.version)
    form = chosen.form(data, case=now, user=actor.user)
    problem = _("Somebody else acted on this case first. Look at the new state and decide again; your text is kept.")
    return page.show(request, now, chosen, form, problem=problem, status=error.status)
