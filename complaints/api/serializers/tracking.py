"""A case as its complainant follows it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints import progress
from complaints.api.serializers.common import (
    AssessmentSerializer,
    AttachmentSerializer,
    LetterSerializer,
    NextDueSerializer,
    TimelineLineSerializer,
    assessments_of,
    shown_attachments,
)
from complaints.api.serializers.money import MoneySerializer, money_data
from complaints.flow import State
from complaints.models import ArrearsComplaint


class TrackSerializer(serializers.ModelSerializer[ArrearsComplaint]):
    """A case as its complainant follows it."""

    state = serializers.ChoiceField(choices=State.choices)
    state_label = serializers.CharField(source="get_state_display")
    headline = serializers.SerializerMethodField()
    explanation = serializers.SerializerMethodField()
    turn = serializers.SerializerMethodField()
    next_due = serializers.SerializerMethodField()
    assessments = serializers.SerializerMethodField()
    money = serializers.SerializerMethodField()
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
            "assessments",
            "money",
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

    @extend_schema_field(AssessmentSerializer(many=True))
    def get_assessments(self, case: ArrearsComplaint) -> Any:
        """Due date, interest and size as they were assessed."""
        return AssessmentSerializer(assessments_of(case), many=True).data

    @extend_schema_field(MoneySerializer)
    def get_money(self, case: ArrearsComplaint) -> Any:
        """What is claimed, paid and promised."""
        return money_data(case)

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
        return AttachmentSerializer(shown_attachments(case, is_insider=False), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_actions(self, case: ArrearsComplaint) -> Any:
        """What the complainant may do now: the last part of the address to post to."""
        return [action.name.replace("_", "-") for action in self.context["actions"]]
