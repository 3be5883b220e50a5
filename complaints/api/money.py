"""What is done about money and after the result: by staff in a case they work on, by a complainant in the own one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.api.formats import ManyFilesParser, StrictJSONParser
from casework.api.problems import MEDIA_TYPE, ProblemSerializer
from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed
from casework.parties.models import Role, User
from complaints.api.cases import CaseView
from complaints.api.headers import CASE_SECRET, REFERENCE
from complaints.api.serializers import money as forms
from complaints.api.serializers.actions import VersionSerializer
from complaints.api.tracking import TrackedView
from complaints.closing import services as closing
from complaints.models import ArrearsComplaint
from complaints.money import services as money
from complaints.review.services import WORKING_ROLES

COMPLAINANT = frozenset({Role.COMPLAINANT})
STAFF = frozenset(WORKING_ROLES)


@dataclass(frozen=True)
class Side:
    """Something that may be done beside the moves of the flow.

    Attributes:
        path: below the address of the case.
        body: the request's serializer; its validated fields are the service's arguments.
        roles: who may do it on the addresses of the cases.
    """

    path: str
    body: type[VersionSerializer]
    service: Callable[..., Any]
    roles: frozenset[Role]
    summary: str

    @property
    def takes_files(self) -> bool:
        """Whether the body may be multipart."""
        return "files" in self.body().fields


STAFF_SIDES: Mapping[str, Side] = {
    "split_claim": Side(
        "claim-parts/",
        forms.SplitClaimSerializer,
        money.claim_split,
        STAFF,
        "Split the claim into disputed and undisputed parts",
    ),
    "record_payment": Side(
        "payments/",
        forms.RecordPaymentSerializer,
        money.payment_record,
        STAFF,
        "Record a payment; the complainant is asked to confirm it",
    ),
    "sign_plan": Side(
        "repayment-plan/",
        forms.SignPlanSerializer,
        money.plan_sign,
        STAFF,
        "Record the repayment plan that both sides signed",
    ),
    "decline_facts": Side(
        "new-facts/decline/",
        forms.DeclineFactsSerializer,
        closing.new_facts_decline,
        STAFF,
        "Say why the facts that were told are not new",
    ),
}
COMPLAINANT_SIDES: Mapping[str, Side] = {
    "answer_payment": Side(
        "payments/<id:payment>/answer/",
        forms.AnswerPaymentSerializer,
        money.payment_answer,
        COMPLAINANT | STAFF,
        "Say whether a payment arrived",
    ),
    "give_satisfaction": Side(
        "satisfaction/",
        forms.GiveSatisfactionSerializer,
        closing.satisfaction_give,
        COMPLAINANT,
        "Say, once, how satisfied one is with the handling",
    ),
    "tell_facts": Side(
        "new-facts/",
        forms.TellFactsSerializer,
        closing.new_facts_tell,
        COMPLAINANT,
        "Tell new facts on an ended case",
    ),
}


class SideMixin:
    """One act; `_side_view` makes a class of it for each."""

    side: ClassVar[Side]

    def done(self, request: Request, complaint: ArrearsComplaint, actor: Actor, named: Mapping[str, int]) -> Response:
        """Do it and answer with the case as it is then."""
        body = self.side.body(data=request.data, context={"case": complaint})
        body.is_valid(raise_exception=True)
        self.side.service(complaint=complaint, actor=actor, **named, **body.validated_data)
        changed = ArrearsComplaint.objects.get(pk=complaint.pk)
        return Response(forms.MoneyOutcomeSerializer(changed).data)


class CaseSideView(SideMixin, CaseView):
    """An act on a case that the caller sees."""

    def post(self, request: Request, reference: str, **named: int) -> Response:
        """First whether the caller may, then whether the body is right, then the state."""
        complaint = self.seen(request, reference)
        actor = self.actor(request, complaint)
        if not roles_on(actor, complaint) & self.side.roles:
            raise ActionNotAllowed
        return self.done(request, complaint, actor, named)

    def actor(self, request: Request, complaint: ArrearsComplaint) -> Actor:
        """The caller; as complainant in the case that the account filed, where the act is a complainant's."""
        assert isinstance(request.user, User)
        if complaint.complainant_user_id == request.user.pk and Role.COMPLAINANT in self.side.roles:
            return Actor.complainant(complaint.complainant_name, request.user)
        return Actor.person(request.user)


class TrackSideView(SideMixin, TrackedView):
    """An act on the case that a secret opens."""

    def post(self, request: Request, reference: str, **named: int) -> Response:
        """As its complainant."""
        complaint, actor = self.tracked(request, reference)
        return self.done(request, complaint, actor, named)


def _side_view(name: str, side: Side, base: type[CaseSideView] | type[TrackSideView]) -> type[APIView]:
    """The view class of an act, documented with its own body."""
    is_case = issubclass(base, CaseSideView)
    parsers = (StrictJSONParser, ManyFilesParser) if side.takes_files else (StrictJSONParser,)
    view = type(f"{base.__name__}{name.title().replace('_', '')}", (base,), {"side": side, "parser_classes": parsers})
    document = extend_schema(
        operation_id=f"{'case' if is_case else 'track'}_{name}",
        tags=["cases" if is_case else "tracking"],
        summary=side.summary,
        description=f"For: {', '.join(sorted(role.value for role in side.roles))}." if is_case else None,
        parameters=[REFERENCE] if is_case else [REFERENCE, CASE_SECRET],
        request=dict.fromkeys([parser.media_type for parser in parsers], side.body),
        responses={200: OpenApiResponse(forms.MoneyOutcomeSerializer), (409, MEDIA_TYPE): ProblemSerializer},
    )
    documented: type[APIView] = extend_schema_view(post=document)(view)
    return documented


# Path below the case's address, name of the route, view.
CASE_SIDES = [
    (side.path, f"case-{name}", _side_view(name, side, CaseSideView))
    for name, side in {**STAFF_SIDES, **COMPLAINANT_SIDES}.items()
]
TRACK_SIDES = [
    (side.path, f"track-{name}", _side_view(name, side, TrackSideView)) for name, side in COMPLAINANT_SIDES.items()
]
