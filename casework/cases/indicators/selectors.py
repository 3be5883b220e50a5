"""The signs of a case as the person who looks may see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.indicators.finding import Found, find_indicators
from casework.cases.indicators.models import IndicatorLook
from casework.cases.models import Case
from casework.cases.worklog.services import WORKING_ROLES
from casework.parties.models import Role

SHOWN_CASES = 10


@dataclass(frozen=True)
class Shown:
    """A sign with the cases that the person may open.

    Attributes:
        cases: the newest of them.
        hidden: how many more there are, unnamed.
        looks: who looked at it before, the newest first.
        is_open: whether nobody has looked at it since it grew to this number.
    """

    found: Found
    cases: list[Case]
    hidden: int
    looks: list[IndicatorLook]

    @property
    def is_open(self) -> bool:
        return not any(look.number >= self.found.number for look in self.looks)


def may_look(roles: Collection[Role]) -> bool:
    """Whether signs are shown to these roles: to those who work on the case, never to the one who filed it."""
    return bool(WORKING_ROLES & set(roles)) and Role.COMPLAINANT not in roles


def indicators_for(case: Case, actor: Actor) -> list[Shown]:
    """What is worth a look on this case; nothing for those who don't work on it."""
    if actor.user is None or not may_look(roles_on(actor, case)):
        return []
    found = find_indicators(case)
    if not found:
        return []
    named = {pk for row in found for pk in row.others}
    seen = {row.pk: row for row in Case.objects.visible_to(actor.user).filter(pk__in=named)} if named else {}
    looks = list(IndicatorLook.objects.filter(case_id=case.pk).select_related("rule", "user"))
    return [_shown(row, seen, looks) for row in found]


def _shown(found: Found, seen: dict[int, Case], looks: list[IndicatorLook]) -> Shown:
    cases = [seen[pk] for pk in sorted(found.others, reverse=True) if pk in seen][:SHOWN_CASES]
    own = [look for look in looks if look.rule.code == found.rule.code]
    return Shown(found, cases, len(found.others) - len(cases), own)
