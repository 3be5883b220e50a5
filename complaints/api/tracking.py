"""Tracking: what a complainant may do with the reference in the address and the secret in a header."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.api.formats import ManyFilesParser, StrictJSONParser
from casework.api.problems import MEDIA_TYPE, ProblemSerializer
from casework.api.throttles import TrackThrottle
from casework.cases.actors import Actor
from casework.cases.reading import log_access
from casework.documents.delivery import Way, letter_opened
from casework.documents.responses import attachment_response, letter_response
from complaints.api.headers import CASE_SECRET, REFERENCE, case_secret
from complaints.api.serializers import money as forms
from complaints.api.serializers.actions import AnswerCorrectionSerializer, OutcomeSerializer, WithdrawSerializer
from complaints.api.serializers.side_acts import ArgumentsSerializer
from complaints.api.serializers.tracking import TrackSerializer
from complaints.closing import services as closing
from complaints.models import ArrearsComplaint
from complaints.money import services as money
from complaints.protection import services as protection
from complaints.selectors import available_actions, complaint_by_secret
from complaints.services import complaint_answer_correction, complaint_withdraw
from complaints.subcases import services as subcases

CONFLICT = (409, MEDIA_TYPE)


class TrackedView(APIView):
    """Opened by reference and secret; an account adds nothing here."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (TrackThrottle,)

    def tracked(self, request: Request, reference: str) -> tuple[ArrearsComplaint, Actor]:
        """The case and its complainant.

        Raises:
            InvalidInput: no secret was sent.
            CaseNotFound: unknown reference or wrong secret.
        """
        complaint = complaint_by_secret(reference, case_secret(request))
        return complaint, Actor.complainant(complaint.complainant_name)


class TrackView(TrackedView):
    """Where the case stands."""

    @extend_schema(
        operation_id="track",
        tags=["tracking"],
        summary="State, what happens next and by when, timeline, letters",
        parameters=[REFERENCE, CASE_SECRET],
        responses=TrackSerializer,
    )
    def get(self, request: Request, reference: str) -> Response:
        """The case as its complainant follows it."""
        complaint, actor = self.tracked(request, reference)
        log_access(case=complaint, actor=actor, what="api")
        serializer = TrackSerializer(complaint, context={"actions": available_actions(complaint, actor)})
        return Response(serializer.data, headers={"Cache-Control": "no-store"})


class TrackLetterView(TrackedView):
    """A letter."""

    @extend_schema(
        operation_id="track_letter",
        tags=["tracking"],
        summary="A letter as PDF",
        parameters=[REFERENCE, CASE_SECRET],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, reference: str, pk: int) -> HttpResponseBase:
        """The PDF; 404 until it is ready."""
        complaint, actor = self.tracked(request, reference)
        letter = get_object_or_404(complaint.letters.for_complainant(), pk=pk)
        response = letter_response(letter, download=True)
        log_access(case=complaint, actor=actor, what=f"letter:{pk}")
        letter_opened(letter=letter, way=Way.PORTAL, actor=actor)
        return response


