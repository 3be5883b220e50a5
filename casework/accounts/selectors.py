"""What the page of an account shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from casework.accounts.models import CaseSide, Firm, Mandate
from casework.accounts.sides import MYSELF, holders_of
from casework.cases.access import complainant_scope
from casework.cases.inbox import notification_text, notifications_of
from casework.cases.models import Case
from casework.cases.pages import kind_choices, state_label, tracking_page
from casework.documents.models import Letter
from casework.parties.models import User
from casework.portal.drafts.selectors import drafts_of

CASES_A_PAGE, MOST_LETTERS, MOST_NEWS = 20, 10, 10


@dataclass(frozen=True)
class OwnCase:
    """A row of the list.

    Attributes:
        held: the firm or the principal that it stands with; "" for the account alone.
    """

    case: Case
    page: str
    kind: str
    state: str
    held: str


def own_cases(user: User, number: str) -> tuple[Page[Case], list[OwnCase]]:
    """A page of the account's cases, of all kinds, newest first."""
    page = Paginator(Case.objects.filter(complainant_scope(user)).order_by("-id"), CASES_A_PAGE).get_page(number)
    held, kinds = _held(page.object_list), dict(kind_choices())
    return page, [
        OwnCase(case, tracking_page(case), kinds.get(case.kind, ""), state_label(case), held.get(case.pk, ""))
        for case in page.object_list
    ]


def _held(cases: Iterable[Case]) -> dict[int, str]:
    rows = CaseSide.objects.filter(case__in=[case.pk for case in cases])
    names = rows.values_list("case_id", "firm__name", "mandate__principal_name")
    return {case: firm or principal for case, firm, principal in names}


def page_of(user: User, number: str) -> dict[str, Any]:
    """Everything on the account's own page; nothing of a case that it no longer stands behind."""
    page, cases = own_cases(user, number)
    mine = Case.objects.filter(complainant_scope(user)).values("pk")
    letters = Letter.objects.for_complainant().filter(case__in=mine).select_related("case").order_by("-id")
    news = notifications_of(user).filter(read_at=None, case__in=mine)[:MOST_NEWS]
    return {
        "page": page,
        "cases": cases,
        "letters": letters[:MOST_LETTERS],
        "news": [{"text": notification_text(row), "at": row.created_at, "case": row.case} for row in news],
        "drafts": drafts_of(user),
        "firms": Firm.objects.visible_to(user),
        "mandates": Mandate.objects.filter(agent=user),
        "addresses": user.sign_in_addresses.all(),
        "is_linked": user.external_identities.exists(),
    }


def files_for_choices(user: User) -> list[tuple[str, str]]:
    """For whom the account may file, itself last; empty where it can be nobody else."""
    holders = [(holder.value, holder.name) for holder in holders_of(user)]
    return [("", _("by the code that I enter")), *holders, (MYSELF, _("myself"))] if holders else []
