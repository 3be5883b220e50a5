"""Proving a letter genuine over the API: what the public page tells, and nothing of the letter's content."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.query import refuse_unknown
from casework.api.reference import PublicView
from casework.api.throttles import VerifyThrottle
from casework.documents.verify import clean_code, genuine_letter

CODE_PATTERN = "^[0-9A-Za-z -]{1,40}$"
DIGEST_PATTERN = "^[0-9A-Fa-f]{64}$"


class VerifiedLetterSerializer(serializers.Serializer[Any]):
    """The head of a genuine letter."""

    title = serializers.CharField()
    number = serializers.CharField(help_text="Document number.")
    department = serializers.CharField(help_text="The department that issued it.")
    issued_on = serializers.DateField()
    sha256 = serializers.CharField(allow_blank=True, help_text="Of the PDF as it was issued; empty until it is ready.")
    replaced_by = serializers.CharField(allow_blank=True, help_text="Number of the letter in its place; empty: none.")
    unchanged = serializers.BooleanField(
        allow_null=True, help_text="Whether the digest that was asked about is the letter's; `null` without one."
    )


class LetterVerifyView(PublicView):
    """The letter of a code."""

    throttle_classes = (VerifyThrottle,)

    @extend_schema(
        operation_id="letter_verify",
        tags=["letters"],
        summary="Prove a letter genuine by the code on it",
        parameters=[
            OpenApiParameter(
                "code",
                {"type": "string", "pattern": CODE_PATTERN},
                OpenApiParameter.PATH,
                description="As printed beside the letter's QR code; case, spaces and hyphens don't matter.",
            ),
            OpenApiParameter(
                "sha256", {"type": "string", "pattern": DIGEST_PATTERN}, description="Digest of the PDF file at hand."
            ),
        ],
        responses=VerifiedLetterSerializer,
    )
    def get(self, request: Request, code: str) -> Response:
        """The letter's head; 404 for a code that no letter has."""
        refuse_unknown(request, {"sha256"})
        digest = request.query_params.get("sha256", "")
        if digest and not re.fullmatch(DIGEST_PATTERN, digest, re.ASCII):
            raise ValidationError({"sha256": [_("A SHA-256 digest has 64 digits 0-9 and a-f.")]})
        letter = genuine_letter(clean_code(code))
        if letter is None:
            raise NotFound(_("No letter has this code. Compare it with the paper."))
        unchanged = digest.lower() == letter.sha256 if digest and letter.sha256 else None
        body = VerifiedLetterSerializer({**vars(letter), "unchanged": unchanged}).data
        return Response(body, headers={"Cache-Control": "no-store"})
