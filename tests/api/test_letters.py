"""The API that proves a letter genuine: the head of the letter, whether it stands, and nothing of its case."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.cache import cache

from casework.cases.actors import Actor
from casework.cases.outbox import relay_lane
from casework.documents import correspondence
from casework.documents.models import Letter
from casework.documents.verify import new_code
from tests.api.conftest import Caller, faults
from tests.factories import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(house: House) -> Letter:
    """A rendered letter."""
    case = house.accepted()
    relay_lane("letters")
    return Letter.objects.get(case=case)


def ask(caller: Caller, code: str | None, **query: str) -> Any:
    return caller(None).get(f"/api/v1/letters/verify/{code}/", query)


def test_the_answer_is_the_head_and_the_digest_and_nothing_else(caller: Caller, letter: Letter) -> None:
    with letter.file.open("rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    answer = ask(caller, letter.verify_code)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json() == {
        "title": "投诉受理通知书",
        "number": letter.number,
        "department": letter.department.name,
        "issued_on": letter.issued_on.isoformat(),
        "sha256": digest,
        "replaced_by": "",
        "unchanged": None,
    }


def test_a_digest_is_compared(caller: Caller, letter: Letter) -> None:
    assert ask(caller, letter.verify_code, sha256=letter.sha256.upper()).json()["unchanged"] is True
    assert ask(caller, letter.verify_code, sha256="0" * 64).json()["unchanged"] is False
    assert set(faults(ask(caller, letter.verify_code, sha256="abc"))) == {"sha256"}
    assert set(faults(ask(caller, letter.verify_code, digest="abc"))) == {"digest"}


def test_a_letter_without_its_file_is_compared_with_nothing(caller: Caller, house: House) -> None:
    case = house.accepted()
    answer = ask(caller, Letter.objects.get(case=case).verify_code, sha256="0" * 64).json()
    assert (answer["sha256"], answer["unchanged"]) == ("", None)


def test_a_replaced_letter_names_its_successor(caller: Caller, letter: Letter, house: House) -> None:
    assert letter.case is not None
    fresh = correspondence.letter_issue_again(
        case=letter.case.arrearscomplaint, actor=Actor.person(house.clerk), letter=letter.pk, reason="更正"
    )
    assert ask(caller, letter.verify_code).json()["replaced_by"] == fresh.number
    assert ask(caller, fresh.verify_code).json()["replaced_by"] == ""


def test_the_code_is_taken_as_people_type_it_and_guesses_find_nothing(
    caller: Caller, letter: Letter, settings: Any
) -> None:
    code = str(letter.verify_code)
    assert ask(caller, f"{code[:4].lower()}-{code[4:8]} {code[8:]}").json()["number"] == letter.number
    for guess in (new_code(), str(letter.pk), code[:-1], f"{code}2"):
        refused = ask(caller, guess)
        assert refused.status_code == 404
        assert faults(refused) == {}
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "verify": "1/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    cache.clear()
    assert [ask(caller, new_code()).status_code for _try in range(2)] == [404, 429]
    cache.clear()
