"""Kept assessments as pages show them: told again from what was kept, never computed anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from complaints import payment
from complaints.assessments.cautions import Caution, cautions_of
from complaints.assessments.facts import SizeFacts, assess_size
from complaints.assessments.models import Assessment, ClaimFacts
from complaints.models import ArrearsComplaint
from complaints.payment import Inputs, Result
from complaints.payment.telling import tell
from complaints.sizing.engine import Comparison
from complaints.sizing.sizes import Indicator, Size
from complaints.sizing.standards import standards
from complaints.sizing.words import comparison_words, industry_words, size_words


@dataclass(frozen=True)
class PaymentAssessment:
    """Due date and interest as they were assessed.

    Attributes:
        words: labels and notes in the reader's language, by the names that the calculator's templates use.
    """

    kept: Assessment
    inputs: Inputs
    result: Result
    words: dict[str, Any]


@dataclass(frozen=True)
class SizeAssessment:
    """The size at signing as it was assessed.

    Attributes:
        size: the class in words; "" where it could not be told.
        rows: indicator, figure, limit, whether it is reached.
    """

    kept: Assessment
    facts: SizeFacts
    industry: str
    size: str
    is_sme: bool | None
    rows: list[dict[str, Any]]
    citation: str


@dataclass(frozen=True)
class Assessments:
    """Those of one complaint, the newest first: it is the one that holds."""

    payments: Sequence[PaymentAssessment]
    sizes: Sequence[SizeAssessment]


def agreed_facts(complaint: ArrearsComplaint) -> list[tuple[str, str]]:
    """What the complainant said about payment terms, acceptance and notice: label and value, only what was said."""
    said = []
    for field in ClaimFacts._meta.fields:
        value = getattr(complaint, field.name)
        # The figures of the size have their own assessment; an unticked box says nothing.
        if field.name.startswith("size_") or value in (None, "", False):
            continue
        said.append((str(field.verbose_name), _fact_words(complaint, field.name, value)))
    if complaint.state_owned is False:
        said.append((str(ClaimFacts._meta.get_field("state_owned").verbose_name), _("no")))
    return said


def _fact_words(complaint: ArrearsComplaint, name: str, value: object) -> str:
    if value is True:
        return _("yes")
    if isinstance(value, date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(complaint.get_sme_notice_display()) if name == "sme_notice" else str(value)


def assessments_of(complaint: ArrearsComplaint) -> Assessments:
    """Every assessment of a complaint, in one query."""
    rows = list(complaint.assessments.order_by("-number"))
    return Assessments(
        payments=[_payment(row) for row in rows if row.kind == Assessment.Kind.PAYMENT],
        sizes=[_size(row) for row in rows if row.kind == Assessment.Kind.SIZE],
    )


def cautions_on(complaint: ArrearsComplaint, assessments: Assessments) -> list[Caution]:
    """What may stand against accepting a complaint today, by what was assessed last."""
    payment_result = assessments.payments[0].result if assessments.payments else None
    size = assess_size(assessments.sizes[0].facts, complaint.signed_on) if assessments.sizes else None
    return cautions_of(complaint, payment_result, size, timezone.localdate())


def _payment(row: Assessment) -> PaymentAssessment:
    inputs, result = payment.from_record(row.record)
    return PaymentAssessment(row, inputs, result, tell(inputs, result))


def _size(row: Assessment) -> SizeAssessment:
    result = row.record["result"]
    return SizeAssessment(
        kept=row,
        facts=size_facts_of(row),
        industry=_industry(result["industry"], result["standard"]["version"]),
        size=size_words([Size(code) for code in result["possible"]]) if result["is_sme"] is not None else "",
        is_sme=result["is_sme"],
        rows=[comparison_words(_comparison(kept)) for kept in result["comparisons"]],
        citation=result["standard"]["citation"],
    )


def size_facts_of(row: Assessment) -> SizeFacts:
    """The figures of a kept assessment."""
    kept = row.record["inputs"]
    amounts = {name: None if kept[name] is None else Decimal(kept[name]) for name in ("revenue", "assets")}
    return SizeFacts(kept["industry"], kept["employees"], **amounts)


def _comparison(kept: dict[str, Any]) -> Comparison:
    return Comparison(
        size=Size(kept["size"]),
        indicator=Indicator(kept["indicator"]),
        value=None if kept["value"] is None else _figure(kept["value"]),
        threshold=_figure(kept["threshold"]),
        met=kept["met"],
    )


def _figure(value: Any) -> int | Decimal:
    return value if isinstance(value, int) else Decimal(value)


def _industry(slug: str, version: int) -> str:
    """Its name in the standard that was applied."""
    standard = next(standard for standard in standards() if standard.version == version)
    return industry_words(next(industry for industry in standard.industries if industry.slug == slug))
