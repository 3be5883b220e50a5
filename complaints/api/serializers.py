"""What the API takes and gives; rules between fields stay in the model and the services."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from casework.api.fields import DayField, StrictModelSerializer, StrictSerializer, TextField, TruthField, WholeField
from casework.api.reference import CODE_PATTERN, DepartmentSerializer, DivisionSerializer
from casework.cases.models import TimelineEvent
from casework.cases.timeline import actor_text, event_text
from casework.cases.verbs import Verb
from casework.clocks.models import Deadline, DeadlineExtension, DeadlinePause
from casework.clocks.selectors import deadlines_of, explain_open
from casework.documents.models import Attachment, Letter, StagedFile
from casework.parties.models import Department, Division, Role, User
from complaints import progress
from complaints.assessments.models import ClaimFacts
from complaints.flow import State
from complaints.models import ArrearsComplaint

# Personal data: only those who handle the case see them.
CONTACT_FIELDS = (
    "contact_name",
    "contact_phone",
    "contact_email",
    "contact_address",
    "respondent_contact",
    "respondent_phone",
)
CLAIM_FIELDS = tuple(field.name for field in ClaimFacts._meta.get_fields())
MATTER_FIELDS = (
    "complainant_name",
    "complainant_code",
    "complainant_size",
    "respondent_name",
    "respondent_code",
    "respondent_type",
    "respondent_address",
    "contract_title",
    "contract_object",
    "signed_on",
    "delivered_on",
    "contract_amount",
    "paid_amount",
    "amount",
    *CLAIM_FIELDS,
    "facts",
    "request",
    "undertaking",
)
DUE_FIELDS = ("next_due", "next_due_code", "next_due_provisional")
# Who may see contact data (`roles_on`).
HANDLING = frozenset(
    {Role.COMPLAINANT, Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER, Role.DEPARTMENT_HEAD},
)


@extend_schema_field({"type": "string", "pattern": CODE_PATTERN})
class DivisionCodeField(serializers.SlugRelatedField[Division]):
    """A division by its code."""

    default_error_messages = {
        "does_not_exist": _("No division has this code (GB/T 2260)."),
        "invalid": _("A division code has six digits (GB/T 2260)."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", queryset=Division.objects.all(), **kwargs)

    def to_internal_value(self, data: Any) -> Division:
        """The division."""
        if not (isinstance(data, str) and len(data) == 6 and data.isascii() and data.isdigit()):
            self.fail("invalid")
        division: Division = super().to_internal_value(data)
        return division


class FilingSerializer(StrictModelSerializer):
    """A complaint as an enterprise files it."""

    division = DivisionCodeField(help_text="GB/T 2260 code of the place where the respondent is registered.")
    undertaking = TruthField(help_text="The declaration that no other body has the matter; must be true.")

    class Meta:
        model = ArrearsComplaint
        fields = (*MATTER_FIELDS, *CONTACT_FIELDS, "division")
        extra_kwargs = {"amount": {"required": True}}


class FiledSerializer(serializers.ModelSerializer[ArrearsComplaint]):
    """The answer to a filing. The secret is told here and to a repeat of the same request only."""

    secret = serializers.CharField(help_text="Opens the case on the tracking addresses; keep it.")
    state = serializers.ChoiceField(choices=State.choices)
    state_label = serializers.CharField(source="get_state_display")

    class Meta:
        model = ArrearsComplaint
        fields = ("reference", "secret", "state", "state_label", "version", "submitted_on", *DUE_FIELDS)


class StagedFileSerializer(serializers.ModelSerializer[StagedFile]):
    """A file that waits for its filing."""

    class Meta:
        model = StagedFile
        fields = ("id", "name", "content_type", "size", "sha256", "created_at")


class EvidenceUploadSerializer(StrictSerializer):
    """One file of evidence."""

    file = serializers.FileField(allow_empty_file=True, help_text="PDF, image, Office or OFD, judged by its content.")


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """Evidence of a case."""

    class Meta:
        model = Attachment
        fields = ("id", "name", "content_type", "size", "sha256", "by_complainant", "created_at")


class LetterSerializer(serializers.ModelSerializer[Letter]):
    """A letter; its PDF can be fetched when the status is `ready`."""

    class Meta:
        model = Letter
        fields = ("id", "title", "number", "issued_on", "status", "to_complainant", "sha256", "size")


class TimelineLineSerializer(serializers.Serializer[Any]):
    """One thing that happened."""

    at = serializers.DateTimeField()
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    who = serializers.CharField(allow_blank=True)


class NextDueSerializer(serializers.Serializer[Any]):
    """The earliest open deadline."""

    name = serializers.CharField()
    due = serializers.DateField()
    days_left = serializers.IntegerField(help_text="Negative when late.")
    provisional = serializers.BooleanField(help_text="The calendar of that year is not announced yet.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="How the day was found, step by step.")


class TrackSerializer(serializers.ModelSerializer[ArrearsComplaint]):
    """A case as its complainant follows it."""

    state = serializers.ChoiceField(choices=State.choices)
    state_label = serializers.CharField(source="get_state_display")
    headline = serializers.SerializerMethodField()
    explanation = serializers.SerializerMethodField()
    turn = serializers.SerializerMethodField()
    next_due = serializers.SerializerMethodField()
    timeline = serializers.SerializerMethodField()
    letters = serializers.SerializerMethodField()
    attachments = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta:
        model = ArrearsComplaint
        fields = (
            "reference",
            "state",
            "state_label",
            "version",
            "headline",
            "explanation",
            "turn",
            "next_due",
            "correction_items",
            "correction_note",
            "timeline",
            "letters",
            "attachments",
            "actions",
        )
        extra_kwargs = {"correction_items": {"help_text": "What is missing, item by item."}}

    def get_headline(self, case: ArrearsComplaint) -> str:
        """The state in plain words."""
        return str(progress.state_words(case).headline)

    def get_explanation(self, case: ArrearsComplaint) -> str:
        """What happens next."""
        return str(progress.state_words(case).explanation)

    def get_turn(self, case: ArrearsComplaint) -> str:
        """Who has to act; empty when nobody has."""
        return progress.turn_text(case)

    @extend_schema_field(NextDueSerializer(allow_null=True))
    def get_next_due(self, case: ArrearsComplaint) -> Any:
        """By when; null when no clock runs."""
        due = progress.next_due(case)
        return NextDueSerializer(due).data if due else None

    @extend_schema_field(TimelineLineSerializer(many=True))
    def get_timeline(self, case: ArrearsComplaint) -> Any:
        """Newest first."""
        return TimelineLineSerializer(progress.timeline(case), many=True).data

    @extend_schema_field(LetterSerializer(many=True))
    def get_letters(self, case: ArrearsComplaint) -> Any:
        """Those addressed or copied to the complainant."""
        return LetterSerializer(case.letters.for_complainant(), many=True).data

    @extend_schema_field(AttachmentSerializer(many=True))
    def get_attachments(self, case: ArrearsComplaint) -> Any:
        """What the complainant sent."""
        return AttachmentSerializer(case.attachments.filter(by_complainant=True), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_actions(self, case: ArrearsComplaint) -> Any:
        """What the complainant may do now: the last part of the address to post to."""
        return [action.name.replace("_", "-") for action in self.context["actions"]]


class CaseRowSerializer(serializers.ModelSerializer[ArrearsComplaint]):
    """A case in a list."""

    state = serializers.ChoiceField(choices=State.choices)
    state_label = serializers.CharField(source="get_state_display")
    division = DivisionSerializer()
    receiving_department = DepartmentSerializer()
    handling_department = DepartmentSerializer(allow_null=True)

    class Meta:
        model = ArrearsComplaint
        fields = (
            "reference",
            "state",
            "state_label",
            "version",
            "complainant_name",
            "respondent_name",
            "amount",
            "division",
            "receiving_department",
            "handling_department",
            "submitted_on",
            *DUE_FIELDS,
        )


class ContactSerializer(serializers.ModelSerializer[ArrearsComplaint]):
    """Contact data of both sides."""

    class Meta:
        model = ArrearsComplaint
        fields = CONTACT_FIELDS


class ExtensionSerializer(serializers.ModelSerializer[DeadlineExtension]):
    """That a clock was lengthened."""

    class Meta:
        model = DeadlineExtension
        fields = ("total_days", "reason", "approved_on", "due_before", "due_after")


class PauseSerializer(serializers.ModelSerializer[DeadlinePause]):
    """Days that a clock doesn't count."""

    class Meta:
        model = DeadlinePause
        fields = ("first_on", "last_on", "reason")


