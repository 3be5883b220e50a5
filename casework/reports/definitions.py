"""What "late", "due within n days" and "met on time" mean: page and workbook take these words from here only.

- A clock is open while its work is owed: running, or missed and still owed. It is late from the day after its due day:
  the due day itself ends at 24:00 (Civil Code art. 203(2)). The day decides, not whether the sweep has marked it yet.
- Days left are calendar days from today to the due day as moved to a working day; a rule's own count is in `due`.
- Met on time is a share of what is decided: clocks met in time, of those met in time, met late, or late and still owed.
  A clock that lost its reason (withdrawn, correction asked for) counts nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Case, Count, F, Q, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from casework.clocks.models import Deadline
from casework.parties.models import Role

OPEN: Final = (Deadline.Status.RUNNING, Deadline.Status.BREACHED)


@dataclass(frozen=True)
class Bucket:
    """Open clocks by the days left; each open clock lies in exactly one bucket.

    Attributes:
        first, last: days left, both included; None is without end.
    """

    key: str
    label: str | Promise
    first: int | None
    last: int | None

    def condition(self, today: date) -> Q:
        """The bucket's clocks in SQL."""
        found = Q(status__in=OPEN)
        if self.first is not None:
            found &= Q(due__gte=today + timedelta(days=self.first))
        if self.last is not None:
            found &= Q(due__lte=today + timedelta(days=self.last))
        return found


LATE: Final = Bucket("late", gettext_lazy("Late"), None, -1)
BUCKETS: Final = (
    LATE,
    Bucket("days3", gettext_lazy("Due in 0–3 days"), 0, 3),
    Bucket("days7", gettext_lazy("Due in 4–7 days"), 4, 7),
    Bucket("days30", gettext_lazy("Due in 8–30 days"), 8, 30),
    Bucket("later", gettext_lazy("Due later"), 31, None),
)


@dataclass
class Counts:
    """How many clocks lie in each bucket, and how the decided ones ended."""

    late: int = 0
    days3: int = 0
    days7: int = 0
    days30: int = 0
    later: int = 0
    met: int = 0
    met_late: int = 0

    @property
    def open(self) -> int:
        """All open clocks."""
        return self.late + self.days3 + self.days7 + self.days30 + self.later

    @property
    def within3(self) -> int:
        """Not late, due today or in the next 3 days."""
        return self.days3

    @property
    def within7(self) -> int:
        """Not late, due in the next 7 days, those within 3 included."""
        return self.days3 + self.days7

    @property
    def within30(self) -> int:
        """Not late, due in the next 30 days, those within 7 included."""
        return self.within7 + self.days30

    @property
    def decided(self) -> int:
        """What the share of timely work is taken of."""
        return self.met + self.met_late + self.late

    @property
    def on_time(self) -> float | None:
        """Share met in time, 0 to 1; None while nothing is decided."""
        return self.met / self.decided if self.decided else None

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in COUNTED})


COUNTED: Final = (*(bucket.key for bucket in BUCKETS), "met", "met_late")


def count_annotations(today: date) -> dict[str, Count]:
    """The counts as SQL aggregates, by the names of `Counts`."""
    counts = {bucket.key: Count("pk", filter=bucket.condition(today)) for bucket in BUCKETS}
    counts["met"] = Count("pk", filter=Q(status=Deadline.Status.MET))
    counts["met_late"] = Count("pk", filter=Q(status=Deadline.Status.MET_LATE))
    return counts


def responsible_department() -> Combinable:
    """Whose clock it is: the handling department's where the rule says so, else the receiving department's.

    A clock that waits for the complainant stands with the receiving department, which watches over it.
    """
    return Case(
        When(
            period__responsible=Role.HANDLING_CASEWORKER,
            then=Coalesce("case__handling_department_id", "case__receiving_department_id"),
        ),
        default=F("case__receiving_department_id"),
    )


@dataclass(frozen=True)
class Part:
    """One of the parts that filed cases fall into; each filed case lies in exactly one.

    Attributes:
        meaning: what is counted, beside the figure.
    """

    key: str
    label: str | Promise
    meaning: str | Promise
    condition: Q


FILED: Final = Q(submitted_on__isnull=False)
_BEFORE, _AFTER = Q(accepted_on=None), Q(accepted_on__isnull=False)
_OPEN, _ENDED = Q(ended_on=None), Q(ended_on__isnull=False)
_REFUSED: Final = Q(state="refused")
PARTS: Final = (
    Part(
        "review",
        gettext_lazy("Under review"),
        gettext_lazy("Filed, and neither accepted nor ended, a correction that is waited for included."),
        _BEFORE & _OPEN,
    ),
    Part("refused", gettext_lazy("Refused"), gettext_lazy("Ended by a refusal with its ground."), _REFUSED & _ENDED),
    Part(
        "dropped",
        gettext_lazy("Ended before acceptance"),
        gettext_lazy("Withdrawn, lapsed, merged, or sent to somebody else before a decision on acceptance."),
        _BEFORE & _ENDED & ~_REFUSED,
    ),
    Part(
        "working",
        gettext_lazy("Accepted, in work"),
        gettext_lazy("Accepted and not ended yet, the follow-up of a repayment plan included."),
        _AFTER & _OPEN,
    ),
    Part(
        "ended",
        gettext_lazy("Accepted and ended"),
        gettext_lazy("Accepted, and since then closed, withdrawn or terminated."),
        _AFTER & _ENDED & ~_REFUSED,
    ),
)
