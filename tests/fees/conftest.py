"""Lists with entries, written as an editor would write them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.parties.models import Role, User
from fees.catalogue.kinds import CheckKind, ListKind
from fees.catalogue.models import CatalogueEntry, CatalogueList, CatalogueVersion
from fees.catalogue.notation import read_standard
from fees.catalogue.services import check_record, entry_save, version_draft, version_publish, version_review
from fees.catalogue.standards import standard_to_json
from tests.factories import department, division, member


class Desk:
    """A list of Nanjing with two editors, one of whom reviews what the other wrote."""

    def __init__(self) -> None:
        self.office = department("320100")
        self.editor = member(Role.CATALOGUE_EDITOR, self.office)
        self.reviewer = member(Role.CATALOGUE_EDITOR, self.office)
        self.stranger = member(Role.CATALOGUE_EDITOR, department("440000"))
        self.list = self.make_list("nanjing")

    def make_list(self, code: str, kind: str = ListKind.ADMINISTRATIVE, place: str = "320100") -> CatalogueList:
        return CatalogueList.objects.create(
            code=code, name=f"清单{code}", kind=kind, division=division(place), publisher_name="南京市财政局"
        )

    def draft(self, since: date, fee_list: CatalogueList | None = None) -> CatalogueVersion:
        return version_draft(fee_list=fee_list or self.list, user=self.editor, effective_from=since)

    def entry(self, version: CatalogueVersion, name: str, standard: str = "", **values: Any) -> CatalogueEntry:
        kind = values.pop("kind", version.fee_list.kind)
        entry = CatalogueEntry(
            version=version,
            name=name,
            kind=kind,
            division_id=values.pop("division_id", version.fee_list.division_id),
            standard=standard_to_json(read_standard(standard)),
            standard_text=standard,
            **values,
        )
        return entry_save(entry=entry, user=self.editor)

    def checked(self, version: CatalogueVersion) -> CatalogueVersion:
        for kind in CheckKind:
            check_record(
                version=version,
                user=self.editor,
                kind=kind,
                outcome="passed",
                checked_on=date(2026, 1, 5),
                document="宁法审〔2026〕1号",
            )
        return version

    def reviewed(self, version: CatalogueVersion) -> CatalogueVersion:
        return version_review(version=self.checked(version), user=self.reviewer)

    def published(self, version: CatalogueVersion) -> CatalogueVersion:
        return version_publish(version=self.reviewed(version), user=self.reviewer)

    def colleague(self) -> User:
        return member(Role.CATALOGUE_EDITOR, self.office)


@pytest.fixture
def desk() -> Desk:
    return Desk()
