"""The reviewer's sections of the case page: checklist, notes, tasks, and who works on the case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import (
    CHECKBOX_CLASSES,
    INPUT_CLASSES,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.models import CitedTerm
from casework.cases.terms import terms_in_force
from casework.desk.acts import Act
from casework.desk.forms import long_text
from casework.parties.models import User
from complaints.admin.actions import register_side_act
from complaints.admin.forms import ActionForm
from complaints.admin.words import due_of
from complaints.assessments.cautions import Caution
from complaints.assessments.selectors import Assessments
from complaints.flow import State
from complaints.models import ArrearsComplaint
from complaints.review import services
from complaints.review.duplicates import earlier_complaints
from complaints.review.models import ConditionCheck, Task
from complaints.review.selectors import Known, checklist, tasks_of

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


class PersonForm(ActionForm):
    """A person of the department whose turn it is."""

    person_field = ""

    def prepare(self) -> None:
        """Those who can be given the case."""
        field = self.fields[self.person_field]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = services.people_for(self.complaint)


class AssignForm(PersonForm):
    """Who works on it."""

    person_field = "assignee"
    assignee = forms.ModelChoiceField(
        label=_("caseworker"),
        queryset=User.objects.none(),
        help_text=_("A person of the department that has the case; the person gets a message."),
        widget=UnfoldAdminSelectWidget,
    )


class NoteForm(ActionForm):
    """A note for colleagues."""

    text = long_text(_("note"), help_text=_("Seen by those who work on the case, never by the parties."))


class TaskForm(PersonForm):
    """What is to be done, by when, by whom."""

    person_field = "assigned_to"
    title = forms.CharField(label=_("what is to be done"), max_length=200, widget=UnfoldAdminTextInputWidget)
    due_on = forms.DateField(
        label=pgettext_lazy("task", "by"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": " ".join(INPUT_CLASSES)}),
    )
    assigned_to = forms.ModelChoiceField(
        label=_("assigned to"), queryset=User.objects.none(), required=False, widget=UnfoldAdminSelectWidget
    )


class FinishTasksForm(ActionForm):
    """Which tasks are done."""

    tasks = forms.ModelMultipleChoiceField(
        label=_("done"),
        queryset=Task.objects.none(),
        widget=forms.CheckboxSelectMultiple(attrs={"class": " ".join(CHECKBOX_CLASSES)}),
    )

    def prepare(self) -> None:
        """The open ones."""
        field = self.fields["tasks"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = self.complaint.tasks.filter(done_at=None)


class RemindForm(ActionForm):
    """Of what the department is reminded."""

    text = long_text(_("reminder"), help_text=_("It stands in the timeline."), required=False, rows=3)


def _runs(complaint: ArrearsComplaint) -> bool:
    return not complaint.is_ended


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
for _name, _label, _form, _command, _intro, _done, _possible, _group in (
    (
        "assign", _("Assign to a person"), AssignForm, services.complaint_assign,
        _("The case stands in that person's queue."), _("The case is assigned."), _runs, "tasks",
    ),
    (
        "write_note", _("Write a note"), NoteForm, services.note_add,
        _("Notes are for colleagues; they can't be changed afterwards."), _("The note is kept."), _runs, "notes",
    ),
    (
        "write_task", _("Write a task"), TaskForm, services.task_add,
        _("Something to be done on this case."), _("The task is kept."), _runs, "tasks",
    ),
    (
        "finish_tasks", _("Finish tasks"), FinishTasksForm, services.tasks_finish,
        _("Tick what is done."), _("The tasks are done."),
        lambda complaint: complaint.tasks.filter(done_at=None).exists(), "tasks",
    ),
):  # fmt: skip
    register_side_act(
        Act(
            name=_name,
            label=_label,
            tone="neutral",
            confirm="",
            form=_form,
            command=_command,
            intro=_intro,
            done=_done,
            allowed=lambda roles: bool(roles & services.WORKING_ROLES),
            possible=_possible,
            group=_group,
        )
    )
register_side_act(
    Act(
        name="remind",
        label=_("Remind the department"),
        tone="neutral",
        confirm="",
        form=RemindForm,
        command=services.complaint_remind,
        intro=_("Those who work on cases in the responsible department get a message."),
        done=_("The department is reminded."),
        allowed=lambda roles: bool(roles & services.REMINDING_ROLES),
        possible=_runs,
        group="tasks",
    )
)


def review_context(
    complaint: ArrearsComplaint, actor: Actor, assessments: Assessments, cautions: list[Caution], files: int
) -> dict[str, Any]:
    """Checklist and earlier complaints for whoever sees the case; notes and tasks for those who work on it."""
    today = timezone.localdate()
    assert actor.user is not None
    earlier = earlier_complaints(complaint, actor.user)
    works = bool(roles_on(actor, complaint) & services.WORKING_ROLES)
    return {
        "conditions": checklist(Known(complaint, assessments, cautions, earlier, files, today)),
        "earlier": earlier,
        "works_on_case": works,
        "notes": list(complaint.notes.select_related("author")) if works else [],
        "case_tasks": [task_line(task) for task in tasks_of(complaint)] if works else [],
    }


def task_line(task: Task) -> dict[str, Any]:
    """A task with its day in words, while it is open."""
    is_dated = task.done_at is None and task.due_on is not None
    return {"task": task, "due": due_of(task.due_on, timezone.localdate()) if is_dated and task.due_on else None}