class ClockSerializer(serializers.ModelSerializer[Deadline]):
    """A legal clock of the case."""

    name = serializers.CharField(source="period.name")
    rule_version = serializers.IntegerField(source="period.version")
    citation = serializers.CharField(source="period.citation")
    raw_due = serializers.DateField(help_text="The last day by count: the day that supervisors watch.")
    reasons = serializers.SerializerMethodField(help_text="How the days were found, step by step.")
    extensions = ExtensionSerializer(many=True)
    pauses = PauseSerializer(many=True)

    class Meta:
        model = Deadline
        fields = (
            "code",
            "name",
            "rule_version",
            "citation",
            "started_on",
            "raw_due",
            "due",
            "provisional",
            "status",
            "ended_on",
            "reasons",
            "extensions",
            "pauses",
        )

    def get_reasons(self, deadline: Deadline) -> list[str]:
        """In the caller's language, while the clock runs; an ended one isn't counted again by a later calendar."""
        return self.context["reasons"].get(deadline.pk, [])


class ActionSerializer(serializers.Serializer[Any]):
    """An action that the caller may take now."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    confirm = serializers.CharField(allow_blank=True, help_text="The question before what can't be undone.")
    href = serializers.CharField(help_text="Path to post to.")


class ResultSerializer(serializers.Serializer[Any]):
    """The result fed back; empty before."""

    findings = serializers.CharField(required=False)
    result = serializers.CharField(required=False)
    unresolved = serializers.CharField(required=False, allow_blank=True)


class CaseDetailSerializer(CaseRowSerializer):
    """A case with everything on it that the caller may see.

    Context:
        roles: the caller's roles on this case; actions: what the caller may do now.
    """

    contact = serializers.SerializerMethodField()
    assigned_to = serializers.SerializerMethodField()
    result = ResultSerializer()
    clocks = serializers.SerializerMethodField()
    timeline = serializers.SerializerMethodField()
    attachments = serializers.SerializerMethodField()
    letters = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta(CaseRowSerializer.Meta):
        fields = (  # type: ignore[assignment]
            *CaseRowSerializer.Meta.fields,
            *(name for name in MATTER_FIELDS if name not in CaseRowSerializer.Meta.fields),
            "contact",
            "complete_on",
            "accepted_on",
            "transferred_on",
            "received_on",
            "resolved_on",
            "ended_on",
            "assigned_to",
            "correction_items",
            "correction_note",
            "decision_ground",
            "closing_reason",
            "result",
            "clocks",
            "timeline",
            "attachments",
            "letters",
            "actions",
        )
        extra_kwargs = TrackSerializer.Meta.extra_kwargs

    @property
    def is_insider(self) -> bool:
        """Whether the caller stands on the authorities' side; a filer sees the case as the tracking page shows it."""
        return bool(self.context["roles"] - {Role.COMPLAINANT})

    @extend_schema_field(ContactSerializer(allow_null=True))
    def get_contact(self, case: ArrearsComplaint) -> Any:
        """Null for those who don't handle the case."""
        return ContactSerializer(case).data if self.context["roles"] & HANDLING else None

    def get_assigned_to(self, case: ArrearsComplaint) -> str | None:
        """The person who handles it; null for the complainant."""
        return str(case.assigned_to) if case.assigned_to and self.is_insider else None

    @extend_schema_field(ClockSerializer(many=True))
    def get_clocks(self, case: ArrearsComplaint) -> Any:
        """By their start."""
        clocks = list(deadlines_of(case))
        return ClockSerializer(clocks, many=True, context={"reasons": explain_open(clocks)}).data

    @extend_schema_field(TimelineLineSerializer(many=True))
    def get_timeline(self, case: ArrearsComplaint) -> Any:
        """Newest first."""
        lines = [staff_line(event) for event in case.events.order_by("-seq")] if self.is_insider else None
        return TimelineLineSerializer(progress.timeline(case) if lines is None else lines, many=True).data

    @extend_schema_field(AttachmentSerializer(many=True))
    def get_attachments(self, case: ArrearsComplaint) -> Any:
        """Evidence."""
        return AttachmentSerializer(shown_attachments(case, is_insider=self.is_insider), many=True).data

    @extend_schema_field(LetterSerializer(many=True))
    def get_letters(self, case: ArrearsComplaint) -> Any:
        """Letters."""
        return LetterSerializer(shown_letters(case, is_insider=self.is_insider), many=True).data

    @extend_schema_field(ActionSerializer(many=True))
    def get_actions(self, case: ArrearsComplaint) -> Any:
        """What the caller may do now."""
        rows = [
            {
                "name": action.name,
                "label": action.label,
                "confirm": action.confirm,
                "href": reverse(f"api-arrears:case-{action.name}", kwargs={"reference": case.reference}),
            }
            for action in self.context["actions"]
        ]
        return ActionSerializer(rows, many=True).data


