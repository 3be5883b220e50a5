"""A filing in steps, one thing on each page: what a kind of case declares of its questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django import forms
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from casework.cases.models import CitedTerm
from casework.cases.terms import terms_in_force
from casework.portal.drafts.models import Draft

Text = str | Promise


@dataclass(frozen=True)
class Step:
    """One page.

    Attributes:
        slug: its place in the address, and its law's code in the journey's vocabulary.
        title: the question, as the page's heading.
        name: what it is called in the list of steps and on the check page.
        fields: of the journey's form.
        folded: of them, those that wait behind a heading until somebody wants them.
        lead: one or two sentences below the heading.
        examples: what others wrote here.
        takes_files: whether evidence is sent here.
    """

    slug: str
    title: Text
    name: Text
    fields: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    folded_title: Text = ""
    lead: Text = ""
    examples: tuple[Text, ...] = ()
    takes_files: bool = False


@dataclass(frozen=True)
class Place:
    """A step on the line of steps.

    Attributes:
        status: done, current or ahead; only what is done or next can be opened.
    """

    step: Step
    status: str
    address: str


@dataclass(frozen=True)
class Answered:
    """A step on the check page, with the answers in words.

    Attributes:
        faults: what is missing or wrong there.
    """

    step: Step
    rows: list[tuple[str, str]]
    faults: list[str]
    address: str


class StepForm(Protocol):
    """What the form of a journey must offer: it judges everything, a step shows its part."""

    @property
    def errors(self) -> Any: ...

    fields: Any
    cleaned_data: dict[str, Any]

    def __getitem__(self, name: str) -> forms.BoundField: ...
    def full_clean(self) -> None: ...
    def is_valid(self) -> bool: ...
    def show_errors(self, errors: dict[str, list[str]]) -> None: ...


@dataclass(frozen=True)
class Journey:
    """The way of one kind of filing.

    Attributes:
        kind: of the case that it becomes.
        urls: the name for `reverse()` of its first page; the others add `_step`, `_check` and so on to it.
        title: what is filed.
        form: holds every field; its rules are those of the filing.
        declared: the fields that are asked on the check page itself.
        law: the vocabulary of cited terms that explains the steps.
        evidence: the vocabulary of kinds of evidence to choose from, if there is one.
        one_page: the name of the page with all questions at once, for those who file often.
        begun: other names under which the address of the first page may bring answers along.
    """

    kind: str
    urls: str
    title: Text
    form: Callable[..., StepForm]
    steps: tuple[Step, ...]
    declared: tuple[str, ...]
    law: str
    one_page: str
    begun: Mapping[str, str] = field(default_factory=dict)
    evidence: str = ""

    def step(self, slug: str) -> Step | None:
        """The step of this slug."""
        return next((step for step in self.steps if step.slug == slug), None)

    def number(self, step: Step) -> int:
        """Its place, from 1."""
        return self.steps.index(step) + 1

    def before(self, step: Step) -> Step | None:
        """The step before it; None for the first."""
        place = self.steps.index(step)
        return self.steps[place - 1] if place else None

    def address(self, draft: Draft, step: Step) -> str:
        """A step's address."""
        return reverse(f"{self.urls}_step", args=[draft.number, step.slug])

    def check_address(self, draft: Draft) -> str:
        """The address of the check page."""
        return reverse(f"{self.urls}_check", args=[draft.number])

    def after(self, draft: Draft, step: Step) -> str:
        """Where one goes on: the next step that is not answered, then the check page."""
        rest = self.steps[self.number(step) :]
        ahead = next((later for later in rest if later.slug not in draft.reached), None)
        return self.address(draft, ahead) if ahead else self.check_address(draft)

    def going_on(self, draft: Draft) -> str:
        """Where a draft that is taken up again goes on: at the first step that is not answered."""
        first = next((step for step in self.steps if step.slug not in draft.reached), None)
        return self.address(draft, first) if first else self.check_address(draft)

    def places(self, draft: Draft, current: Step | None) -> list[Place]:
        """The line of steps."""
        reached = set(draft.reached)
        opened = next((step for step in self.steps if step.slug not in reached), None)
        return [
            Place(
                step,
                "current" if step == current else "done" if step.slug in reached else "ahead",
                self.address(draft, step) if step.slug in reached or step == opened else "",
            )
            for step in self.steps
        ]

    def data_of(self, draft: Draft | None) -> QueryDict:
        """The answers as form data; what is not yet asked has the form's own beginning."""
        data = draft.form_data if draft else QueryDict(mutable=True)
        for name, asked in self.form().fields.items():
            if name not in data and (initial := asked.initial) is not None:
                data[name] = initial
        return data

    def law_of(self, step: Step) -> list[CitedTerm]:
        """The rules behind a question, in the version in force today: terms whose code is the slug, or begins so."""
        terms = terms_in_force(self.law, timezone.localdate())
        return [term for term in terms if term.code.partition(".")[0] == step.slug]

    def answered(self, draft: Draft, form: StepForm) -> list[Answered]:
        """Every step with its answers, and what is still wrong there."""
        return [
            Answered(
                step,
                list(shown_answers(form, step.fields)),
                [str(fault) for name in step.fields for fault in form.errors.get(name, [])],
                self.address(draft, step),
            )
            for step in self.steps
        ]


def answers_of(fields: Sequence[str], data: QueryDict) -> dict[str, list[str]]:
    """What a browser sent for these fields; what it left out, such as a box without a tick, is no answer."""
    return {name: [str(text) for text in data.getlist(name)] for name in fields}


def only_of(form: StepForm, fields: Sequence[str]) -> StepForm:
    """The judged form, with the faults of these fields alone."""
    for name in [name for name in form.errors if name not in fields]:
        del form.errors[name]
    return form


def shown_answers(form: StepForm, fields: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Label and answer in words, of those that were answered."""
    for name in fields:
        if text := _words(form[name]):
            yield str(form[name].label), text


def _words(field: forms.BoundField) -> str:
    value = field.value()
    if isinstance(field.field, forms.BooleanField):
        return str(field.field.label) if field.field.to_python(value) else ""
    choices: Mapping[str, Text] = _flat(getattr(field.field.widget, "choices", ()))
    if value in (None, ""):
        return ""
    return str(choices.get(str(value), value))


def _flat(choices: Any) -> dict[str, Text]:
    flat: dict[str, Text] = {}
    for value, label in choices:
        flat |= {str(inner): text for inner, text in label} if isinstance(label, list | tuple) else {str(value): label}
    return flat


# The commands that a kind gives to its pages; see `stepping.py`.
class Filer(Protocol):
    """What only a kind knows."""

    def context(self, step: Step | None, form: StepForm, draft: Draft | None) -> dict[str, Any]:
        """What the template of a step, or of the check page (None), needs beside its fields."""
        ...

    def button(self, request: HttpRequest, step: Step, data: QueryDict) -> dict[str, list[str]] | None:
        """The answers that a button of the kind's own gives; None when none was pressed."""
        ...

    def kept(self, answers: dict[str, list[str]]) -> dict[str, list[str]]:
        """What is kept of the answers to a step."""
        ...

    def file(self, request: HttpRequest, draft: Draft, form: StepForm) -> str:
        """File it, in the caller's transaction, and say which page comes next."""
        ...
