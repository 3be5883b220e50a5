"""Reading messages."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from casework.cases.models import Case
from casework.documents.conversation.models import CaseMessage

CaseType = TypeVar("CaseType", bound=Model)


def messages_of(case: Case) -> QuerySet[CaseMessage]:
    """The conversation on a case, the oldest first."""
    return CaseMessage.objects.filter(case=case).select_related("department", "author")


def awaiting_answer(cases: QuerySet[CaseType]) -> QuerySet[CaseType]:
    """Those of the cases on which the filer wrote and nobody has answered."""
    return cases.filter(Exists(CaseMessage.objects.waiting().filter(case=OuterRef("pk"))))
