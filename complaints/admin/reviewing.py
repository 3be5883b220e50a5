"""The reviewer's sections of the case page: checklist, notes, tasks, and who works on the case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from casework.cases.actors import Actor
from casework.cases.models import CitedTerm
from casework.cases.terms import terms_in_force
from casework.desk.acts import Act
from complaints.admin.actions import register_side_act
from complaints.admin.forms import ActionForm
from complaints.assessments.cautions import Caution
from complaints.assessments.selectors import Assessments
from complaints.flow import State
from complaints.models import ArrearsComplaint
from complaints.review import services
from complaints.review.duplicates import earlier_complaints
from complaints.review.models import ConditionCheck
from complaints.review.selectors import Known, checklist

_VERDICT, _REMARK = "verdict_", "remark_"


class ChecklistForm(ActionForm):
    """A finding and a remark for each condition of acceptance."""

    def prepare(self) -> None:
        """The conditions in force, with what was found before."""
        checks = {row.condition: row for row in self.complaint.checks.all()}
        self.conditions = list(terms_in_force("arrears.condition", timezone.localdate()))
        for term in self.conditions:
            self._add(term, checks.get(term.code))

    def _add(self, term: CitedTerm, check: ConditionCheck | None) -> None:
        self.fields[_VERDICT + term.code] = forms.ChoiceField(
            label=str(term),
            help_text=term.citation,
            choices=[("", _("not checked yet")), *ConditionCheck.Verdict.choices],
            required=False,
            widget=UnfoldAdminSelectWidget,
        )
        self.fields[_REMARK + term.code] = forms.CharField(
            label=_("remark"), required=False, max_length=500, widget=UnfoldAdminTextInputWidget
        )
        if check is not None:
            self.initial.update({_VERDICT + term.code: check.verdict, _REMARK + term.code: check.remark})

    def command(self) -> dict[str, Any]:
        """The findings by condition; what was not looked at is left out."""
        data = self.cleaned_data
        codes = [term.code for term in self.conditions if data.get(_VERDICT + term.code)]
        return {"findings": {code: services.Finding(data[_VERDICT + code], data[_REMARK + code]) for code in codes}}

    def show_errors(self, errors: dict[str, list[str]]) -> None:
        """The service names conditions, the form has two fields for each."""
        super().show_errors({_VERDICT + code if code else "": texts for code, texts in errors.items()})


register_side_act(
    Act(
        name="check_conditions",
        label=_("Check the conditions"),
        tone="primary",
        confirm="",
        form=ChecklistForm,
        command=services.complaint_check_conditions,
        intro=_("What you leave open stays unchecked. A condition found not met stands against the acceptance."),
        done=_("The findings are kept."),
        allowed=lambda roles: bool(roles & services.REVIEWING_ROLES),
        possible=lambda complaint: complaint.state == State.SUBMITTED,
        group="checklist",
    )
)


def review_context(
    complaint: ArrearsComplaint, actor: Actor, assessments: Assessments, cautions: list[Caution], files: int
) -> dict[str, Any]:
    """Checklist and earlier complaints for whoever sees the case; notes and tasks for those who work on it."""
    today = timezone.localdate()
    assert actor.user is not None
    earlier = earlier_complaints(complaint, actor.user)
    return {
        "conditions": checklist(Known(complaint, assessments, cautions, earlier, files, today)),
        "earlier": earlier,
    }