def staff_line(event: TimelineEvent) -> dict[str, object]:
    """An event with the name of who acted."""
    return {
        "at": event.at,
        "title": str(Verb(event.verb).label),
        "text": event_text(event),
        "who": actor_text(event),
    }


def shown_attachments(case: ArrearsComplaint, *, is_insider: bool) -> Any:
    """The files that a caller who sees the case may fetch: a complainant those that came from there."""
    return case.attachments.all() if is_insider else case.attachments.filter(by_complainant=True)


def shown_letters(case: ArrearsComplaint, *, is_insider: bool) -> Any:
    """The letters that a caller who sees the case may fetch: a complainant those addressed or copied to him."""
    return case.letters.all() if is_insider else case.letters.for_complainant()


class VersionSerializer(StrictSerializer):
    """What every action needs."""

    version = WholeField(
        min_value=0, max_value=2**31 - 1, help_text="The case's `version` that the caller was looking at; else 409."
    )


class RequestCorrectionSerializer(VersionSerializer):
    """Everything that is missing, at once."""

    items = serializers.ListField(
        child=TextField(max_length=40), max_length=50, help_text="Codes of the list `arrears.material`."
    )
    note = TextField(max_length=2000, required=False, allow_blank=True)


class AnswerCorrectionSerializer(VersionSerializer):
    """An answer, files, or both; files come as multipart/form-data."""

    answer = TextField(max_length=5000, allow_blank=True)
    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), source="uploads", required=False, max_length=20
    )


