"""The tests' table of deeds knows every move of the flow and every registered act: nothing new escapes the tests."""

from complaints.admin.actions import DESK
from complaints.api.side_acts import SIDE_ACTS
from complaints.flow import ACTIONS
from tests.complaints.deeds import ACTS, DEEDS, MOVES

# Staff may answer for a payment too, as the complainant told them; inputs are corrected on pages of their own.
# A credit record that a case leads to is a case of its own, with tests of its own.
ELSEWHERE = {"answer_payment", "propose_record"}
WITHOUT_API = {"propose_record"}
PAGES_OF_THEIR_OWN = {"assess_payment", "assess_size"}


def test_every_move_is_known() -> None:
    assert set(MOVES) == set(ACTIONS) - {"submit"}


def test_every_act_of_the_admin_is_known() -> None:
    assert set(ACTS) == set(DESK.acts) - ELSEWHERE | PAGES_OF_THEIR_OWN


def test_every_act_of_the_admin_is_in_the_api_under_the_same_name() -> None:
    assert set(SIDE_ACTS) == set(DESK.acts) - WITHOUT_API | PAGES_OF_THEIR_OWN


def test_no_deed_has_two_meanings() -> None:
    assert len(DEEDS) == len(MOVES) + len(ACTS) + len(DEEDS.keys() - MOVES.keys() - ACTS.keys())
