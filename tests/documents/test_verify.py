"""The public page that proves a letter genuine: its head and digest, nothing else, and no guessing."""

from __future__ import annotations

import hashlib
import re

import pytest
from django.core.cache import cache
from django.test import Client

from casework.cases.actors import Actor
from casework.cases.outbox import relay_lane
from casework.documents import correspondence
from casework.documents.models import Letter
from casework.documents.verify import ALPHABET, CODE_LENGTH, clean_code, new_code
from complaints.measures.departments import department_measure_issue
from complaints.models import ArrearsComplaint
from tests.complaints.test_department_measures import make_late, order
from tests.factories import House

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def case() -> ArrearsComplaint:
    return House().accepted()


@pytest.fixture
def letter(case: ArrearsComplaint) -> Letter:
    """A rendered letter."""
    relay_lane("letters")
    return Letter.objects.get(case=case)


def page(client: Client, letter: Letter, **query: str) -> str:
    answer = client.get(f"/verify/{letter.verify_code}/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_the_head_and_the_digest_of_the_file_and_nothing_of_the_case(
    client: Client, letter: Letter, case: ArrearsComplaint
) -> None:
    text = page(client, letter)
    with letter.file.open("rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    for shown in (letter.number, letter.title, letter.department.name, digest):
        assert shown in text
    hidden = (
        case.reference, case.complainant_name, case.respondent_name, case.contract_title, "80000", "80,000", "张三",
    )  # fmt: skip
    assert [word for word in hidden if word in text] == []


def test_a_digest_is_compared_whatever_its_case(client: Client, letter: Letter) -> None:
    same, other = "unchanged", "not this letter"
    browser = Client(headers={"accept-language": "en"})
    verdict = r'id="verdict".*?</p>'

    def said(digest: str) -> str:
        found = re.search(verdict, page(browser, letter, sha256=digest), re.DOTALL)
        assert found
        return found[0]

    assert same in said(f" {letter.sha256.upper()} ")
    assert other in said("0" * 64)
    assert same not in said("abc")
    assert other not in said("abc")


def test_a_replaced_letter_says_so(client: Client, letter: Letter, case: ArrearsComplaint) -> None:
    house_clerk = case.receiving_department.memberships.filter(role="receiving_clerk").get().user
    fresh = correspondence.letter_issue_again(case=case, actor=Actor.person(house_clerk), letter=letter.pk, reason="x")
    assert fresh.number in page(client, letter)
    assert letter.number not in page(client, fresh)


def test_unknown_codes_are_not_found_and_ten_of_them_close_the_page(client: Client, letter: Letter) -> None:
    for _try in range(10):
        assert client.get(f"/verify/{new_code()}/").status_code == 404
    closed = client.get(f"/verify/{letter.verify_code}/")
    assert closed.status_code == 429
    assert letter.number not in closed.content.decode()


def test_number_and_id_open_nothing(client: Client, letter: Letter) -> None:
    assert client.get(f"/verify/{letter.pk}/").status_code == 404
    assert client.get(f"/verify/{letter.number}/").status_code == 404


def test_the_code_is_taken_as_people_type_it(client: Client, letter: Letter) -> None:
    code = letter.verify_code
    assert code is not None
    typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]} "
    assert clean_code(typed) == code
    answer = client.get("/verify/", {"code": typed})
    assert answer.headers["Location"] == f"/verify/{code}/"


def test_codes_are_long_random_and_readable() -> None:
    codes = {new_code() for _each in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {CODE_LENGTH}
    assert len(ALPHABET) ** CODE_LENGTH > 2**58
    assert not set("01ILO") & set(ALPHABET)


def test_the_code_stands_on_the_letter(letter: Letter) -> None:
    assert str(letter.variables["verify_url"]).endswith(f"/verify/{letter.verify_code}/")


def test_a_letter_that_belongs_to_no_case_is_proved_too(client: Client) -> None:
    house = House()
    measure = department_measure_issue(
        actor=Actor.person(house.supervisor),
        department=house.handling,
        complaints=[make_late(house.in_handling()).pk],
        order=order(),
    )
    assert measure.letter is not None
    text = page(client, measure.letter)
    assert measure.letter.number in text
    assert house.handling.name not in text
