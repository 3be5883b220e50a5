"""The way of a case on its page: transfer, return, designation. Each kind names its commands; the rest is here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Case as DatabaseCase
from django.db.models import When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelect2Widget

from casework.cases.actors import Actor
from casework.cases.models import Case
from casework.cases.transfer.hops import pending_return
from casework.cases.transfer.models import Hop
from casework.cases.transfer.returns import (
    DECIDING_ROLES,
    DESIGNATING_ROLES,
    ESCALATING_ROLES,
    RETURNING_ROLES,
    can_ask_return,
    time_to_agree_is_over,
)
from casework.cases.transfer.routes import suggestion_for
from casework.cases.transfer.rules import TransferRules, departments_for
from casework.cases.transfer.superiors import is_common_superior
from casework.desk.acts import Act, Desk, Matter
from casework.desk.forms import CaseForm, long_text
from casework.parties.models import Department

# The section of the case page.
GROUP = "hops"


def _department_field(label: Any, *, help_text: Any = "") -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=label,
        help_text=help_text,
        queryset=Department.objects.none(),
        empty_label=_("Choose a department"),
        widget=UnfoldAdminSelect2Widget,
    )


class DepartmentForm(CaseForm):
    """A department that can have the case."""

    department_field = "department"

    def prepare(self) -> None:
        """Those that take such cases there."""
        self.offer_departments()

    def offer_departments(self, *, first: int = 0) -> None:
        """Offer every department that can have the case.

        Args:
            first: the id of the one that stands first; 0 for none.
        """
        field = self.fields[self.department_field]
        assert isinstance(field, forms.ModelChoiceField)
        is_other = DatabaseCase(When(pk=first, then=0), default=1)
        field.queryset = departments_for(self.case).order_by(is_other, "division_id", "name")


class TransferForm(DepartmentForm):
    """Where to: the suggested department comes first; another needs a reason."""

    department = _department_field(
        _("handling department"),
        help_text=_("Departments that take such cases in the receiving department's division, and national ones."),
    )
    override_reason = long_text(
        _("why not as suggested"),
        help_text=_("Needed only if you choose another department than the suggested one."),
        required=False,
        rows=3,
    )
    note = long_text(_("note to the department"), help_text=_("It stands in the transfer letter."), required=False)

    def prepare(self) -> None:
        """Offer the suggestion first with its reason, then every department that can have the case."""
        suggestion = suggestion_for(self.case, timezone.localdate())
        if suggestion is None:
            del self.fields["override_reason"]
            self.offer_departments()
            return
        self.offer_departments(first=suggestion.department.pk)
        self.initial["department"] = suggestion.department.pk
        self.fields["department"].help_text = _("Suggested: %(department)s. %(reason)s %(source)s") % {
            "department": suggestion.department.name,
            "reason": suggestion.reason,
            "source": suggestion.source,
        }


class TakeBackForm(CaseForm):
    """A word to the department that asked for the return."""

    note = long_text(_("note to the department"), required=False, rows=3)


class AskReturnForm(DepartmentForm):
    """Why not here, and where instead."""

    department_field = "target"
    target = _department_field(_("department that should handle it"))
    reason = long_text(_("reason"), help_text=_("Which rule or fact makes the other department competent."), rows=3)


class DeclineReturnForm(CaseForm):
    """Why the department keeps it."""

    reason = long_text(_("reason"), help_text=_("The department can then ask the common superior."), rows=3)


class EscalateForm(CaseForm):
    """A confirmation."""


class DesignateForm(DepartmentForm):
    """Who handles it."""

    department = _department_field(_("handling department"))
    reason = long_text(_("reason"), rows=3)


def return_matter(case: Case) -> Matter:
    """The return that is asked for."""
    hop = pending_return(case)
    if hop is None or hop.return_asked_on is None:
        return []
    return [
        (_("reason of the return"), hop.return_reason),
        (_("proposed department"), str(hop.return_target)),
        (_("requested by"), f"{hop.target} · {hop.return_asked_by} · {date_format(hop.return_asked_on)}"),
    ]


def hops_context(case: Case, hops: list[Hop], *, waits: bool) -> dict[str, Any]:
    """The way of the case, and where it should go next; for `admin/cases/hops.html`.

    Args:
        hops: as `load_hops` read them.
        waits: whether the case is still to be transferred.
    """
    return {"hops": hops, "suggestion": suggestion_for(case, timezone.localdate()) if waits else None}


def register_transfer_acts(
    desk: Desk,
    rules: TransferRules,
    *,
    ask_return: Callable[..., object],
    decline_return: Callable[..., object],
    designate: Callable[..., object],
    escalate: Callable[..., object] | None = None,
) -> None:
    """Offer the return of a misrouted case and what follows it.

    Args:
        ask_return, decline_return, designate: the kind's commands, each called with what its form gives.
        escalate: the command that puts a return to the common superior once the time to agree is over; None where the
            kind has none.
    """
    desk.register(_ask_return(rules, ask_return))
    desk.register(_decline_return(decline_return))
    if escalate is not None:
        desk.register(_escalate(escalate))
    desk.register(_designate(designate))


def _ask_return(rules: TransferRules, command: Callable[..., object]) -> Act:
    in_time = _("Within the time to object to the transfer, with the reason and the department that is competent.")
    at_any_time = _("With the reason and the department that is competent.")
    return Act(
        name="ask_return",
        label=_("Ask for the return"),
        tone="neutral",
        confirm=_("Until the sender agrees the case stays with your department."),
        form=AskReturnForm,
        command=command,
        intro=in_time if rules.objection else at_any_time,
        done=_("The return is asked for."),
        allowed=lambda roles: bool(roles & RETURNING_ROLES),
        possible=can_ask_return,
        group=GROUP,
    )


def _decline_return(command: Callable[..., object]) -> Act:
    return Act(
        name="decline_return",
        label=_("Decline the return"),
        tone="neutral",
        confirm="",
        form=DeclineReturnForm,
        command=command,
        intro=_("The handling department keeps the case."),
        done=_("The return is declined."),
        allowed=lambda roles: bool(roles & DECIDING_ROLES),
        possible=_waits_for_sender,
        group=GROUP,
        about=return_matter,
    )


def _escalate(command: Callable[..., object]) -> Act:
    return Act(
        name="escalate_return",
        label=_("Put to the common superior"),
        tone="neutral",
        confirm="",
        form=EscalateForm,
        command=command,
        intro=_("The time to agree is over: the common superior designates the department."),
        done=_("The common superior is asked to decide."),
        allowed=lambda roles: bool(roles & ESCALATING_ROLES),
        possible=lambda case: _waits_for_sender(case) and time_to_agree_is_over(case, timezone.localdate()),
        group=GROUP,
        about=return_matter,
    )


def _designate(command: Callable[..., object]) -> Act:
    return Act(
        name="designate",
        label=_("Designate the handling department"),
        tone="primary",
        confirm=_("The designation binds both departments."),
        form=DesignateForm,
        command=command,
        intro=_("The departments don't agree, or the case goes round: the common superior decides."),
        done=_("The department is designated."),
        allowed=lambda roles: bool(roles & DESIGNATING_ROLES),
        possible=_waits_for_superior,
        group=GROUP,
        about=return_matter,
        who=_is_superior,
    )


def _waits_for_sender(case: Case) -> bool:
    hop = pending_return(case)
    return hop is not None and hop.escalated_on is None


def _waits_for_superior(case: Case) -> bool:
    hop = pending_return(case)
    return hop is not None and hop.escalated_on is not None and hop.designated_id is None


def _is_superior(case: Case, actor: Actor) -> bool:
    hop = pending_return(case)
    return hop is not None and is_common_superior(actor.user, hop)
