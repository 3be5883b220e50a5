"""Filing: evidence first, then the complaint, both under one idempotency key."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from casework.api.formats import BoundedMultiPartParser
from casework.api.throttles import EvidenceThrottle, FilingThrottle
from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.documents.evidence import digest_of, evidence_stage, evidence_unstage
from casework.documents.kinds import evidence_label, kinds_in_force
from casework.documents.models import StagedFile
from casework.parties.models import User
from complaints.api.headers import IDEMPOTENCY_KEY, idempotency_key
from complaints.api.serializers.common import StagedFileSerializer
from complaints.api.serializers.filing import EvidenceUploadSerializer, FiledSerializer, FilingSerializer
from complaints.flow import EVIDENCE_KINDS
from complaints.services import Filed, complaint_file

# Both codes have a right checksum and belong to nobody.
EXAMPLE = {
    "complainant_name": "示例机械有限公司",
    "complainant_code": "91320000000000101Q",
    "complainant_size": "small",
    "contact_name": "张三",
    "contact_phone": "13800000000",
    "contact_email": "filer@example.com",
    "contact_address": "江苏省南京市示例路1号",
    "respondent_name": "示例建设集团有限公司",
    "respondent_code": "91320000000000202H",
    "respondent_type": "large_enterprise",
    "respondent_address": "",
    "respondent_contact": "",
    "respondent_phone": "",
    "division": "320000",
    "contract_title": "设备采购合同 2025-017",
    "contract_object": "goods",
    "signed_on": "2025-06-02",
    "delivered_on": "2025-07-01",
    "contract_amount": "100000.00",
    "paid_amount": "20000.00",
    "amount": "80000.00",
    "facts": "货物已交付并验收，合同约定验收后30日内付款，对方至今未付余款。",
    "request": "支付余款80000元及逾期利息。",
    "undertaking": True,
}


class ComplaintsView(APIView):
    """File a complaint."""

    permission_classes = (AllowAny,)
    throttle_classes = (FilingThrottle,)

    @extend_schema(
        operation_id="complaint_file",
        tags=["filing"],
        summary="File a complaint",
        description=(
            "Evidence that was uploaded under the same key becomes part of the case. Repeat a request whose answer was "
            "lost: the same key and content never make two cases, and are answered with the first one's reference and "
            "secret (200). The same key with other content is refused (400, `idempotency_key`)."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=FilingSerializer,
        responses={
            201: OpenApiResponse(FiledSerializer, description="Filed."),
            200: OpenApiResponse(FiledSerializer, description="Was filed by an earlier request."),
        },
        examples=[OpenApiExample("Filing", EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """File, or find what the same request filed before."""
        key = idempotency_key(request)
        serializer = FilingSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        filed = complaint_file(data=serializer.validated_data, idempotency_key=key, actor=_filer(request, serializer))
        return _answer(request, filed)


def _filer(request: Request, serializer: FilingSerializer) -> Actor:
    user = request.user if isinstance(request.user, User) else None
    return Actor.complainant(serializer.validated_data["complainant_name"], user)


def _answer(request: Request, filed: Filed) -> Response:
    filed.complaint.secret = filed.secret  # type: ignore[attr-defined]
    location = reverse("api-arrears:track", kwargs={"reference": filed.complaint.reference}, request=request)
    return Response(
        FiledSerializer(filed.complaint).data,
        status=status.HTTP_201_CREATED if filed.is_new else status.HTTP_200_OK,
        headers={"Location": location, "Cache-Control": "no-store"},
    )


class EvidenceView(APIView):
    """Files that wait for a filing."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (EvidenceThrottle,)
    parser_classes = (BoundedMultiPartParser,)

    @extend_schema(
        operation_id="evidence_list",
        tags=["filing"],
        summary="The files uploaded under a key",
        parameters=[IDEMPOTENCY_KEY],
        responses=StagedFileSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """In the order of their arrival."""
        kept = StagedFile.objects.filter(key=idempotency_key(request)).select_related("kind")
        return Response(StagedFileSerializer(kept, many=True).data)

    @extend_schema(
        operation_id="evidence_upload",
        tags=["filing"],
        summary="Upload one file before filing",
        description="PDF, image, Office or OFD by content, 20 MB; 20 files in all. Kept for 7 days. A repeat is found.",
        parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": EvidenceUploadSerializer},
        responses={201: StagedFileSerializer},
    )
    def post(self, request: Request) -> Response:
        """Keep the file, or say why not."""
        key = idempotency_key(request)
        serializer = EvidenceUploadSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        staged = staged_upload(key, **serializer.validated_data)
        return Response(StagedFileSerializer(staged).data, status=status.HTTP_201_CREATED)


def staged_upload(key: str, file: UploadedFile, kind: str = "") -> StagedFile:
    """The upload, kept, as what its sender says that it is; nothing is guessed from its name.

    Raises:
        InvalidInput: for `file` or `kind`, with the reason.
    """
    if kind and all(term.code != kind for term in kinds_in_force(EVIDENCE_KINDS)):
        raise InvalidInput(
            {"kind": [_("There is no such kind of evidence. Take a code of the list arrears.evidence.")]}
        )
    if faults := evidence_stage(key=key, uploads=[file]):
        raise InvalidInput({"file": faults})
    staged = StagedFile.objects.get(key=key, sha256=digest_of(file))
    if kind:
        evidence_label(key=key, chosen={staged.pk: kind}, vocabulary=EVIDENCE_KINDS)
        staged.refresh_from_db()
    return staged


class EvidenceItemView(APIView):
    """One file that waits."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (EvidenceThrottle,)

    @extend_schema(
        operation_id="evidence_remove",
        tags=["filing"],
        summary="Remove a file before filing",
        parameters=[IDEMPOTENCY_KEY],
        responses={204: OpenApiResponse(description="Removed.")},
    )
    def delete(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Remove it."""
        key = idempotency_key(request)
        if not StagedFile.objects.filter(key=key, pk=pk).exists():
            raise NotFound
        evidence_unstage(key=key, pk=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)
