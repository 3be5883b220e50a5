"""Many cases at once from the queue: a page to confirm, then each case alone through the same service as ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from casework.cases.access import HANDLING_ROLES, RECEIVING_ROLES
from casework.cases.actors import Actor
from casework.cases.errors import CaseError, InvalidInput
from casework.cases.models import Case
from casework.cases.worklog import services as worklog
from casework.desk.forms import long_text
from casework.parties.models import Role, User
from casework.parties.perms import departments_with, has_role

# Each case is a transaction of its own with letters and messages: more than these a person does not look through.
MOST_CASES = 100


class BulkForm(forms.Form):
    """What is asked once for all cases.

    Args:
        user: who acts.
    """

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.prepare()

    def prepare(self) -> None:
        """Fill in the choices that depend on the user."""


class AssignManyForm(BulkForm):
    """One person for all of them."""

    assignee = forms.ModelChoiceField(
        label=gettext_lazy("caseworker"), queryset=User.objects.none(), widget=UnfoldAdminSelectWidget
    )

    def prepare(self) -> None:
        """The people of the user's own departments; each case says whether the person fits."""
        roles = {*RECEIVING_ROLES, *HANDLING_ROLES}
        people = User.objects.filter(
            is_active=True, memberships__department__in=departments_with(self.user, *roles), memberships__role__in=roles
        )
        field = self.fields["assignee"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people.distinct().order_by("username")


class RemindManyForm(BulkForm):
    """One text for all."""

    text = long_text(
        gettext_lazy("reminder"), help_text=gettext_lazy("It stands in the timeline."), required=False, rows=3
    )


@dataclass(frozen=True)
class Bulk:
    """Something that is done to many cases.

    Attributes:
        roles: who is offered it; each case is checked again by its service.
        subject: the name under which the command takes the case, where it isn't the kind's.
    """

    label: Promise
    form: type[BulkForm]
    command: Callable[..., Any]
    intro: Promise
    roles: tuple[Role, ...]
    subject: str = ""


def shared_bulks() -> dict[str, Bulk]:
    """What every kind offers: assigning, and reminding the department."""
    return {
        "assign": Bulk(
            gettext_lazy("Assign to a person"),
            AssignManyForm,
            worklog.case_assign,
            gettext_lazy("The person gets a message for each case."),
            (*RECEIVING_ROLES, Role.HANDLING_CASEWORKER),
            subject="case",
        ),
        "remind": Bulk(
            gettext_lazy("Remind the department"),
            RemindManyForm,
            worklog.case_remind,
            gettext_lazy("Those who work on cases in the responsible department get a message for each case."),
            (*RECEIVING_ROLES, Role.SUPERVISOR),
            subject="case",
        ),
    }


@dataclass(frozen=True)
class Result:
    """What became of one case; `problem` is "" where it was done."""

    case: Case
    problem: str


@dataclass(frozen=True)
class Bulks:
    """What a kind offers over its queue.

    Attributes:
        subject: the name under which the kind's commands take the case.
        visible_to: the kind's cases that a user may see.
    """

    subject: str
    visible_to: Callable[[User], QuerySet[Any]]
    offered: Mapping[str, Bulk]

    def for_user(self, user: User) -> dict[str, Bulk]:
        """What the user is offered."""
        return {name: bulk for name, bulk in self.offered.items() if has_role(user, *bulk.roles)}

    def confirm(
        self, request: HttpRequest, name: str, cases: QuerySet[Any], context: Mapping[str, Any]
    ) -> HttpResponse:
        """The page before anything is done: the chosen cases with their versions, and what is asked once."""
        assert isinstance(request.user, User)
        bulk, shown = self.offered[name], list(cases[: MOST_CASES + 1])
        form = bulk.form(user=request.user)
        return _page(request, name, bulk, form, shown[:MOST_CASES], context, is_cut=len(shown) > MOST_CASES)

    def run(self, request: HttpRequest, name: str, context: Mapping[str, Any]) -> HttpResponse:
        """Do it, case by case, and say what became of each.

        Raises:
            Http404: no such thing.
            PermissionDenied: not one whom it is offered.
        """
        assert isinstance(request.user, User)
        bulk = self.offered.get(name)
        if bulk is None:
            raise Http404
        if not has_role(request.user, *bulk.roles):
            raise PermissionDenied
        versions = _versions(request.POST.getlist("case"))
        rows = self.visible_to(request.user).in_bulk(list(versions))
        cases = [rows[pk] for pk in versions if pk in rows]
        form = bulk.form(request.POST, user=request.user)
        if not form.is_valid():
            return _page(request, name, bulk, form, cases, context, status=400)
        actor = Actor.person(request.user)
        results = [self._one(bulk, case, actor, versions[case.pk], form.cleaned_data) for case in cases]
        done = sum(not result.problem for result in results)
        page = {**context, "title": bulk.label, "results": results, "done": done, "failed": len(results) - done}
        return TemplateResponse(request, "admin/cases/bulk_results.html", page)

    def _one(self, bulk: Bulk, case: Case, actor: Actor, version: int, given: Mapping[str, Any]) -> Result:
        try:
            bulk.command(**{bulk.subject or self.subject: case}, actor=actor, version=version, **given)
        except InvalidInput as error:
            return Result(case, " ".join(text for texts in error.errors.values() for text in texts))
        except CaseError as error:
            return Result(case, str(error))
        return Result(type(case)._default_manager.get(pk=case.pk), "")


def _versions(sent: Sequence[str]) -> dict[int, int]:
    """The version of each case that the person was looking at.

    Raises:
        Http404: not what our page sends, or more than it ever does.
    """
    pairs = [value.partition(":") for value in sent]
    if not pairs or len(pairs) > MOST_CASES or not all(pk.isdecimal() and v.isdecimal() for pk, _c, v in pairs):
        raise Http404
    return {int(pk): int(version) for pk, _colon, version in pairs}


def _page(
    request: HttpRequest,
    name: str,
    bulk: Bulk,
    form: BulkForm,
    cases: Sequence[Case],
    context: Mapping[str, Any],
    *,
    is_cut: bool = False,
    status: int = 200,
) -> HttpResponse:
    shown = {
        **context,
        "title": bulk.label,
        "name": name,
        "intro": bulk.intro,
        "form": form,
        "media": form.media,
        "cases": cases,
        "is_cut": is_cut,
        "most": MOST_CASES,
    }
    return TemplateResponse(request, "admin/cases/bulk.html", shown, status=status)
