"""What each act beside the moves takes; rules between fields stay in the services."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from casework.api.fields import CodeChoiceField, DayField, MoneyField, StrictSerializer, TextField, WholeField
from casework.cases.extension.models import ExtensionRequest
from casework.cases.transfer.models import Ownership
from casework.cases.worklog.models import Task
from casework.cases.worklog.services import people_for
from casework.documents.delivery import TOLD_WAYS
from casework.parties.models import Department, User
from complaints.api.serializers.actions import OutcomeSerializer, VersionSerializer
from complaints.assessments.facts import SizeFacts
from complaints.measures.models import Measure
from complaints.payment.api import InterestQuestionSerializer
from complaints.respondent.models import FeedbackRequest
from complaints.review.models import ConditionCheck
from complaints.review.services import Finding
from complaints.transfer.routes import handling_departments_for

Judgement = FeedbackRequest.Status


class ArgumentsSerializer(StrictSerializer):
    """A body whose fields are the service's arguments."""

    def arguments(self) -> dict[str, Any]:
        """By name."""
        return dict(self.validated_data)


class SideSerializer(ArgumentsSerializer, VersionSerializer):
    """The same for what changes the case."""


class IdField(WholeField):
    """The id of something that belongs to the case."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


class PersonField(serializers.SlugRelatedField[User]):
    """A person of the department that has the case, by user name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="username", queryset=User.objects.none(), **kwargs)

    def get_queryset(self) -> Any:
        """Those who can be given the case."""
        return people_for(self.context["case"])

    def to_internal_value(self, data: Any) -> User:
        """The user."""
        user: User = super().to_internal_value(TextField(max_length=150).run_validation(data))
        return user


class HandlingDepartmentField(serializers.PrimaryKeyRelatedField[Department]):
    """A department that may handle the case, by id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Department.objects.none(), pk_field=WholeField(min_value=1, max_value=2**63 - 1), **kwargs
        )

    def get_queryset(self) -> Any:
        """Those to which the case can go."""
        return handling_departments_for(self.context["case"])


class FindingSerializer(StrictSerializer):
    """What was found about one condition of acceptance."""

    condition = TextField(max_length=40, help_text="A code of the list `arrears.condition`.")
    verdict = CodeChoiceField(choices=ConditionCheck.Verdict.choices)
    remark = TextField(max_length=1000, required=False, allow_blank=True, help_text="Needed for `not_met`.")


class CheckConditionsSerializer(SideSerializer):
    """Findings; conditions left out stay as they are."""

    findings = serializers.ListField(child=FindingSerializer(), max_length=50)

    def arguments(self) -> dict[str, Any]:
        """By condition."""
        given = dict(self.validated_data)
        rows = given.pop("findings")
        return {**given, "findings": {row["condition"]: Finding(row["verdict"], row.get("remark", "")) for row in rows}}


class AssignSerializer(SideSerializer):
    """Who works on the case."""

    assignee = PersonField(help_text="User name of a person of the department that has the case.")


class RemindSerializer(SideSerializer):
    """What the department is reminded of."""

    text = TextField(max_length=1000, required=False, allow_blank=True)


class NoteSerializer(SideSerializer):
    """A note for colleagues."""

    text = TextField(max_length=5000)


class TaskSerializer(SideSerializer):
    """What is to be done, by whom and by when."""

    title = TextField(max_length=200)
    due_on = DayField(required=False)
    assigned_to = PersonField(required=False, help_text="User name.")


class FinishTasksSerializer(SideSerializer):
    """Tasks that are done."""

    tasks: Any = serializers.PrimaryKeyRelatedField(
        queryset=Task.objects.all(), many=True, pk_field=WholeField(min_value=1, max_value=2**63 - 1)
    )


class ClassifySerializer(SideSerializer):
    """To whom the respondent belongs: what the routes ask for."""

    ownership = CodeChoiceField(choices=Ownership.choices)
    sector = TextField(
        max_length=40, required=False, allow_blank=True, help_text="A code of the list `arrears.sector`."
    )
    respondent_code = TextField(
        max_length=18, required=False, allow_blank=True, help_text="Its unified social credit code, if found out."
    )


class AskReturnSerializer(SideSerializer):
    """Why the case was misrouted, and who should have it."""

    reason = TextField(max_length=1000)
    target = HandlingDepartmentField(help_text="Id of the department that should handle it.")


class DeclineReturnSerializer(SideSerializer):
    """Why the case stays."""

    reason = TextField(max_length=1000)


class DesignateSerializer(SideSerializer):
    """The common superior's word."""

    department = HandlingDepartmentField(help_text="Id of the department that has to handle it.")
    reason = TextField(max_length=1000)


class AskFeedbackSerializer(SideSerializer):
    """What the respondent is asked."""

    questions = TextField(max_length=5000)


class JudgeFeedbackSerializer(SideSerializer):
    """Whether the respondent answered as required."""

    judgement = CodeChoiceField(choices=[Judgement.SUFFICIENT, Judgement.INSUFFICIENT, Judgement.SILENT])
    reasons = TextField(max_length=1000, required=False, allow_blank=True)


class SupervisoryLetterSerializer(SideSerializer):
    """What the respondent has to do."""

    demand = TextField(max_length=5000)


class CallInterviewSerializer(SideSerializer):
    """Who must come, when, where and for what."""

    attendee = TextField(max_length=200)
    held_at = serializers.DateTimeField()
    place = TextField(max_length=200)
    topics = TextField(max_length=5000)
    material = TextField(max_length=2000, required=False, allow_blank=True)
    note_taker = TextField(max_length=100, required=False, allow_blank=True)
    superior = TextField(max_length=200, required=False, allow_blank=True)