class TrackFileView(TrackedView):
    """A file that the complainant sent."""

    @extend_schema(
        operation_id="track_attachment",
        tags=["tracking"],
        summary="A file that the complainant sent",
        parameters=[REFERENCE, CASE_SECRET],
        responses={(200, "*/*"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, reference: str, pk: int) -> HttpResponseBase:
        """The file as it came."""
        complaint, actor = self.tracked(request, reference)
        attachment = get_object_or_404(complaint.attachments.filter(by_complainant=True), pk=pk)
        response = attachment_response(attachment, download=True)
        log_access(case=complaint, actor=actor, what=f"file:{pk}")
        return response


class TrackAnswerView(TrackedView):
    """The answer to a correction request."""

    parser_classes = (StrictJSONParser, ManyFilesParser)

    @extend_schema(
        operation_id="track_answer_correction",
        tags=["tracking"],
        summary="Answer a correction request",
        parameters=[REFERENCE, CASE_SECRET],
        request={"application/json": AnswerCorrectionSerializer, "multipart/form-data": AnswerCorrectionSerializer},
        responses={200: OpenApiResponse(OutcomeSerializer), CONFLICT: ProblemSerializer},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Answer; the review begins anew."""
        complaint, actor = self.tracked(request, reference)
        serializer = AnswerCorrectionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        changed = complaint_answer_correction(complaint=complaint, actor=actor, **serializer.validated_data)
        return Response(OutcomeSerializer(changed).data)


@dataclass(frozen=True)
class TrackAct:
    """What a complainant may do beside the moves.

    Attributes:
        body: the request's serializer; its `arguments()` are the service's.
    """

    body: type[ArgumentsSerializer]
    service: Callable[..., Any]
    summary: str


TRACK_ACTS: dict[str, TrackAct] = {
    "answer_payment": TrackAct(
        forms.AnswerPaymentSerializer, money.payment_answer, "Say whether a reported payment arrived"
    ),
    "give_satisfaction": TrackAct(
        forms.SatisfactionSerializer, closing.satisfaction_give, "Say how satisfied one is with the result"
    ),
    "tell_facts": TrackAct(forms.TellFactsSerializer, closing.new_facts_tell, "Tell new facts on an ended case"),
    "request_receivable": TrackAct(
        forms.RequestReceivableSerializer,
        subcases.receivable_request,
        "Ask for the confirmation of the debt, for the financing of receivables",
    ),
    "report_threat": TrackAct(
        forms.ReportThreatSerializer, protection.alert_raise, "Tell the supervisors of a threat or reprisal"
    ),
}


class TrackActView(TrackedView):
    """One of them; `track_act_view` makes a class of it for each."""

    act: ClassVar[TrackAct]

    def post(self, request: Request, reference: str) -> Response:
        """Do it, and give back the case as it stands then."""
        complaint, actor = self.tracked(request, reference)
        body = self.act.body(data=request.data, context={"case": complaint})
        body.is_valid(raise_exception=True)
        self.act.service(complaint=complaint, actor=actor, **body.arguments())
        return Response(OutcomeSerializer(ArrearsComplaint.objects.get(pk=complaint.pk)).data)


def track_act_view(name: str) -> type[TrackActView]:
    """The view class of an act, documented with its own body."""
    act = TRACK_ACTS[name]
    takes_files = "files" in act.body().fields
    parsers = (StrictJSONParser, ManyFilesParser) if takes_files else (StrictJSONParser,)
    title = f"Track{name.title().replace('_', '')}View"
    view = type(title, (TrackActView,), {"act": act, "parser_classes": parsers})
    document = extend_schema(
        operation_id=f"track_{name}",
        tags=["tracking"],
        summary=act.summary,
        parameters=[REFERENCE, CASE_SECRET],
        request=dict.fromkeys(["application/json", *(["multipart/form-data"] if takes_files else [])], act.body),
        responses={200: OpenApiResponse(OutcomeSerializer), CONFLICT: ProblemSerializer},
    )
    documented: type[TrackActView] = extend_schema_view(post=document)(view)
    return documented


TRACK_ACT_VIEWS = {name: track_act_view(name) for name in TRACK_ACTS}


class TrackWithdrawView(TrackedView):
    """The withdrawal."""

    @extend_schema(
        operation_id="track_withdraw",
        tags=["tracking"],
        summary="Withdraw the complaint",
        parameters=[REFERENCE, CASE_SECRET],
        request=WithdrawSerializer,
        responses={200: OpenApiResponse(OutcomeSerializer), CONFLICT: ProblemSerializer},
    )
    def post(self, request: Request, reference: str) -> Response:
        """End the case."""
        complaint, actor = self.tracked(request, reference)
        serializer = WithdrawSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        changed = complaint_withdraw(complaint=complaint, actor=actor, **serializer.validated_data)
        return Response(OutcomeSerializer(changed).data)
