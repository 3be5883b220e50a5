"""What several journeys show: fields, files, letters, timeline."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.api.reference import CODE_PATTERN
from casework.cases.models import CitedTerm, TimelineEvent
from casework.cases.timeline import actor_text, event_text
from casework.cases.verbs import Verb
from casework.documents.models import Attachment, Letter, StagedFile
from casework.parties.models import Division, Role
from complaints import payment
from complaints.assessments.models import Assessment, ClaimFacts
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
    {Role.COMPLAINANT, Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER},
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


class KindField(serializers.SlugRelatedField[CitedTerm]):
    """The kind of a file of evidence by its code in the list `arrears.evidence`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", read_only=True, allow_null=True, **kwargs)


class StagedFileSerializer(serializers.ModelSerializer[StagedFile]):
    """A file that waits for its filing."""

    kind = KindField()

    class Meta:
        model = StagedFile
        fields = ("id", "name", "kind", "content_type", "size", "sha256", "scan", "created_at")


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """Evidence of a case."""

    kind = KindField()

    class Meta:
        model = Attachment
        fields = (
            "id", "name", "kind", "content_type", "size", "sha256", "by_complainant", "is_secret", "scan", "created_at",
        )  # fmt: skip


class LetterSerializer(serializers.ModelSerializer[Letter]):
    """A letter; its PDF can be fetched when the status is `ready`."""

    replaces: serializers.PrimaryKeyRelatedField[Letter] = serializers.PrimaryKeyRelatedField(
        read_only=True, allow_null=True, help_text="Id of the letter in whose place this one stands."
    )

    class Meta:
        model = Letter
        fields = ("id", "title", "number", "issued_on", "status", "to_complainant", "sha256", "size", "replaces")


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


class ContactSerializer(serializers.ModelSerializer[ArrearsComplaint]):
    """Contact data of both sides."""

    class Meta:
        model = ArrearsComplaint
        fields = CONTACT_FIELDS


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
    shown = case.attachments.select_related("kind")
    return shown if is_insider else shown.filter(by_complainant=True)


def shown_letters(case: ArrearsComplaint, *, is_insider: bool) -> Any:
    """The letters that a caller who sees the case may fetch: a complainant those addressed or copied to him."""
    return case.letters.all() if is_insider else case.letters.for_complainant()


class AssessmentSerializer(serializers.Serializer[Any]):
    """What was assessed, from which inputs; a calculation aid, not a decision."""

    kind = serializers.ChoiceField(Assessment.Kind.choices)
    number = serializers.IntegerField(help_text="1 is the filing's own; the highest of a kind holds.")
    as_of = serializers.DateField()
    at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True, help_text="Why the inputs were corrected.")
    inputs = serializers.DictField()
    result = serializers.DictField(help_text="As the calculator of the same kind answers, in the caller's language.")


def assessments_of(case: ArrearsComplaint) -> list[dict[str, object]]:
    """Every assessment, the oldest first; told again from what was kept, never computed anew."""
    return [
        {
            "kind": row.kind,
            "number": row.number,
            "as_of": row.as_of,
            "at": row.at,
            "reason": row.reason,
            "inputs": row.record["inputs"],
            "result": _told(row),
        }
        for row in case.assessments.all()
    ]


def _told(row: Assessment) -> dict[str, Any]:
    if row.kind == Assessment.Kind.PAYMENT:
        return payment.to_json(payment.from_record(row.record)[1])
    result: dict[str, Any] = row.record["result"]
    return result
