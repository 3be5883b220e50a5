"""What the subject of a record sends from its page: a statement, an objection, an application for repair."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.cases.terms import term_in_force
from casework.credit.record.models import CreditRecord
from casework.credit.repair.models import RepairApplication
from casework.credit.repair.services import Ground, repair_fault
from casework.portal.forms import VersionForm

UNDERTAKING = "credit.undertaking"


class SubjectForm(VersionForm):
    """A form about one record.

    Args:
        record: as the person looks at it.
    """

    def __init__(self, record: CreditRecord, data: Any = None) -> None:
        super().__init__(data, initial={"version": record.version})
        self.record = record

    def show_errors(self, errors: dict[str, list[str]]) -> None:
        """Put the command's refusals at their fields; those of files have a place of their own."""
        for name, texts in errors.items():
            for text in texts if name != "files" else ():
                self.add_error(name if name in self.fields else None, text)


class StatementForm(SubjectForm):
    """What the subject says to the prior notice."""

    text = forms.CharField(
        label=_("your statement"),
        max_length=5000,
        help_text=_("Which facts are wrong or missing, what speaks against the class, the measures or publication."),
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Write what you want to say.")},
    )


class ObjectionForm(SubjectForm):
    """What is wrong with a record in force."""

    text = forms.CharField(
        label=_("your objection"),
        max_length=5000,
        help_text=_("What the record says, what is wrong with it, and what it should say instead."),
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Write what is wrong.")},
    )


class RepairForm(SubjectForm):
    """An application for repair with its two documents: proof of fulfilment and undertaking."""

    ground = forms.ChoiceField(
        label=_("ground of the application"),
        choices=RepairApplication.Ground.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )
    court_document = forms.CharField(
        label=_("number of the court's decision"),
        max_length=80,
        required=False,
        help_text=_("Only for a reorganisation or settlement. Add the decision itself to the files."),
    )
    fulfilment = forms.CharField(
        label=_("what was fulfilled, and when"),
        max_length=3000,
        help_text=_("Each duty of the finding: what was done, on which day, and which file proves it."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Say what was fulfilled, and when.")},
    )
    undertaking = forms.CharField(
        label=_("undertaking"),
        max_length=3000,
        help_text=_("A model wording. Change it until it is what you undertake."),
        widget=forms.Textarea(attrs={"rows": 9, "lang": "zh-Hans"}),
        error_messages={"required": _("Without an undertaking there is no repair.")},
    )
    confirm = forms.BooleanField(
        error_messages={"required": _("Tick this box: without an undertaking there is no repair.")}
    )

    def __init__(self, record: CreditRecord, data: Any = None) -> None:
        super().__init__(record, data)
        today = timezone.localdate()
        self.model = term_in_force(UNDERTAKING, "model", today)
        if self.model is not None:
            self.initial["undertaking"] = self.model.explanation.strip()
        confirmed = _("We make this undertaking publicly, in the name of %(name)s.")
        self.fields["confirm"].label = str(confirmed) % {"name": record.respondent_name}
        self._offer_grounds(today)

    def _offer_grounds(self, today: Any) -> None:
        """Those that can be granted today; what is too early says from which day on."""
        ground = self.fields["ground"]
        assert isinstance(ground, forms.ChoiceField)
        ground.choices = [(code, label) for code, label in Ground.choices if not repair_fault(self.record, code, today)]
        early = repair_fault(self.record, Ground.FULFILLED, today)
        ground.error_messages["invalid_choice"] = early or str(_("Choose one of these."))

    def clean(self) -> dict[str, Any]:
        """A reorganisation names the court's decision; no other ground does."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("ground") != Ground.REORGANISATION:
            cleaned["court_document"] = ""
        elif not cleaned.get("court_document", "").strip() and "court_document" not in self.errors:
            self.add_error("court_document", str(_("Give the number of the court's decision.")))
        return cleaned