class RefuseSerializer(VersionSerializer):
    """A ground with its reasons."""

    ground = TextField(max_length=40, help_text="A code of the list `arrears.refusal`.")
    explanation = TextField(max_length=5000)


class TransferSerializer(VersionSerializer):
    """The department that handles it from here."""

    department: serializers.PrimaryKeyRelatedField[Department] = serializers.PrimaryKeyRelatedField(
        queryset=Department.objects.filter(is_handling=True, is_active=True),
        pk_field=WholeField(min_value=1, max_value=2**63 - 1),
        help_text="Id of a department with `is_handling`.",
    )
    note = TextField(max_length=2000, required=False, allow_blank=True)


class ReceiveSerializer(VersionSerializer):
    """Receipt of the material."""

    received_on = DayField(required=False, help_text="The day the material arrived, if it was before today.")


class AssigneeField(serializers.SlugRelatedField[User]):
    """A caseworker or head of the handling department, by user name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="username", queryset=User.objects.none(), **kwargs)

    def get_queryset(self) -> Any:
        """Those who work in the case's handling department."""
        case = self.context["case"]
        return User.objects.filter(
            is_active=True,
            memberships__department=case.handling_department_id,
            memberships__role__in=[Role.HANDLING_CASEWORKER, Role.DEPARTMENT_HEAD],
        ).distinct()

    def to_internal_value(self, data: Any) -> User:
        """The user."""
        user: User = super().to_internal_value(TextField(max_length=150).run_validation(data))
        return user


class StartHandlingSerializer(VersionSerializer):
    """Who takes it up."""

    assignee = AssigneeField(required=False, help_text="User name; without it the caller.")


class ResolveSerializer(VersionSerializer):
    """The written result."""

    findings = TextField(max_length=10000, help_text="The facts found.")
    result = TextField(max_length=10000, help_text="What was achieved, part by part.")
    unresolved = TextField(max_length=10000, required=False, allow_blank=True, help_text="What stays open.")


class CloseSerializer(VersionSerializer):
    """The reason of the list."""

    reason = TextField(max_length=40, help_text="A code of the list `arrears.closing`.")


class WithdrawSerializer(VersionSerializer):
    """The complainant's wish."""

    reason = TextField(max_length=1000, required=False, allow_blank=True)


class OutcomeSerializer(serializers.ModelSerializer[ArrearsComplaint]):
    """The case after an action."""

    state = serializers.ChoiceField(choices=State.choices)
    state_label = serializers.CharField(source="get_state_display")

    class Meta:
        model = ArrearsComplaint
        fields = ("reference", "state", "state_label", "version", *DUE_FIELDS)
