"""Where the figures' charges come from. Another room adds its own with `register_source`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from casework.parties.models import User, division_prefix
from fees.monitoring.figures import Charge, Figures, figures_of
from fees.monitoring.models import PaidItem, QuarterlyReturn, Round
from fees.monitoring.quarters import Quarter

MONITORING = "monitoring"
# The charges of a quarter, within a division, that a user may see.
Source = Callable[[User, Quarter, str], Iterable[Charge]]


def monitoring_charges(user: User, quarter: Quarter, division: str) -> Iterator[Charge]:
    """What points paid, of submitted returns that the user may see.

    Args:
        division: code; charges in it and below.
    """
    rows = PaidItem.objects.visible_to(user).filter(
        quarterly_return__round__year=quarter.year,
        quarterly_return__round__quarter_number=quarter.number,
        quarterly_return__status=QuarterlyReturn.Status.SUBMITTED,
        division__code__startswith=division_prefix(division),
    )
    fields = (
        "payee", "payee_type", "item", "division_id", "amount", "verdict", "charged_on", "quarterly_return__point_id",
        "division__name",
    )  # fmt: skip
    for payee, kind, item, place, amount, verdict, on, point, name in rows.order_by("pk").values_list(*fields):
        yield Charge(payee, kind, item, place, amount, verdict, MONITORING, on, str(point), name)


_sources: dict[str, Source] = {MONITORING: monitoring_charges}


def register_source(name: str, source: Source) -> None:
    """Add a source of charges; called from the app's ready()."""
    _sources[name] = source


def source_names() -> list[str]:
    """The sources that there are."""
    return list(_sources)


def figures_for(user: User, quarter: Quarter, division: str, sources: Iterable[str] | None = None) -> Figures:
    """The figures of a quarter, from what the user may see.

    Args:
        division: code; its subtree.
        sources: names; all of them without.
    """
    chosen = [_sources[name] for name in (_sources if sources is None else sources)]
    now = [charge for source in chosen for charge in source(user, quarter, division)]
    before = [charge for source in chosen for charge in source(user, quarter.before, division)]
    return figures_of(now, before)


def quarters_visible_to(user: User) -> list[Quarter]:
    """Quarters that points of the user's were asked about, the newest first."""
    rows = Round.objects.filter(pk__in=QuarterlyReturn.objects.visible_to(user).values("round"))
    found = rows.order_by().values_list("year", "quarter_number").distinct()
    return sorted((Quarter(*pair) for pair in found), reverse=True)
