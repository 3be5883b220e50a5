"""What a form in the making amounts to: due date, interest, size, and what stands against it. Nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from complaints.assessments.cautions import Caution, cautions_of
from complaints.assessments.facts import assess_payment, assess_size, payment_inputs, size_facts
from complaints.assessments.models import ClaimFacts
from complaints.payment import Result
from complaints.payment.telling import tell
from complaints.sizing import Classification
from complaints.sizing.words import answer_words, comparison_words

if TYPE_CHECKING:
    from complaints.models import ArrearsComplaint

# The answers that an assessment rests on; no names, contacts or texts among them.
ASSESSED = (
    "complainant_size",
    "respondent_type",
    "contract_object",
    "signed_on",
    "delivered_on",
    "amount",
    *(field.name for field in ClaimFacts._meta.fields),
)
SIZE_FIELDS = tuple(name for name in ASSESSED if "size" in name)


@dataclass(frozen=True)
class Preview:
    """What can be said so far.

    Attributes:
        words: labels and notes of the result in the reader's language.
        size_words: the size in a sentence; "" without an industry.
        size_rows: the comparisons that it rests on.
        size_cautions: those that belong to the size; `cautions` are all others.
    """

    result: Result | None
    words: dict[str, Any]
    size: Classification | None
    size_words: str
    size_rows: list[dict[str, Any]]
    size_cautions: list[Caution]
    cautions: list[Caution]


def preview_of(complaint: ArrearsComplaint) -> Preview:
    """The preview of a complaint that isn't stored, as of today."""
    today = timezone.localdate()
    inputs, facts = payment_inputs(complaint), size_facts(complaint)
    result = assess_payment(inputs, today) if inputs else None
    size = assess_size(facts, complaint.signed_on or today) if facts else None
    cautions = cautions_of(complaint, result, size, today)
    return Preview(
        result=result,
        words=tell(inputs, result) if inputs and result else {},
        size=size,
        size_words=answer_words(size) if size else "",
        size_rows=[*map(comparison_words, size.comparisons)] if size else [],
        size_cautions=[caution for caution in cautions if caution.field in SIZE_FIELDS],
        cautions=[caution for caution in cautions if caution.field not in SIZE_FIELDS],
    )
