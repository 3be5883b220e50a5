"""Published records as everybody finds them, on the pages and in the API. `public_on` alone decides what is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from casework.credit.flow import FINAL_STATES
from casework.credit.measures.models import Measure
from casework.credit.record.models import CreditRecord
from casework.credit.record.selectors import public_on, with_mark
from casework.parties.models import division_prefix

REFERENCE = re.compile(r"[A-Z]{2}[0-9]{4}-[0-9]{6,12}-[0-9]")
MARK = "^[0-9]{8}-[0-9]{1,18}$"
# An answer may be kept this long: whatever is withheld or annulled is out of sight everywhere soon after.
KEPT_AT_MOST = 60
# Between our reading of the clock and the arrival of the answer, from which its age is counted.
ON_THE_WAY = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for.

    Attributes:
        code: the whole unified social credit code.
        words: each of them has to occur in the name.
        severity: code of a class.
        division: of this place and the places in it; "" of every place.
        kind: of `SubjectType`.
    """

    code: str = ""
    words: str = ""
    severity: str = ""
    division: str = ""
    kind: str = ""


def public_records(today: date, wanted: Wanted) -> QuerySet[CreditRecord]:
    """What everybody may read on a day, with the mark of an open objection; the newest publication first."""
    rows = with_mark(public_on(today)).select_related(
        "subject", "severity", "receiving_department", "division__parent__parent"
    )
    if wanted.code:
        rows = rows.filter(subject=wanted.code)
    for word in wanted.words.split():
        rows = rows.filter(respondent_name__icontains=word)
    if wanted.severity:
        rows = rows.filter(severity__code=wanted.severity)
    if wanted.division:
        rows = rows.filter(division__code__startswith=division_prefix(wanted.division))
    if wanted.kind:
        rows = rows.filter(subject__kind=wanted.kind)
    return rows.order_by("-published_on", "-pk")


def with_measures(records: QuerySet[CreditRecord], today: date) -> QuerySet[CreditRecord]:
    """With the measures that apply on a day (`applied`)."""
    applied = Measure.objects.applied_on(today).select_related("item", "department")
    return records.prefetch_related(Prefetch("measures", queryset=applied, to_attr="applied"))


def public_record(reference: str, today: date) -> CreditRecord | None:
    """One record that everybody may read on a day, with its measures; None when there is none such."""
    if not REFERENCE.fullmatch(reference):
        return None
    return with_measures(public_records(today, Wanted()), today).filter(reference=reference).first()


def has_ended(reference: str, today: date) -> bool:
    """Whether it was public once and has ended, swept or not. One that is only withheld has not."""
    if not REFERENCE.fullmatch(reference):
        return False
    over = Q(state__in=FINAL_STATES) | Q(last_day__lt=today)
    return CreditRecord.objects.filter(over, reference=reference).exclude(published_on=None).exists()


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page ended: the next one begins after it, whatever was published or ended meanwhile."""

    day: date
    pk: int

    @classmethod
    def after(cls, record: CreditRecord) -> Mark:
        """The place of a public record."""
        assert record.published_on is not None
        return cls(record.published_on, record.pk)

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """A mark of an address; None where it is none."""
        if not re.fullmatch(MARK, text, re.ASCII):
            return None
        day, _dash, pk = text.partition("-")
        try:
            return cls(date(int(day[:4]), int(day[4:6]), int(day[6:])), int(pk))
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.day:%Y%m%d}-{self.pk}"


def following(records: QuerySet[CreditRecord], mark: Mark | None) -> QuerySet[CreditRecord]:
    """Those after a mark, in the order of `public_records`."""
    if mark is None:
        return records
    return records.filter(Q(published_on__lt=mark.day) | Q(published_on=mark.day, pk__lt=mark.pk))


def seconds_of_validity(now: datetime) -> int:
    """How long an answer of this moment may be kept: never into the next day, which may be one day too long.

    Args:
        now: in the time of Asia/Shanghai.
    """
    midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
    return max(0, min(KEPT_AT_MOST, int((midnight - now).total_seconds()) - ON_THE_WAY))
