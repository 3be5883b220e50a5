"""Many cases at once from the queue: a page to confirm, then each case alone through the same service as ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelect2Widget, UnfoldAdminSelectWidget

from casework.cases.access import HANDLING_ROLES, RECEIVING_ROLES
from casework.cases.actors import Actor
from casework.cases.errors import CaseError, InvalidInput
from casework.cases.transfer.routes import suggestion_for
from casework.desk.forms import long_text
from casework.parties.models import NATION, Department, Role, User
from casework.parties.perms import departments_with, has_role
from complaints import services
from complaints.models import ArrearsComplaint
from complaints.review import services as review
from complaints.selectors import complaints_visible_to

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


class TransferManyForm(BulkForm):
    """Each where its route leads, or all of them to one department with a reason."""

    department = forms.ModelChoiceField(
        label=gettext_lazy("handling department"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=gettext_lazy("Each case where its route leads"),
        widget=UnfoldAdminSelect2Widget,
    )
    override_reason = long_text(
        gettext_lazy("why not as suggested"),
        help_text=gettext_lazy("Needed only if you choose another department than the suggested one."),
        required=False,
        rows=2,
    )
    note = long_text(gettext_lazy("note to the department"), required=False, rows=2)

    def prepare(self) -> None:
        """Departments below those that the user receives for, and national ones; each case checks its own."""
        own = Department.objects.filter(pk__in=departments_with(self.user, *RECEIVING_ROLES))
        places = [department.division.prefix for department in own.select_related("division")]
        within = Q(division=NATION)
        for prefix in places:
            within |= Q(division__code__startswith=prefix)
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Department.objects.filter(within, is_handling=True, is_active=True).order_by(
            "division_id", "name"
        )


class RemindManyForm(BulkForm):
    """One text for all."""

    text = long_text(
        gettext_lazy("reminder"), help_text=gettext_lazy("It stands in the timeline."), required=False, rows=3
    )


def _transfer(*, complaint: ArrearsComplaint, department: Department | None, **given: Any) -> ArrearsComplaint:
    """To the chosen department, or to the suggested one.

    Raises:
        InvalidInput: no department is chosen and no route leads anywhere.
    """
    if department is None:
        suggestion = suggestion_for(complaint, timezone.localdate())
        if suggestion is None:
            raise InvalidInput({"department": [_("No route leads anywhere: transfer this case by itself.")]})
        department = suggestion.department
    return services.complaint_transfer(complaint=complaint, department=department, **given)


@dataclass(frozen=True)
class Bulk:
    """Something that is done to many cases.

    Attributes:
        roles: who is offered it; each case is checked again by its service.
    """

    label: Promise
    form: type[BulkForm]
    command: Callable[..., Any]
    intro: Promise
    roles: tuple[Role, ...]


BULKS: dict[str, Bulk] = {
    "accept": Bulk(
        gettext_lazy("Accept"),
        BulkForm,
        services.complaint_accept,
        gettext_lazy("Each complainant gets an acceptance notice; the 10 working days to the transfer begin."),
        RECEIVING_ROLES,
    ),
    "assign": Bulk(
        gettext_lazy("Assign to a person"),
        AssignManyForm,
        review.complaint_assign,
        gettext_lazy("The person gets a message for each case."),
        (*RECEIVING_ROLES, Role.HANDLING_CASEWORKER),
    ),
    "transfer": Bulk(
        gettext_lazy("Transfer"),
        TransferManyForm,
        _transfer,
        gettext_lazy("Each department gets a transfer letter for each case."),
        RECEIVING_ROLES,
    ),
    "remind": Bulk(
        gettext_lazy("Remind the department"),
        RemindManyForm,
        review.complaint_remind,
        gettext_lazy("Those who work on cases in the responsible department get a message for each case."),
        (*RECEIVING_ROLES, Role.SUPERVISOR),
    ),
}


@dataclass(frozen=True)
class Result:
    """What became of one case; `problem` is "" where it was done."""

    complaint: ArrearsComplaint
    problem: str


def bulks_for(user: User) -> dict[str, Bulk]:
    """What the user is offered over the queue."""
    return {name: bulk for name, bulk in BULKS.items() if has_role(user, *bulk.roles)}


def confirm(
    request: HttpRequest, name: str, cases: QuerySet[ArrearsComplaint], context: Mapping[str, Any]
) -> HttpResponse:
    """The page before anything is done: the chosen cases with their versions, and what is asked once."""
    assert isinstance(request.user, User)
    bulk, shown = BULKS[name], list(cases[: MOST_CASES + 1])
    form = bulk.form(user=request.user)
    return _page(request, name, form, shown[:MOST_CASES], context, is_cut=len(shown) > MOST_CASES)


def run(request: HttpRequest, name: str, context: Mapping[str, Any]) -> HttpResponse:
    """Do it, case by case, and say what became of each.

    Raises:
        Http404: no such thing.
        PermissionDenied: not one whom it is offered.
    """
    assert isinstance(request.user, User)
    bulk = BULKS.get(name)
    if bulk is None:
        raise Http404
    if not has_role(request.user, *bulk.roles):
        raise PermissionDenied
    versions = _versions(request.POST.getlist("case"))
    rows = complaints_visible_to(request.user).in_bulk(list(versions))
    cases = [rows[pk] for pk in versions if pk in rows]
    form = bulk.form(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, name, form, cases, context, status=400)
    actor = Actor.person(request.user)
    results = [_one(bulk, case, actor, versions[case.pk], form.cleaned_data) for case in cases]
    done = sum(not result.problem for result in results)
    page = {**context, "title": bulk.label, "results": results, "done": done, "failed": len(results) - done}
    return TemplateResponse(request, "admin/complaints/bulk_results.html", page)


def _one(bulk: Bulk, case: ArrearsComplaint, actor: Actor, version: int, given: Mapping[str, Any]) -> Result:
    try:
        bulk.command(complaint=case, actor=actor, version=version, **given)
    except InvalidInput as error:
        return Result(case, " ".join(text for texts in error.errors.values() for text in texts))
    except CaseError as error:
        return Result(case, str(error))
    return Result(ArrearsComplaint.objects.get(pk=case.pk), "")


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
    form: BulkForm,
    cases: Sequence[ArrearsComplaint],
    context: Mapping[str, Any],
    *,
    is_cut: bool = False,
    status: int = 200,
) -> HttpResponse:
    bulk = BULKS[name]
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
    return TemplateResponse(request, "admin/complaints/bulk.html", shown, status=status)
