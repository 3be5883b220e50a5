"""Cases for staff and for enterprises with an account: list, detail, files, and one address for each action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.api.formats import ManyFilesParser, StrictJSONParser
from casework.api.pagination import KeysetPagination
from casework.api.problems import MEDIA_TYPE, ProblemSerializer
from casework.api.query import refuse_unknown
from casework.cases.access import is_complainant, roles_on
from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseNotFound
from casework.cases.reading import log_access
from casework.documents.delivery import Way, letter_opened
from casework.documents.responses import attachment_response, letter_response
from casework.documents.secrecy import may_open
from casework.parties.models import Role, User
from complaints import services
from complaints.api.filters import CaseFilter
from complaints.api.headers import REFERENCE
from complaints.api.serializers import actions as forms
from complaints.api.serializers.actions import OutcomeSerializer, VersionSerializer
from complaints.api.serializers.cases import CaseDetailSerializer, CaseRowSerializer
from complaints.api.serializers.common import shown_attachments, shown_letters
from complaints.closing import services as closing
from complaints.flow import ACTIONS, FLOW, is_allowed
from complaints.models import ArrearsComplaint
from complaints.review import services as review
from complaints.selectors import available_actions, complaints_visible_to
from complaints.transfer import services as transfer


def _user(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


class CasesView(GenericAPIView[ArrearsComplaint]):
    """The cases that the caller may see."""

    serializer_class = CaseRowSerializer
    pagination_class = KeysetPagination
    filterset_class = CaseFilter

    def get_queryset(self) -> QuerySet[ArrearsComplaint]:
        """Only what `visible_to` shows."""
        # The schema is built without a caller.
        if getattr(self, "swagger_fake_view", False):
            return ArrearsComplaint.objects.none()
        return complaints_visible_to(_user(self.request))

    @extend_schema(
        operation_id="case_list",
        tags=["cases"],
        summary="Cases, newest first, page by page",
        responses={200: CaseRowSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        """One page."""
        refuse_unknown(request, {*CaseFilter.base_filters, "before", "page_size"})
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class CaseView(APIView):
    """An address of one case; what the caller can't see doesn't exist."""

    def seen(self, request: Request, reference: str) -> ArrearsComplaint:
        """The case.

        Raises:
            CaseNotFound: no such case, or not for this caller.
        """
        complaint = complaints_visible_to(_user(request)).filter(reference=reference).first()
        if complaint is None:
            raise CaseNotFound
        return complaint

    def is_insider(self, request: Request, complaint: ArrearsComplaint) -> bool:
        """Whether the caller stands on the authorities' side."""
        return bool(roles_on(Actor.person(_user(request)), complaint) - {Role.COMPLAINANT})


class CaseDetailView(CaseView):
    """One case."""

    @extend_schema(
        operation_id="case_detail",
        tags=["cases"],
        summary="A case with parties, clocks, timeline, files, letters and allowed actions",
        description="`contact` is null for those who don't handle the case.",
        parameters=[REFERENCE],
        responses=CaseDetailSerializer,
    )
    def get(self, request: Request, reference: str) -> Response:
        """The case; the reading is logged."""
        complaint = self.seen(request, reference)
        actor = Actor.person(_user(request))
        log_access(case=complaint, actor=actor, what="api")
        context = {"roles": roles_on(actor, complaint), "actions": available_actions(complaint, actor)}
        serializer = CaseDetailSerializer(complaint, context=context)
        return Response(serializer.data, headers={"Cache-Control": "no-store"})


class CaseLetterView(CaseView):
    """A letter of a case."""

    @extend_schema(
        operation_id="case_letter",
        tags=["cases"],
        summary="A letter as PDF",
        parameters=[REFERENCE],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, reference: str, pk: int) -> HttpResponseBase:
        """The PDF; 404 until it is ready."""
        complaint = self.seen(request, reference)
        is_insider, actor = self.is_insider(request, complaint), Actor.person(_user(request))
        letter = get_object_or_404(shown_letters(complaint, is_insider=is_insider), pk=pk)
        response = letter_response(letter, download=True)
        log_access(case=complaint, actor=actor, what=f"letter:{pk}")
        letter_opened(letter=letter, way=Way.STAFF if is_insider else Way.PORTAL, actor=actor)
        return response


