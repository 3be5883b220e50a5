"""A case in lists and by itself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from casework.api.reference import DepartmentSerializer, DivisionSerializer
from casework.cases.timeline import events_shown
from casework.clocks.models import Deadline, DeadlineExtension, DeadlinePause
from casework.clocks.selectors import deadlines_of, explain_open
from casework.parties.models import Role
from complaints import progress
from complaints.api.serializers.common import (
    DUE_FIELDS,
    HANDLING,
    MATTER_FIELDS,
    AssessmentSerializer,
    AttachmentSerializer,
    ContactSerializer,
    LetterSerializer,
    TimelineLineSerializer,
    assessments_of,
    shown_attachments,
    shown_letters,
    staff_line,
)
from complaints.api.serializers.handling import HandlingSerializer, handling_data
from complaints.api.serializers.money import MoneySerializer, money_data
from complaints.api.serializers.tracking import TrackSerializer
from complaints.flow import State
from complaints.models import ArrearsComplaint


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
    assessments = serializers.SerializerMethodField()
    money = serializers.SerializerMethodField()
    handling = serializers.SerializerMethodField()
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
            "assessments",
            "money",
            "handling",
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

    @extend_schema_field(AssessmentSerializer(many=True))
    def get_assessments(self, case: ArrearsComplaint) -> Any:
        """Due date, interest and size as they were assessed."""
        return AssessmentSerializer(assessments_of(case), many=True).data

    @extend_schema_field(MoneySerializer)
    def get_money(self, case: ArrearsComplaint) -> Any:
        """What is claimed, paid and promised."""
        return money_data(case)

    @extend_schema_field(HandlingSerializer(allow_null=True))
    def get_handling(self, case: ArrearsComplaint) -> Any:
        """The departments' own work; null for the complainant."""
        if not self.is_insider:
            return None
        return handling_data(case, shows_contacts=bool(self.context["roles"] & HANDLING))

    @extend_schema_field(TimelineLineSerializer(many=True))
    def get_timeline(self, case: ArrearsComplaint) -> Any:
        """Newest first."""
        lines = [staff_line(event) for event in events_shown(case).order_by("-seq")] if self.is_insider else None
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
