"""Who stands where on the complainant's side: the one definition behind every list, page, file and the API.

A case with a side is its holders' alone: whoever filed it sees it only while a member, or under a valid mandate.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from casework.cases.models import Case
from casework.cases.pages import follower_name
from casework.parties.models import User
from casework.parties.perms import AnyUser

if TYPE_CHECKING:
    from casework.accounts.models import CaseSide, Firm, Mandate  # noqa: F401 - ruff overlooks the bases below

LONGEST_LABEL = 120


class FirmQuerySet(models.QuerySet["Firm"]):
    """Firms, narrowed by who looks."""

    def visible_to(self, user: AnyUser | None) -> Self:
        """Those that the account is a member of now."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        return self.filter(pk__in=_firms_of(user))


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Powers of attorney, narrowed by who looks."""

    def visible_to(self, user: AnyUser | None) -> Self:
        """The agent's own and those of the account's firms, ended ones too; to staff those of the cases they see."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.is_staff:
            return self.filter(pk__in=_sides().filter(case__in=Case.objects.visible_to(user)).values("mandate"))
        return self.filter(Q(agent=user) | Q(firm__in=_firms_of(user)))

    def valid_on(self, day: date) -> Self:
        """Those under which the agent may act on this day; both days of the period count."""
        return self.filter(revoked_at=None, valid_from__lte=day, valid_to__gte=day)


def _sides() -> models.QuerySet[CaseSide]:
    # The models import this module.
    rows: models.QuerySet[CaseSide] = apps.get_model("accounts", "CaseSide")._default_manager.all()
    return rows


def _firms_of(user: User) -> models.QuerySet[models.Model, int]:
    return user.firm_memberships.filter(left_at=None).values_list("firm_id", flat=True)


def held_by(user: User) -> Q:
    """The cases that an account stands behind: its own, those of its firms, those under its valid mandates."""
    firms, today = _firms_of(user), timezone.localdate()
    under_mandate = Q(
        mandate__agent=user,
        mandate__revoked_at=None,
        mandate__valid_from__lte=today,
        mandate__valid_to__gte=today,
    )
    held = _sides().filter(Q(firm__in=firms) | Q(mandate__firm__in=firms) | under_mandate)
    return Q(pk__in=held.values("case")) | (Q(complainant_user=user) & ~Q(Exists(_sides().filter(case=OuterRef("pk")))))


def side_of(case: Case) -> CaseSide | None:
    """The firm or the agent that holds a case; None for one that an account, or nobody, holds by itself."""
    return _sides().select_related("firm", "mandate__agent", "mandate__firm").filter(case_id=case.pk).first()


def followers_of_sides(cases: Collection[int]) -> Mapping[int, list[int]]:
    """The accounts that follow those of the cases that have a side: members, and agents whose mandate is valid."""
    today = timezone.localdate()
    rows = _sides().filter(case__in=cases).select_related("mandate")
    members = _members_of({firm for row in rows if (firm := _firm_of(row))}) if rows else {}
    followers: dict[int, list[int]] = {}
    for row in rows:
        people = list(members.get(_firm_of(row) or 0, ()))
        if row.mandate is not None and row.mandate.is_valid_on(today):
            people.append(row.mandate.agent_id)
        followers[row.case_id] = sorted(set(people))
    return followers


def _firm_of(row: CaseSide) -> int | None:
    return row.firm_id or (row.mandate.firm_id if row.mandate else None)


def _members_of(firms: Collection[int]) -> dict[int, list[int]]:
    members: dict[int, list[int]] = {}
    rows = apps.get_model("accounts", "FirmMember")._default_manager.filter(left_at=None, user__is_active=True)
    for firm, user in rows.filter(firm__in=firms).values_list("firm_id", "user_id"):
        members.setdefault(firm, []).append(user)
    return members


def name_of_actor(user: User, case: Case) -> str:
    """By what name an account acts on a case: the complainant's, and whose hand it was where that is known."""
    side = side_of(case)
    if side is None:
        return follower_name(case)
    by = (side.mandate.agent_name if side.mandate and side.mandate.agent_id == user.pk else str(user))[:50]
    return f"{follower_name(case)[: LONGEST_LABEL - len(by) - 2]}（{by}）"
