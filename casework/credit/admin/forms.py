"""One form for each act on a record. A form asks and keeps what was typed; the rules are the services'."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import CHECKBOX_CLASSES, UnfoldAdminSelect2Widget, UnfoldAdminSelectWidget

from casework.credit.catalogue.models import MeasureItem
from casework.credit.catalogue.reference import measures_in_force, severities_in_force
from casework.credit.measures.models import Measure
from casework.credit.objections.models import Objection
from casework.credit.objections.services import DECIDED
from casework.credit.record.models import CreditRecord
from casework.credit.repair.models import RepairApplication
from casework.desk.forms import INPUT, CaseForm, day_field, long_text, radio_field, text_field
from casework.parties.models import Department, division_prefix

_CHECKBOX = {"class": " ".join(CHECKBOX_CLASSES)}
FINDING = (
    "finding_number", "finding_date", "finding_authority", "legal_basis", "conduct", "severity_reasons",
    "contact_email",
)  # fmt: skip


def severity_choices() -> list[tuple[str, str]]:
    """The classes in force today, with their limits."""
    return [(row.code, f"{row.label} · {row.citation}") for row in severities_in_force(timezone.localdate())]


class ManyFilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once; at least one where the field is required."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files."""
        one = super().clean
        if isinstance(data, list | tuple) and data:
            return [one(item, initial) for item in data]
        one(None, initial)
        return []


def files_field(label: Any, *, required: bool = True, help_text: Any = "") -> ManyFilesField:
    """Files to be added."""
    widget = ManyFilesInput(attrs={"multiple": True, **INPUT})
    return ManyFilesField(label=label, required=required, help_text=help_text, widget=widget)


class FindingFields(forms.Form):
    """What no record is made without (Decree 802 art. 26)."""

    finding_number = text_field(_("number of the finding document"), length=80)
    finding_date = day_field(_("date of the finding document"), help_text=_("Publicity counts from this day."))
    finding_authority = text_field(_("authority that made the finding"), length=120)
    legal_basis = text_field(
        _("legal basis of the finding"), length=500, help_text=_("Law, regulation or central policy, with its article.")
    )
    conduct = long_text(_("conduct"), help_text=_("As the document finds it. The subject reads it, perhaps everybody."))
    severity = radio_field(_("severity"))
    severity_reasons = long_text(_("why this class"), help_text=_("By the sector department's rule."), rows=3)
    contact_email = forms.EmailField(
        label=_("e-mail of the subject"), required=False, widget=forms.EmailInput(attrs=INPUT)
    )

    def finding(self) -> dict[str, Any]:
        """The finding's fields."""
        return {name: self.cleaned_data[name] for name in FINDING}


class RecordForm(CaseForm):
    """A form about a record."""

    @property
    def record(self) -> CreditRecord:
        """The record as it stands."""
        return cast(CreditRecord, self.case)


class AmendForm(FindingFields, RecordForm):
    """The proposal put right."""

    reason = text_field(_("from where this is known"), length=500)

    def prepare(self) -> None:
        """As it stands."""
        offer(self, "severity", severity_choices())
        self.initial.update({name: getattr(self.record, name) for name in FINDING})
        self.initial["severity"] = self.record.severity.code

    def command(self) -> dict[str, Any]:
        """The finding as one value."""
        data = self.cleaned_data
        return {"finding": self.finding(), "severity": data["severity"], "reason": data["reason"]}


