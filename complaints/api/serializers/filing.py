"""What an enterprise files, and what it gets back."""

from __future__ import annotations

from rest_framework import serializers

from casework.api.fields import StrictModelSerializer, StrictSerializer, TruthField
from complaints.api.serializers.common import CONTACT_FIELDS, DUE_FIELDS, MATTER_FIELDS, DivisionCodeField
from complaints.flow import State
from complaints.models import ArrearsComplaint


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


class EvidenceUploadSerializer(StrictSerializer):
    """One file of evidence."""

    file = serializers.FileField(
        allow_empty_file=True, help_text="PDF, image (HEIC too), Office or OFD, judged by its content."
    )
    kind = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=40,
        help_text="What it is: a code of the list `arrears.evidence`, see `/terms/`.",
    )
