"""The page of an official letter, measured: GB/T 9704-2012, letter format (信函格式)."""

import io
from itertools import pairwise

import pypdf
import pytest

from casework.documents.pdf import render_letter
from tests.documents.letter_reading import MM_PER_POINT, Mark, lines_of, text_of
from tests.documents.letter_samples import SAMPLES

LEFT, RIGHT, TOP, BOTTOM = 28, 210 - 26, 37, 297 - 35
LINE_PITCH = 225 / 22
LETTERS = sorted(set(SAMPLES) - {"filing_receipt"})
LONG = "查明被投诉人收到货物后未按约定付讫" * 60


def _body(page: dict[float, list[Mark]]) -> dict[float, list[Mark]]:
    return {y: marks for y, marks in page.items() if all(abs(mark.points - 16) < 0.05 for mark in marks) and y < BOTTOM}


@pytest.fixture(scope="module")
def long_letter() -> bytes:
    """A letter whose text runs over four pages."""
    return render_letter("result_letter", 1, {**SAMPLES["result_letter"], "findings": LONG})


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_every_page_is_a4(code: str) -> None:
    for page in pypdf.PdfReader(io.BytesIO(render_letter(code, 1, SAMPLES[code]))).pages:
        assert float(page.mediabox.width) * MM_PER_POINT == pytest.approx(210, abs=0.1)
        assert float(page.mediabox.height) * MM_PER_POINT == pytest.approx(297, abs=0.1)


@pytest.mark.parametrize("code", LETTERS)
def test_text_stays_in_the_type_area_in_16_points(code: str) -> None:
    bodies = [_body(page) for page in lines_of(render_letter(code, 1, SAMPLES[code]))]
    assert all(bodies)
    for body in bodies:
        for y, marks in body.items():
            assert TOP < y < BOTTOM
            assert all(LEFT - 0.1 <= mark.x < RIGHT for mark in marks)


def test_a_full_page_has_22_lines_at_even_distance_and_a_full_line_28_characters(long_letter: bytes) -> None:
    body = _body(lines_of(long_letter)[1])
    assert len(body) == 22
    assert all(lower - upper == pytest.approx(LINE_PITCH, abs=0.12) for upper, lower in pairwise(body))
    full = [marks for marks in body.values() if marks[0].x < LEFT + 1]
    assert full
    assert {len(marks) for marks in full[:-1]} == {28}
    assert full[0][-1].x + 16 * MM_PER_POINT == pytest.approx(RIGHT, abs=0.2)


def test_no_page_has_more_than_22_lines(long_letter: bytes) -> None:
    assert max(len(_body(page)) for page in lines_of(long_letter)) == 22


def test_long_text_flows_on_whole(long_letter: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(long_letter))
    assert len(reader.pages) >= 4
    assert text_of(long_letter).count("讫") == 60


def test_page_numbers_are_outside_and_missing_on_the_first_page(long_letter: bytes) -> None:
    numbers = [_page_number(page) for page in lines_of(long_letter)]
    assert numbers[0] == []
    for number, marks in enumerate(numbers[1:], start=2):
        assert "".join(mark.character for mark in marks) == f"—{number}—"
        assert all(mark.points == pytest.approx(14, abs=0.05) for mark in marks)
        # Odd pages right, even pages left, one character (4号, 14 pt = 4.9 mm) from the edge of the type area.
        edge = marks[0].x - LEFT if number % 2 == 0 else RIGHT - marks[-1].x - 14 * MM_PER_POINT
        assert edge == pytest.approx(14 * MM_PER_POINT, abs=0.7)  # a dash is narrower than 14 pt in some faces
        assert marks[0].y > BOTTOM + 7


def _page_number(page: dict[float, list[Mark]]) -> list[Mark]:
    return [mark for y, marks in page.items() if y > BOTTOM and abs(marks[0].points - 14) < 0.05 for mark in marks]


@pytest.mark.parametrize("code", LETTERS)
def test_title_is_22_points_and_centred_below_the_number(code: str) -> None:
    first = lines_of(render_letter(code, 1, SAMPLES[code]))[0]
    title_y = next(y for y, marks in first.items() if marks[0].points == pytest.approx(22, abs=0.05))
    title = first[title_y]
    middle = (title[0].x + title[-1].x + 22 * MM_PER_POINT) / 2
    assert middle == pytest.approx((LEFT + RIGHT) / 2, abs=0.5)
    number_y = next(y for y, marks in first.items() if "〔" in {mark.character for mark in marks})
    # Two empty lines between them: the baselines are three lines apart.
    assert title_y - number_y == pytest.approx(3 * LINE_PITCH, abs=1.5)
    number = first[number_y]
    assert number[-1].x + 16 * MM_PER_POINT == pytest.approx(RIGHT, abs=0.5)


def test_the_name_stays_on_one_line_whatever_its_length() -> None:
    name = "新疆维吾尔自治区伊犁哈萨克自治州中小企业发展促进工作领导小组办公室"
    first = lines_of(render_letter("acceptance_notice", 1, {**SAMPLES["acceptance_notice"], "department": name}))[0]
    y, marks = next(iter(first.items()))
    assert "".join(mark.character for mark in marks) == name
    assert marks[0].x >= LEFT - 0.1
    assert marks[-1].x + marks[-1].points * MM_PER_POINT <= RIGHT + 0.1
    assert 30 < y < 45


def test_development_data_is_marked_on_every_page_and_real_data_is_not(long_letter: bytes) -> None:
    notice = str(SAMPLES["result_letter"]["development_notice"])
    for page in pypdf.PdfReader(io.BytesIO(long_letter)).pages:
        assert notice in page.extract_text()
    real = {**SAMPLES["result_letter"], "development_notice": ""}
    assert notice not in text_of(render_letter("result_letter", 1, real))