def offer(form: forms.Form, name: str, choices: list[tuple[Any, str]]) -> None:
    """Set a field's choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class IntendForm(RecordForm):
    """A measure of the list, and who carries it out."""

    item = forms.ModelChoiceField(
        label=_("measure of the list"), queryset=MeasureItem.objects.none(), widget=UnfoldAdminSelectWidget
    )
    department = forms.ModelChoiceField(
        label=_("carried out by"), queryset=Department.objects.none(), widget=UnfoldAdminSelect2Widget
    )
    extent = text_field(_("extent"), length=500, required=False, help_text=_("What exactly, where the list is open."))

    def prepare(self) -> None:
        """What the list allows for this subject and class, and the departments of the province."""
        record = self.record
        items, departments = self.fields["item"], self.fields["department"]
        assert isinstance(items, forms.ModelChoiceField) and isinstance(departments, forms.ModelChoiceField)
        items.queryset = measures_in_force(record.subject.kind, record.severity.code, timezone.localdate())
        province = division_prefix(record.receiving_department.division_id)[:2]
        departments.queryset = Department.objects.filter(is_active=True, division__code__startswith=province).order_by(
            "division_id", "name"
        )


class DropMeasureForm(RecordForm):
    """Which of the intended measures is taken back."""

    measure = forms.TypedChoiceField(label=_("intended measure"), coerce=int, widget=UnfoldAdminSelectWidget)

    def prepare(self) -> None:
        """Those intended."""
        offer(self, "measure", [(row.pk, str(row)) for row in intended(self.record)])


def intended(record: CreditRecord) -> list[Measure]:
    """The measures that the prior notice names."""
    return list(record.measures.filter(state=Measure.State.INTENDED).select_related("item", "department"))


class ServeForm(RecordForm):
    """When and how the notice reached the subject."""

    served_on = day_field(_("served on"), help_text=_("The time for a statement counts from the day after."))
    how = text_field(_("how and to whom"), length=300, help_text=_("Such as the number of the postal receipt."))

    def prepare(self) -> None:
        """Today."""
        self.initial["served_on"] = timezone.localdate()


class StatementForm(RecordForm):
    """A statement that came on paper."""

    text = long_text(_("statement"), help_text=_("In the subject's words."), rows=8)
    received_on = day_field(_("received on"))

    def prepare(self) -> None:
        """Today."""
        self.initial["received_on"] = timezone.localdate()


class AnswerForm(RecordForm):
    """What is answered to a statement."""

    statement = forms.TypedChoiceField(label=_("statement"), coerce=int, widget=UnfoldAdminSelectWidget)
    answer = long_text(_("answer"), help_text=_("It stands in the decision; the subject reads it."))
    is_followed = forms.BooleanField(
        label=_("The statement convinced"),
        required=False,
        help_text=_("Then have the record dropped or put right instead of putting it forward as it is."),
        widget=forms.CheckboxInput(attrs=_CHECKBOX),
    )

    def prepare(self) -> None:
        """Those without an answer."""
        rows = self.record.statements.filter(answered_on=None)
        offer(self, "statement", [(row.pk, f"{row.number} · {row.received_on} · {row.text[:60]}") for row in rows])


class NoteForm(RecordForm):
    """What the one who decides should know."""

    note = long_text(_("note"), required=False, rows=3, help_text=_("For the one who decides; it stays inside."))


class ReasonForm(RecordForm):
    """A reason."""

    reason = long_text(_("reason"), rows=3)


class DecideForm(RecordForm):
    """Reasons, publication, measures."""

    reasons = long_text(_("reasons of the decision"), help_text=_("The subject reads them."), rows=8)
    publish = forms.BooleanField(
        label=_("Publish the record"), required=False, widget=forms.CheckboxInput(attrs=_CHECKBOX)
    )
    measures = forms.TypedMultipleChoiceField(
        label=_("measures that are applied"),
        coerce=int,
        required=False,
        help_text=_("The others of the notice are dropped."),
        widget=forms.CheckboxSelectMultiple(attrs=_CHECKBOX),
    )

    def prepare(self) -> None:
        """What the class says is usual; every intended measure."""
        rows = intended(self.record)
        self.initial.update(publish=self.record.severity.publishes, measures=[row.pk for row in rows])
        offer(self, "measures", [(row.pk, str(row)) for row in rows])
        if not rows:
            del self.fields["measures"]
        self.fields["publish"].help_text = str(self.record.severity.citation)

    def command(self) -> dict[str, Any]:
        """Without a field there is no measure."""
        return {"measures": [], **super().command()}


class WithholdForm(RecordForm):
    """On which ground."""

    term_fields = ("ground",)
    ground = radio_field(_("ground"))

    def prepare(self) -> None:
        """Those in force."""
        self.offer_terms("ground", "credit.withholding")


class SetAsideForm(RecordForm):
    """Which document set the finding aside."""

    by = text_field(_("authority and number of its document"), length=200)
    on = day_field(_("date of that document"), help_text=_("The three working days count from the day after."))


class CorrectedForm(RecordForm):
    """That the subject put its conduct right."""

    on = day_field(_("put right on"))
    how = text_field(_("what was put right and how it was verified"), length=300)


class CorrectForm(RecordForm):
    """What the record says, put right."""

    respondent_name = text_field(_("name"), length=120)
    finding_number = text_field(_("number of the finding document"), length=80)
    finding_authority = text_field(_("authority that made the finding"), length=120)
    legal_basis = text_field(_("legal basis of the finding"), length=500)
    conduct = long_text(_("conduct"))
    reason = text_field(_("from where this is known"), length=500)

    def prepare(self) -> None:
        """As it stands."""
        self.initial.update({name: getattr(self.record, name) for name in self.fields if hasattr(self.record, name)})

    def command(self) -> dict[str, Any]:
        """The changes as one value."""
        data = super().command()
        return {"reason": data.pop("reason"), "changes": data}


class ObjectForm(RecordForm):
    """An objection that came on paper."""

    text = long_text(_("objection"), help_text=_("In the subject's words."), rows=8)
    made_on = day_field(_("received on"))

    def prepare(self) -> None:
        """Today."""
        self.initial["made_on"] = timezone.localdate()


class ForwardForm(RecordForm):
    """To whom an objection goes."""

    to = text_field(_("authority"), length=120)

    def prepare(self) -> None:
        """The one that made the finding."""
        self.initial["to"] = self.record.finding_authority


class DecideObjectionForm(RecordForm):
    """What came of an objection."""

    outcome = radio_field(_("outcome"), [(row.value, row.label) for row in Objection.Outcome if row in DECIDED])
    reasons = long_text(_("reasons"), help_text=_("The subject reads them."))


class AskRepairForm(RecordForm):
    """An application that came on paper."""

    ground = radio_field(_("ground"), RepairApplication.Ground.choices)
    fulfilment = long_text(_("what was fulfilled, and when"), rows=4)
    undertaking = long_text(_("undertaking"), help_text=_("As the subject signed it."), rows=4)
    court_document = text_field(_("number of the court's decision"), length=80, required=False)
    asked_on = day_field(_("received on"))
    uploads = files_field(_("proof"), help_text=_("Receipts, decisions, confirmations, the signed undertaking."))

    def prepare(self) -> None:
        """Today."""
        self.initial["asked_on"] = timezone.localdate()

    def show_errors(self, errors: dict[str, list[str]]) -> None:
        """The service calls the files by another name."""
        super().show_errors({"uploads" if name == "files" else name: texts for name, texts in errors.items()})


class DecideRepairForm(RecordForm):
    """Why repair is granted or refused."""

    reasons = long_text(_("reasons"), help_text=_("The subject reads them."))
