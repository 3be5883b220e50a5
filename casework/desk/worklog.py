"""Notes, tasks, and who works on a case: the same on every kind's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import CHECKBOX_CLASSES, INPUT_CLASSES, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.models import Case
from casework.cases.pages import case_page
from casework.cases.worklog import services
from casework.cases.worklog.models import Task
from casework.cases.worklog.selectors import tasks_of
from casework.desk.acts import Act, Desk
from casework.desk.forms import CaseForm, long_text
from casework.desk.words import due_of
from casework.parties.models import User


class PersonForm(CaseForm):
    """A person of the department whose turn it is."""

    person_field = ""

    def prepare(self) -> None:
        """Those who can be given the case."""
        field = self.fields[self.person_field]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = services.people_for(self.case)


class AssignForm(PersonForm):
    """Who works on it."""

    person_field = "assignee"
    assignee = forms.ModelChoiceField(
        label=_("caseworker"),
        queryset=User.objects.none(),
        help_text=_("A person of the department that has the case; the person gets a message."),
        widget=UnfoldAdminSelectWidget,
    )


class NoteForm(CaseForm):
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


class FinishTasksForm(CaseForm):
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
        field.queryset = self.case.tasks.filter(done_at=None)


class RemindForm(CaseForm):
    """Of what the department is reminded."""

    text = long_text(_("reminder"), help_text=_("It stands in the timeline."), required=False, rows=3)


def _runs(case: Case) -> bool:
    return not case.is_ended


def register_worklog_acts(desk: Desk) -> None:
    """Offer notes, tasks, assignment and reminders on a kind's cases."""
    for name, label, form, command, intro, done, possible, group in (
        (
            "assign", _("Assign to a person"), AssignForm, services.case_assign,
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
            lambda case: case.tasks.filter(done_at=None).exists(), "tasks",
        ),
    ):  # fmt: skip
        desk.register(
            Act(
                name=name,
                label=label,
                tone="neutral",
                confirm="",
                form=form,
                command=command,
                intro=intro,
                done=done,
                allowed=lambda roles: bool(roles & services.WORKING_ROLES),
                possible=possible,
                group=group,
                subject="case",
            )
        )
    desk.register(
        Act(
            name="remind",
            label=_("Remind the department"),
            tone="neutral",
            confirm="",
            form=RemindForm,
            command=services.case_remind,
            intro=_("Those who work on cases in the responsible department get a message."),
            done=_("The department is reminded."),
            allowed=lambda roles: bool(roles & services.REMINDING_ROLES),
            possible=_runs,
            group="tasks",
            subject="case",
        )
    )


def worklog_context(case: Case, actor: Actor) -> dict[str, Any]:
    """Notes and tasks, for those who work on the case."""
    works = bool(roles_on(actor, case) & services.WORKING_ROLES)
    return {
        "works_on_case": works,
        "notes": list(case.notes.select_related("author")) if works else [],
        "case_tasks": [task_line(task) for task in tasks_of(case)] if works else [],
    }


def task_line(task: Task) -> dict[str, Any]:
    """A task with its case's page, and its day in words while it is open."""
    due = due_of(task.due_on, timezone.localdate()) if task.done_at is None and task.due_on else None
    return {"task": task, "page": case_page(task.case), "due": due}