class InterviewMinutesSerializer(SideSerializer):
    """Who came and what was said."""

    measure = IdField(help_text="Id of the interview.")
    present = TextField(max_length=1000)
    facts = TextField(max_length=10000)
    statement = TextField(max_length=10000)
    commitments = TextField(max_length=5000, required=False, allow_blank=True)


class CircularSerializer(SideSerializer):
    """What is told, and to whom."""

    facts = TextField(max_length=10000)
    demands = TextField(max_length=5000)
    addressees = TextField(max_length=2000, help_text="Bodies besides the respondent, one a line.")
    due_on = DayField(required=False)


class RectificationOrderSerializer(SideSerializer):
    """What was found, which articles it violates, and what is to be put right."""

    finding = TextField(max_length=10000)
    violations = serializers.ListField(
        child=TextField(max_length=40), max_length=50, help_text="Codes of the list `arrears.violation`."
    )
    correction = TextField(max_length=5000)
    due_on = DayField()


class EndMeasureSerializer(SideSerializer):
    """What came of a measure."""

    measure = IdField()
    outcome = CodeChoiceField(choices=[value for value in Measure.Outcome.values if value != Measure.Outcome.OPEN])
    note = TextField(max_length=2000, required=False, allow_blank=True)


class AskExtensionSerializer(SideSerializer):
    """Why more time is needed, and how much in all."""

    ground = CodeChoiceField(choices=ExtensionRequest.Ground.choices)
    reason = TextField(max_length=1000)
    total_days = WholeField(min_value=1, max_value=999, help_text="Calendar days in all from receipt.")


class DecideExtensionSerializer(SideSerializer):
    """The head's decision."""

    decision = CodeChoiceField(choices=[ExtensionRequest.Status.APPROVED, ExtensionRequest.Status.DECLINED])
    note = TextField(max_length=1000, required=False, allow_blank=True)


class DisputeSizeSerializer(SideSerializer):
    """Who decides on the size, and what is disputed (Decree 802 art. 29)."""

    asked_of = TextField(max_length=200)
    request = TextField(max_length=5000)


class SendReceivableSerializer(SideSerializer):
    """What the respondent is to confirm (Decree 802 art. 16)."""

    request = TextField(max_length=5000)


class EndSideMatterSerializer(SideSerializer):
    """What came of a side matter."""

    subcase = IdField(help_text="Id of the side matter.")
    outcome = TextField(
        max_length=20, allow_blank=True, help_text='A size class, "confirmed", "refused", or "" when it is dropped.'
    )
    note = TextField(max_length=5000)
    amount = MoneyField(max_digits=16, decimal_places=2, required=False, help_text="Yuan that were confirmed.")


class AssessPaymentSerializer(SideSerializer):
    """Corrected inputs of due date and interest."""

    inputs = InterestQuestionSerializer()
    reason = TextField(max_length=500)

    def arguments(self) -> dict[str, Any]:
        """The engine's inputs and the day through which interest runs."""
        inputs, as_of = InterestQuestionSerializer.asked(self.validated_data["inputs"])
        return {**self.validated_data, "inputs": inputs, "as_of": as_of}


class AssessSizeSerializer(SideSerializer):
    """Corrected figures of the year of signing."""

    industry = TextField(max_length=40, help_text="A `slug` of the industries of the standard.")
    employees = WholeField(min_value=0, max_value=10**8, required=False, allow_null=True)
    revenue = MoneyField(max_digits=16, decimal_places=2, required=False, allow_null=True, help_text="Yuan.")
    assets = MoneyField(max_digits=16, decimal_places=2, required=False, allow_null=True, help_text="Yuan.")
    reason = TextField(max_length=500)

    def arguments(self) -> dict[str, Any]:
        """The figures together."""
        given = dict(self.validated_data)
        figures = {name: given.pop(name, None) for name in ("employees", "revenue", "assets")}
        facts = SizeFacts(industry=given.pop("industry"), **figures)
        return {**given, "facts": facts}


class ReissueLetterSerializer(SideSerializer):
    """Which letter, why, and the passage that was wrong."""

    letter = IdField(help_text="Id of a letter of the caller's department.")
    reason = TextField(max_length=1000)
    wrong = TextField(max_length=5000, required=False, allow_blank=True)
    right = TextField(max_length=5000, required=False, allow_blank=True)


class RecordDeliverySerializer(SideSerializer):
    """How a letter arrived, when, and with whom."""

    letter = IdField(help_text="Id of a letter of the caller's department.")
    way = CodeChoiceField(choices=[way.value for way in TOLD_WAYS])
    recipient = TextField(max_length=120)
    at = serializers.DateTimeField()
    remark = TextField(max_length=300, required=False, allow_blank=True)


class MarkSecretSerializer(SideSerializer):
    """Which files are secret; those left out are so no longer (Decree 802 art. 25(5))."""

    secret = serializers.ListField(child=IdField(), max_length=1000, help_text="Ids of attachments of the case.")
    reason = TextField(max_length=1000)


class AskedSerializer(OutcomeSerializer):
    """The case, and the code that opens the respondent's page; the code is shown once."""

    code = serializers.CharField()

    class Meta(OutcomeSerializer.Meta):
        fields = (*OutcomeSerializer.Meta.fields, "code")  # type: ignore[assignment]
