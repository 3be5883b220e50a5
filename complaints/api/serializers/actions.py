"""What each action takes; rules between fields stay in the services."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from casework.api.fields import DayField, StrictSerializer, TextField, WholeField
from casework.parties.models import Department, Role, User
from complaints.api.serializers.common import DUE_FIELDS
from complaints.flow import State
from complaints.models import ArrearsComplaint


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
    override_reason = TextField(
        max_length=500,
        required=False,
        allow_blank=True,
        help_text="Needed where the routes lead elsewhere.",
    )


class LapseSerializer(VersionSerializer):
    """What shows that silence means giving up."""

    reason = TextField(max_length=1000)


class TakeBackSerializer(VersionSerializer):
    """The sender agrees to a return."""

    note = TextField(max_length=1000, required=False, allow_blank=True)


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


class TerminateSerializer(VersionSerializer):
    """A ground with its reasons."""

    ground = TextField(max_length=40, help_text="A code of the list `arrears.termination`.")
    explanation = TextField(max_length=5000)


class ReopenSerializer(VersionSerializer):
    """The new facts that wait are accepted."""

    note = TextField(max_length=1000, required=False, allow_blank=True)


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
