"""Who may do what with lists: editors of the department that keeps one; without such, those of its place and above."""

from __future__ import annotations

from casework.parties.models import Role
from casework.parties.perms import AnyUser, departments_with, division_prefixes_with
from fees.catalogue.models import CatalogueList

EDITORS = (Role.CATALOGUE_EDITOR,)
REVIEWERS = (Role.CATALOGUE_EDITOR, Role.DEPARTMENT_HEAD)
READERS = (*REVIEWERS, Role.SUPERVISOR, Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR)
OVERSEERS = (Role.SUPERVISOR, Role.CATALOGUE_EDITOR, Role.SYSTEM_ADMINISTRATOR)


def may_edit(user: AnyUser, fee_list: CatalogueList) -> bool:
    """Whether the user writes drafts of the list, records checks and publishes."""
    return _holds(user, fee_list, EDITORS)


def may_review(user: AnyUser, fee_list: CatalogueList) -> bool:
    """Whether the user reviews drafts of the list, those of others."""
    return _holds(user, fee_list, REVIEWERS)


def _holds(user: AnyUser, fee_list: CatalogueList, roles: tuple[Role, ...]) -> bool:
    if fee_list.publisher_id is not None:
        return fee_list.publisher_id in departments_with(user, *roles)
    return any(fee_list.division_id.startswith(prefix) for prefix in division_prefixes_with(user, *roles))
