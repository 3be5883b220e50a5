"""Letters and files on a case page: issue again, record a delivery, mark files secret; and what is shown of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import CHECKBOX_CLASSES, INPUT_CLASSES, RADIO_CLASSES

from casework.cases.actors import Actor
from casework.cases.models import Case
from casework.desk.acts import Act, Desk
from casework.desk.forms import CaseForm, long_text
from casework.documents import correspondence
from casework.documents.delivery import TOLD_WAYS
from casework.documents.models import Letter
from casework.documents.secrecy import HANDLERS
from casework.parties.models import Role

LETTERS, FILES = "letters", "files"


def letters_context(case: Case) -> dict[str, Any]:
    """The letters with their deliveries and successors."""
    return {"letters": correspondence.letters_of(case)}


class LetterForm(CaseForm):
    """A letter of the user's own department."""

    letter = forms.TypedChoiceField(
        label=_("letter"), coerce=int, widget=forms.RadioSelect(attrs={"class": " ".join(RADIO_CLASSES)}),
        error_messages={"required": _("Choose one of these.")},
    )  # fmt: skip

    def prepare(self) -> None:
        """Those that can be chosen; the only one is chosen already."""
        letters = self.letters(Actor.person(self.user))
        field = self.fields["letter"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(letter.pk, str(letter)) for letter in letters]
        if len(letters) == 1:
            self.initial["letter"] = letters[0].pk

    def letters(self, actor: Actor) -> list[Letter]:
        """What is offered."""
        return correspondence.own_letters(self.case, actor)


class ReissueForm(LetterForm):
    """Which letter, why, and the passage that was wrong."""

    reason = long_text(_("reason"), help_text=_("It stands in the timeline; the complainant reads it too."), rows=2)
    wrong = long_text(
        _("wrong passage"),
        help_text=_("Word by word as in the letter. Leave it empty to issue the same text again."),
        required=False,
        rows=3,
    )
    right = long_text(_("right passage"), required=False, rows=3)

    def letters(self, actor: Actor) -> list[Letter]:
        """Those that no other letter has replaced."""
        return correspondence.standing_letters(self.case, actor)


class DeliveryForm(LetterForm):
    """How the letter arrived, when, and with whom."""

    way = forms.ChoiceField(
        label=_("way"),
        choices=[(way.value, way.label) for way in TOLD_WAYS],
        widget=forms.RadioSelect(attrs={"class": " ".join(RADIO_CLASSES)}),
    )
    recipient = forms.CharField(
        label=_("recipient"),
        help_text=_("Who got it, by name."),
        max_length=120,
        widget=forms.TextInput(attrs={"class": " ".join(INPUT_CLASSES)}),
    )
    at = forms.DateTimeField(
        label=_("arrived at"),
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": " ".join(INPUT_CLASSES)}
        ),
    )
    remark = forms.CharField(
        label=_("remark"),
        help_text=_("Such as the number of the registered mail."),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": " ".join(INPUT_CLASSES)}),
    )

    def prepare(self) -> None:
        """The letters, and now."""
        super().prepare()
        self.initial["at"] = timezone.localtime().replace(second=0, microsecond=0)


class SecrecyForm(CaseForm):
    """Which files are secret, and why."""

    secret = forms.TypedMultipleChoiceField(
        label=_("secret files"),
        help_text=_("Supervisors and auditors see that they are there and can't open them."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": " ".join(CHECKBOX_CLASSES)}),
    )
    reason = long_text(
        _("reason"), help_text=_("State, business or personal secret, without telling it (art. 25(5))."), rows=2
    )

    def prepare(self) -> None:
        """The files of the case, marked as they are."""
        files = list(self.case.attachments.all())
        field = self.fields["secret"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(file.pk, file.name) for file in files]
        self.initial["secret"] = [file.pk for file in files if file.is_secret]


def _issues_letters(roles: frozenset[Role]) -> bool:
    return bool(roles & HANDLERS)


_ACTS = (
    Act(
        name="record_delivery",
        label=_("Record a delivery"),
        tone="neutral",
        confirm="",
        form=DeliveryForm,
        command=correspondence.letter_delivered,
        intro=_("What arrived by post, by hand or by e-mail. Openings on the tracking page are kept by themselves."),
        done=_("The delivery is recorded."),
        allowed=_issues_letters,
        possible=lambda case: bool(correspondence.letters_of(case)),
        group=LETTERS,
        who=lambda case, actor: bool(correspondence.own_letters(case, actor)),
        subject="case",
    ),
    Act(
        name="reissue_letter",
        label=_("Issue a letter again"),
        tone="neutral",
        confirm=_("The first letter stays as it is and is shown as replaced, also to whoever scans its code."),
        form=ReissueForm,
        command=correspondence.letter_issue_again,
        intro=_("An issued letter never changes. A new one with its own number takes its place."),
        done=_("The new letter is issued."),
        allowed=_issues_letters,
        possible=lambda case: bool(correspondence.letters_of(case)),
        group=LETTERS,
        who=lambda case, actor: bool(correspondence.standing_letters(case, actor)),
        subject="case",
    ),
    Act(
        name="mark_secret",
        label=_("Set the secrecy of files"),
        tone="neutral",
        confirm="",
        form=SecrecyForm,
        command=correspondence.files_mark_secret,
        intro=_("Secret files are opened only by the departments that handle the case (Decree 802 art. 25(5))."),
        done=_("The secrecy of the files is set."),
        allowed=_issues_letters,
        possible=lambda case: bool(correspondence.files_of(case)),
        group=FILES,
        subject="case",
    ),
)


def register_letter_acts(desk: Desk) -> None:
    """Offer what is done about letters and files on a kind's cases."""
    for act in _ACTS:
        desk.register(act)
    desk.letters_of["reissue_letter"] = ()
