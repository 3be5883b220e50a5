"""What is worth a look, against a slow reading of the same rules over cases made at random."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.cases.actors import Actor
from casework.cases.indicators.finding import Found, find_indicators
from casework.cases.indicators.models import IndicatorRule, Sign
from casework.cases.models import Case
from casework.documents.models import Attachment
from casework.parties.models import Role
from complaints.models import ArrearsComplaint
from fees.report.models import FeeReport
from tests.factories import House, credit_code, department, file_complaint, member
from tests.fees.house import FeeHouse

pytestmark = pytest.mark.django_db
LONG = "货物已经在约定的时间全部交付并由对方验收合格，对方一直以资金紧张为由没有支付余下的款项，多次催要无果。"
# The same for filing and for the eye; how they are written differs.
PHONES = ("13800000001", "+86 138-0000-0001", "025-83000001", "02583000001", "13800000002")
MAILS = ("", "One@example.com", "one@example.com", "two@example.com")
PLACES = ("", "南京市示例路1号", "南京市 示例路1号", "苏州市样板路2号")
TEXTS = (LONG, LONG.replace("，", "， "), LONG + "第二次。", "太短。", "太短。")


def _attach(case: Case, digest: str, **changes: Any) -> None:
    Attachment.objects.create(
        case_id=case.pk, file="x", name="x", content_type="application/pdf", size=1, sha256=digest, **changes
    )


def _numbers(case: Case) -> dict[str, tuple[int, set[int]]]:
    return {row.rule.code: (row.number, set(row.others)) for row in find_indicators(case)}


class Oracle:
    """The rules once more, reading every case in Python."""

    def __init__(self) -> None:
        self.rules = {rule.code: rule for rule in IndicatorRule.objects.all()}
        self.cases: list[Any] = [*ArrearsComplaint.objects.all(), *FeeReport.objects.filter(is_anonymous=False)]
        self.files = {case.pk: self._files(case) for case in self.cases}

    def _files(self, case: Any) -> set[str]:
        return {row.sha256 for row in case.attachments.all() if row.by_complainant}

    def read(self, case: Any) -> dict[str, tuple[int, set[int]]]:
        found = {
            "same_pair": self._pair(case),
            "shared_contact": self._filers(case, "shared_contact", self._same_contact),
            "same_file": self._filers(case, "same_file", lambda a, b: bool(self.files[a.pk] & self.files[b.pk])),
            "same_text": self._filers(case, "same_text", self._same_text),
        }
        told = {code: row for code, row in found.items() if row[0] >= self.rules[code].threshold}
        if not self.files[case.pk]:
            told["no_transaction"] = (0, set())
        return told

    def _pair(self, case: Any) -> tuple[int, set[int]]:
        others = {
            other.pk
            for other in self._near(case, "same_pair")
            if other.kind == case.kind and self._respondent(other) == self._respondent(case)
            if (case.complainant_code and other.complainant_code == case.complainant_code)
            or self._phone(other) == self._phone(case)
            or (case.contact_email and other.contact_email.lower() == case.contact_email.lower())
        }
        return len(others) + 1, others

    def _filers(self, case: Any, code: str, alike: Any) -> tuple[int, set[int]]:
        rows = [row for row in self._near(case, code) if self._filer(row) != self._filer(case) and alike(case, row)]
        return len({self._filer(row) for row in rows}) + 1, {row.pk for row in rows}

    def _near(self, case: Any, code: str) -> list[Any]:
        days = self.rules[code].within_days
        rows = [row for row in self.cases if row.pk != case.pk]
        return [row for row in rows if days is None or abs((row.submitted_on - case.submitted_on).days) <= days]

    def _same_contact(self, one: Any, other: Any) -> bool:
        places = [self._bare(getattr(case, "contact_address", "")) for case in (one, other)]
        return (
            self._phone(one) == self._phone(other)
            or bool(one.contact_email and one.contact_email.lower() == other.contact_email.lower())
            or bool(places[0] and places[0] == places[1])
        )

    def _same_text(self, one: Any, other: Any) -> bool:
        return (
            one.kind == other.kind
            and len(self._bare(one.facts)) >= 40
            and self._bare(one.facts) == self._bare(other.facts)
        )

    def _filer(self, case: Any) -> str:
        return str(case.complainant_code or case.complainant_name)

    def _respondent(self, case: Any) -> str:
        return str(case.respondent_code or f"name {case.respondent_name}")

    def _phone(self, case: Any) -> str:
        return re.sub(r"\D", "", case.contact_phone)[-10:]

    def _bare(self, text: str) -> str:
        return re.sub(r"\s", "", text)


def _random_cases(chance: random.Random, codes: list[str], debtors: list[str]) -> None:
    fees = FeeHouse()
    house = House()
    for number in range(60):
        who = {
            "complainant_code": chance.choice(codes),
            "contact_phone": chance.choice(PHONES),
            "contact_email": chance.choice(MAILS),
            "facts": chance.choice(TEXTS),
            "respondent_code": chance.choice([*debtors, ""]),
        }
        if number % 3:
            case: Any = house.submitted(contact_address=chance.choice(PLACES), **who)
        else:
            case = fees.registered(**who)
        for digest in chance.sample(["a" * 64, "b" * 64, "c" * 64], chance.choice([0, 0, 1, 2])):
            _attach(case, digest, by_complainant=chance.random() < 0.8)
        days = timedelta(days=chance.randrange(0, 420))
        Case.objects.filter(pk=case.pk).update(submitted_on=case.submitted_on - days)


@pytest.mark.parametrize("seed", range(3))
def test_it_finds_what_a_slow_reading_finds(seed: int) -> None:
    chance = random.Random(seed)
    _random_cases(chance, [credit_code() for _ in range(6)], [credit_code() for _ in range(2)])
    oracle = Oracle()
    seen: set[str] = set()
    for case in oracle.cases:
        found = _numbers(case)
        assert found == oracle.read(case)
        seen |= found.keys()
    assert seen == set(Sign.values)


def test_the_number_of_queries_does_not_grow() -> None:
    house = House()
    case = house.submitted(facts=LONG)
    _attach(case, "a" * 64)
    for _number in range(30):
        _attach(house.submitted(facts=LONG, respondent_code=case.respondent_code), "a" * 64)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = find_indicators(case)
    assert {row.rule.code for row in found} == {"shared_contact", "same_file", "same_text", "same_pair"}
    # Rules, own files, and one for each sign that compares.
    assert len(asked) == 6


def test_an_anonymous_report_is_like_nobody() -> None:
    house = FeeHouse()
    named = [house.registered(facts=LONG, complainant_code=credit_code()) for _ in range(3)]
    hidden = house.registered(facts=LONG, is_anonymous=True)
    for case in (*named, hidden):
        _attach(case, "a" * 64)
    assert _numbers(hidden) == {}
    assert hidden.pk not in {pk for case in named for _number, others in _numbers(case).values() for pk in others}


def test_a_text_that_many_write_by_chance_is_no_sign() -> None:
    house = House()
    first = house.submitted(facts="对方欠款不还。")
    house.submitted(facts="对方欠款不还。")
    assert Sign.SAME_TEXT not in _numbers(first)


def test_filing_is_never_refused_by_it() -> None:
    department("320000", receiving=True)
    code, debtor = credit_code(), credit_code()
    for number in range(6):
        filed = file_complaint(complainant_code=code, respondent_code=debtor, contract_title=f"合同{number}")
        assert filed.complaint.state == "submitted"
    assert _numbers(filed.complaint)[Sign.SAME_PAIR][0] == 6
    clerk = member(Role.RECEIVING_CLERK, filed.complaint.receiving_department)
    assert Actor.person(clerk).user == clerk
    due = {case.next_due for case in ArrearsComplaint.objects.all()}
    assert len(due) == 1


def test_a_capped_number_says_so() -> None:
    rule = IndicatorRule.objects.first()
    assert rule is not None
    assert not Found(rule, 3, [1, 2]).is_capped
    assert Found(rule, 501, list(range(500))).is_capped
