"""What the departments did on a case: feedback, measures, extensions, side matters, transfers, tasks and notes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from casework.cases.extension.models import ExtensionRequest
from casework.cases.transfer.models import Hop
from casework.cases.worklog.models import Note, Task
from complaints.measures.models import Measure
from complaints.models import ArrearsComplaint
from complaints.respondent.models import AnsweredPart, FeedbackAnswer, FeedbackRequest
from complaints.review.models import ConditionCheck
from complaints.subcases.models import SubCase


class AnsweredPartSerializer(serializers.ModelSerializer[AnsweredPart]):
    """A part that the respondent accepts or disputes."""

    class Meta:
        model = AnsweredPart
        fields = ("label", "amount", "position", "reason", "pay_by")


class FeedbackAnswerSerializer(serializers.ModelSerializer[FeedbackAnswer]):
    """What the respondent answered."""

    parts = AnsweredPartSerializer(many=True)
    contact_name = serializers.SerializerMethodField()
    contact_phone = serializers.SerializerMethodField()

    class Meta:
        model = FeedbackAnswer
        fields = ("at", "statement", "contact_name", "contact_phone", "parts")

    def get_contact_name(self, answer: FeedbackAnswer) -> str | None:
        """Null for those who don't handle the case (Decree 802 art. 25(5))."""
        return answer.contact_name if self.context["shows_contacts"] else None

    def get_contact_phone(self, answer: FeedbackAnswer) -> str | None:
        """The same."""
        return answer.contact_phone if self.context["shows_contacts"] else None


class FeedbackRequestSerializer(serializers.ModelSerializer[FeedbackRequest]):
    """A request for feedback."""

    answer = FeedbackAnswerSerializer(default=None, allow_null=True)

    class Meta:
        model = FeedbackRequest
        fields = ("number", "questions", "asked_on", "due_on", "opened_at", "status", "judgement", "answer")


class MeasureSerializer(serializers.ModelSerializer[Measure]):
    """A measure against the respondent."""

    class Meta:
        model = Measure
        fields = ("id", "kind", "number", "issued_on", "due_on", "outcome", "outcome_note", "outcome_on")


class ExtensionRequestSerializer(serializers.ModelSerializer[ExtensionRequest]):
    """A request for more time."""

    asked_by = serializers.StringRelatedField[Any]()
    decided_by = serializers.StringRelatedField[Any](allow_null=True)

    class Meta:
        model = ExtensionRequest
        fields = (
            "ground", "reason", "total_days", "due_before", "asked_by", "asked_on", "status", "decided_by",
            "decided_on", "decision_note",
        )  # fmt: skip


class SideMatterSerializer(serializers.ModelSerializer[SubCase]):
    """A side matter."""

    class Meta:
        model = SubCase
        fields = (
            "id", "kind", "number", "asked_of", "request", "begun_on", "status", "outcome", "outcome_amount",
            "outcome_note", "decided_on",
        )  # fmt: skip


class TransferRecordSerializer(serializers.ModelSerializer[Hop]):
    """A transfer, and what became of it."""

    sender = serializers.StringRelatedField[Any]()
    target = serializers.StringRelatedField[Any]()
    return_target = serializers.StringRelatedField[Any](allow_null=True)
    designated = serializers.StringRelatedField[Any](allow_null=True)

    class Meta:
        model = Hop
        fields = (
            "number", "sender", "target", "override_reason", "sent_on", "received_on", "status", "return_reason",
            "return_target", "return_asked_on", "decided_on", "decision_note", "escalated_on", "designated",
            "designated_on",
        )  # fmt: skip


class ConditionSerializer(serializers.ModelSerializer[ConditionCheck]):
    """What was found about a condition of acceptance."""

    class Meta:
        model = ConditionCheck
        fields = ("condition", "verdict", "remark", "checked_at")


class CaseTaskSerializer(serializers.ModelSerializer[Task]):
    """Something to be done."""

    assigned_to = serializers.StringRelatedField[Any](allow_null=True)

    class Meta:
        model = Task
        fields = ("id", "title", "due_on", "assigned_to", "source", "done_at")


class CaseNoteSerializer(serializers.ModelSerializer[Note]):
    """A note among colleagues."""

    author = serializers.StringRelatedField[Any]()

    class Meta:
        model = Note
        fields = ("text", "author", "at")


class HandlingSerializer(serializers.Serializer[Any]):
    """The departments' work, oldest first."""

    conditions = ConditionSerializer(many=True)
    transfers = TransferRecordSerializer(many=True)
    feedback_requests = FeedbackRequestSerializer(many=True)
    measures = MeasureSerializer(many=True)
    extension_requests = ExtensionRequestSerializer(many=True)
    side_matters = SideMatterSerializer(many=True)
    tasks = CaseTaskSerializer(many=True)
    notes = CaseNoteSerializer(many=True)


def handling_data(case: ArrearsComplaint, *, shows_contacts: bool) -> Any:
    """The rows of every room, each read once."""
    rows = {
        "conditions": case.checks.all(),
        "transfers": case.hops.select_related("sender", "target", "return_target", "designated"),
        "feedback_requests": case.feedback_requests.prefetch_related("answer__parts"),
        "measures": case.measures.all(),
        "extension_requests": case.extension_requests.select_related("asked_by", "decided_by"),
        "side_matters": case.subcases.all(),
        "tasks": case.tasks.select_related("assigned_to"),
        "notes": case.notes.select_related("author").order_by("id"),
    }
    return HandlingSerializer(rows, context={"shows_contacts": shows_contacts}).data