class CaseFileView(CaseView):
    """An evidence file of a case."""

    @extend_schema(
        operation_id="case_attachment",
        tags=["cases"],
        summary="An evidence file",
        parameters=[REFERENCE],
        responses={(200, "*/*"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, reference: str, pk: int) -> HttpResponseBase:
        """The file as it came."""
        complaint = self.seen(request, reference)
        shown = shown_attachments(complaint, is_insider=self.is_insider(request, complaint))
        attachment, actor = get_object_or_404(shown, pk=pk), Actor.person(_user(request))
        if not may_open(attachment, actor):
            raise ActionNotAllowed
        response = attachment_response(attachment, download=True)
        log_access(case=complaint, actor=actor, what=f"file:{pk}")
        return response


@dataclass(frozen=True)
class Command:
    """How an action of the table of moves is asked for.

    Attributes:
        body: the request's serializer; its validated fields are the service's arguments.
    """

    body: type[VersionSerializer]
    service: Callable[..., ArrearsComplaint]
    summary: str


COMMANDS: dict[str, Command] = {
    "request_correction": Command(
        forms.RequestCorrectionSerializer,
        services.complaint_request_correction,
        "Ask the complainant for everything that is missing",
    ),
    "answer_correction": Command(
        forms.AnswerCorrectionSerializer, services.complaint_answer_correction, "Answer a correction request"
    ),
    "lapse": Command(forms.LapseSerializer, review.complaint_lapse, "Record that no correction came in time"),
    "accept": Command(VersionSerializer, services.complaint_accept, "Accept formally"),
    "refuse": Command(forms.RefuseSerializer, services.complaint_refuse, "Refuse on a ground of the list"),
    "transfer": Command(forms.TransferSerializer, services.complaint_transfer, "Transfer to a handling department"),
    "take_back": Command(
        forms.TakeBackSerializer, transfer.complaint_take_back, "Agree to the return of a misrouted case"
    ),
    "receive": Command(forms.ReceiveSerializer, services.complaint_receive, "Confirm receipt of the material"),
    "start_handling": Command(forms.StartHandlingSerializer, services.complaint_start_handling, "Begin handling"),
    "resolve": Command(forms.ResolveSerializer, services.complaint_resolve, "Feed back the result"),
    "close": Command(forms.CloseSerializer, services.complaint_close, "Close with a reason of the list"),
    "terminate": Command(
        forms.TerminateSerializer, closing.complaint_terminate, "End without a result, on a ground of the list"
    ),
    "follow_up": Command(VersionSerializer, closing.complaint_follow_up, "Keep open while a repayment plan runs"),
    "reopen": Command(forms.ReopenSerializer, closing.complaint_reopen, "Reopen for the new facts that were told"),
    "reopen_for_transfer": Command(
        forms.ReopenSerializer,
        closing.complaint_reopen_for_transfer,
        "Reopen, for new facts, a case that ended before a department had it to handle",
    ),
    "withdraw": Command(forms.WithdrawSerializer, services.complaint_withdraw, "Withdraw the complaint"),
}


class ActionView(CaseView):
    """One action; `action_view` makes a class of it for each."""

    action: ClassVar[str] = ""
    command: ClassVar[Command]

    def post(self, request: Request, reference: str) -> Response:
        """Take the action: first whether the caller may, then whether the body is right, then the state."""
        complaint = self.seen(request, reference)
        actor = self.actor(request, complaint)
        if not is_allowed(self.action, roles_on(actor, complaint), complaint.state):
            raise ActionNotAllowed
        body = self.command.body(data=request.data, context={"case": complaint})
        body.is_valid(raise_exception=True)
        changed = self.command.service(complaint=complaint, actor=actor, **body.validated_data)
        return Response(OutcomeSerializer(changed).data)

    def actor(self, request: Request, complaint: ArrearsComplaint) -> Actor:
        """The caller; as complainant in the case that the account filed, where the action is a complainant's."""
        user = _user(request)
        if is_complainant(user, complaint) and is_allowed(self.action, frozenset({Role.COMPLAINANT})):
            return Actor.complainant(complaint.complainant_name, user)
        return Actor.person(user)


def action_view(name: str) -> type[ActionView]:
    """The view class of an action, documented with its own body."""
    command = COMMANDS[name]
    with_files = command.body is forms.AnswerCorrectionSerializer
    media_types = ["application/json", *(["multipart/form-data"] if with_files else [])]
    view = type(
        f"{name.title().replace('_', '')}View",
        (ActionView,),
        {
            "action": name,
            "command": command,
            "parser_classes": (StrictJSONParser, ManyFilesParser) if with_files else (StrictJSONParser,),
        },
    )
    document = extend_schema(
        operation_id=f"case_{name}",
        tags=["cases"],
        summary=command.summary,
        description=f"For: {', '.join(sorted(role.value for role in FLOW.roles(name)))}.",
        parameters=[REFERENCE],
        request=dict.fromkeys(media_types, command.body),
        responses={200: OpenApiResponse(OutcomeSerializer), (409, MEDIA_TYPE): ProblemSerializer},
    )
    documented: type[ActionView] = extend_schema_view(post=document)(view)
    return documented


ACTION_VIEWS = {name: action_view(name) for name in ACTIONS if name != "submit"}
