"""Every letter beside the figures of GB/T 9704-2012: paper, type area, type, lines, rules, numbers, places.

The figures are the standard's; docs/decisions/letters.md lists them by clause. Letters are rendered as they go out,
with the code that proves them.
"""

from __future__ import annotations

import io
import re
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import pypdf
import pypdfium2
import pytest

from casework.documents.fonts import STACKS
from casework.documents.pdf import render_letter
from tests.documents.letter_reading import MM_PER_POINT, Mark, drawings_of, lines_of, red_bars
from tests.documents.letter_samples import SAMPLES

LETTERS = sorted(set(SAMPLES) - {"filing_receipt"})
URL = "https://tousu.example.gov.cn/verify/7K3QF9M2XABC/"

# 5.1, 5.2.1: paper, 天头, 订口 and 版心 in mm, each margin to 1 mm.
PAPER = (210, 297)
HEAD, BINDING, TYPE_AREA = 37, 28, (156, 225)
LEFT, RIGHT, TOP, BOTTOM = BINDING, BINDING + TYPE_AREA[0], HEAD, HEAD + TYPE_AREA[1]
# 5.2.2, 7.3.1, 7.5: 三号, 二号 and 四号 in points.
BODY, TITLE, SMALL = 16, 22, 14
# 5.2.3: lines on a page and characters in a line, which together fill the type area.
LINES, CHARACTERS = 22, 28
PITCH, CELL = TYPE_AREA[1] / LINES, TYPE_AREA[0] / CHARACTERS
# 10.1: 信函格式. Upper edge of the name, its distance to the rule, foot of the lower rule, length of both rules, in mm.
NAME_TOP, NAME_TO_RULE, FOOT, RULE = 30, 4, 20, 170


@dataclass(frozen=True)
class Page:
    """One page, measured: lines by height of the baseline, drawings and red bars in mm from the left and upper edge."""

    lines: dict[float, list[Mark]]
    drawings: set[tuple[float, float, float, float]]
    bars: list[tuple[float, float]]

    def body(self) -> dict[float, list[Mark]]:
        """The lines of 三号 type in the type area, without the document number."""
        return {
            y: marks
            for y, marks in self.lines.items()
            if all(mark.points == pytest.approx(BODY, abs=0.05) for mark in marks) and "〔" not in text(marks)[:12]
        }


def text(marks: list[Mark]) -> str:
    """The characters of a line."""
    return "".join(mark.character for mark in marks)


@cache
def measured(code: str) -> list[Page]:
    """The pages of a letter as it goes out."""
    content = render_letter(code, 1, {**SAMPLES[code], "verify_url": URL})
    with closing(pypdfium2.PdfDocument(content)) as document:
        # Beside the name and the text, where nothing but the rules is red.
        return [
            Page(lines, drawings_of(page), red_bars(page, 23))
            for lines, page in zip(lines_of(content), document, strict=True)
        ]


def number_line(page: Page) -> float:
    """Height of the document number."""
    return next(y for y, marks in page.lines.items() if "〔" in text(marks))


@pytest.mark.parametrize("code", LETTERS)
def test_paper_margins_and_type_area(code: str) -> None:
    content = render_letter(code, 1, SAMPLES[code])
    for box in (page.mediabox for page in pypdf.PdfReader(io.BytesIO(content)).pages):
        assert [float(side) * MM_PER_POINT for side in (box.width, box.height)] == pytest.approx(PAPER, abs=0.1)
    for page in measured(code):
        for y, marks in page.body().items():
            assert y - BODY * MM_PER_POINT * 0.9 > TOP, "the upper edge of the type"
            assert y < BOTTOM, "the lower edge of the type"
            assert marks[0].x >= LEFT - 0.1
            # A full-width mark of punctuation at the end of a line keeps its cell.
            assert marks[-1].x + CELL <= RIGHT + 0.2 or not _is_full_width(marks[-1])
    first_lines = [next(iter(page.body())) for page in measured(code)[1:]]
    assert all(TOP < y < TOP + PITCH for y in first_lines), "a further page begins with its first line"


@pytest.mark.parametrize("code", LETTERS)
def test_lines_stand_on_a_grid_of_22_and_characters_in_cells_of_28(code: str) -> None:
    for page in measured(code):
        heights = list(page.body())
        assert len(heights) <= LINES
        # The first page's grid begins below the head; it's the same grid, because the head takes whole lines.
        baseline = TOP + PITCH / 2 + 0.44 * BODY * MM_PER_POINT
        for y in heights:
            lines_down = (y - baseline) / PITCH
            assert lines_down == pytest.approx(round(lines_down), abs=0.06), (y, text(page.body()[y]))
        for marks in page.body().values():
            assert len([mark for mark in marks if _is_full_width(mark)]) <= CHARACTERS
            steps = [b.x - a.x for a, b in pairwise(marks) if _is_full_width(a) and _is_full_width(b)]
            assert steps == pytest.approx([CELL] * len(steps), abs=0.05)


def _is_full_width(mark: Mark) -> bool:
    return "\u4e00" <= mark.character <= "\u9fff" or mark.character in "，。；：（）《》、〔〕"


@pytest.mark.parametrize("code", LETTERS)
def test_type_sizes_and_faces(code: str) -> None:
    first = measured(code)[0]
    sizes = {mark.points for page in measured(code) for marks in page.lines.values() for mark in marks}
    # Besides 三号, 二号 and 四号: the name (free, 7.2.4), the words beside the QR code, the note on made-up data, and
    # 五号 in the table of an enclosure.
    name = next(iter(first.lines.values()))[0].points
    for size in sizes:
        assert any(size == pytest.approx(known, abs=0.05) for known in (BODY, TITLE, SMALL, name, 8, 9, 10.5)), size
    for y, marks in first.body().items():
        assert {face(mark) for mark in marks} <= {"Song", "Hei"}, (y, text(marks))
    title = next(marks for marks in first.lines.values() if marks[0].points == pytest.approx(TITLE, abs=0.05))
    assert {face(mark) for mark in title} == {"Title"}


def face(mark: Mark) -> str:
    """The free face that stands in where the official one isn't installed."""
    return mark.font.rpartition("-")[2]


def test_official_faces_come_first_where_they_are_installed() -> None:
    assert STACKS["body"][0].startswith("FangSong")
    assert STACKS["title"][0].startswith("FZXiaoBiaoSong")
    assert STACKS["heading"][0] == "SimHei"
    assert STACKS["song"][0] == "SimSun"


@pytest.mark.parametrize("code", LETTERS)
def test_head_in_letter_format(code: str) -> None:
    first = measured(code)[0]
    name_y, name = next(iter(first.lines.items()))
    assert text(name) == SAMPLES[code]["department"]
    assert (name[0].x + name[-1].x + name[-1].points * MM_PER_POINT) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=0.5)
    rules = sorted(box for box in first.drawings if box[2] - box[0] > RULE - 1)
    assert len(rules) == 2
    upper, lower = rules
    for left, _upper, right, _lower in rules:
        assert (left, right) == pytest.approx((20, 190), abs=0.1)
    # The name fills its box of type from 30 mm down; the rule stands 4 mm below that box.
    name_foot = NAME_TOP + name[0].points * MM_PER_POINT
    assert NAME_TOP < name_y < name_foot
    assert upper[1] == pytest.approx(name_foot + NAME_TO_RULE, abs=0.1)
    assert PAPER[1] - lower[3] == pytest.approx(FOOT, abs=0.1)
    thick_above, thin_below, thin_above, thick_below = (end - start for start, end in first.bars)
    assert thick_above > 2 * thin_below
    assert thick_below > 2 * thin_above


@pytest.mark.parametrize("code", LETTERS)
def test_only_the_first_page_has_red_rules(code: str) -> None:
    assert [len(page.bars) for page in measured(code)] == [4] + [0] * (len(measured(code)) - 1)


@pytest.mark.parametrize("code", LETTERS)
def test_number_title_and_addressee(code: str) -> None:
    first = measured(code)[0]
    rule_foot = min(lower for _l, _u, _r, lower in first.drawings if lower < 60)
    number_y = number_line(first)
    number = first.lines[number_y]
    assert number[-1].x + BODY * MM_PER_POINT == pytest.approx(RIGHT, abs=0.5)
    # Seven eighths of a character of 三号 between the rule and the number; where a face's em box stands in its line
    # is the face's own affair, within 0.4 mm.
    number_top = number_y - 0.88 * BODY * MM_PER_POINT
    assert number_top - rule_foot == pytest.approx(BODY * MM_PER_POINT * 7 / 8, abs=0.4)
    # 六角括号, no leading zero, no 第.
    assert re.fullmatch(r"[\u4e00-\u9fff]+〔\d{4}〕[1-9]\d*号", text(number))
    assert "第" not in text(number)
    title_y = next(y for y, marks in first.lines.items() if marks[0].points == pytest.approx(TITLE, abs=0.05))
    assert title_y - number_y == pytest.approx(3 * PITCH, abs=1.5), "two empty lines"
    addressee_y, addressee = next((y, marks) for y, marks in first.lines.items() if y > title_y + 1)
    assert addressee_y - title_y == pytest.approx(2 * PITCH, abs=1.0), "one empty line"
    assert addressee[0].x == pytest.approx(LEFT, abs=0.1)
    assert addressee[-1].character == "："
    paragraph = next(marks for y, marks in first.lines.items() if y > addressee_y + 1)
    assert paragraph[0].x == pytest.approx(LEFT + 2 * CELL, abs=0.3), "two characters in"


@pytest.mark.parametrize("code", LETTERS)
def test_name_over_the_date_and_four_characters_in(code: str) -> None:
    pages = measured(code)
    body = [(y, marks) for page in pages for y, marks in page.body().items()]
    seal = max(place for place, (_y, marks) in enumerate(body) if text(marks) == "（印章）")
    (_name_y, name), (_seal_y, _seal), (_day_y, day) = body[seal - 1 : seal + 2]
    assert text(name) == SAMPLES[code]["department"]
    assert re.fullmatch(r"\d{4}年[1-9]\d?月[1-9]\d?日", text(day))
    middles = [(marks[0].x + marks[-1].x + CELL) / 2 for marks in (name, day)]
    assert middles[0] == pytest.approx(middles[1], abs=0.5)
    widest = max(marks[-1].x + CELL for marks in (name, day))
    assert RIGHT - widest == pytest.approx(4 * CELL, abs=0.5)


@pytest.mark.parametrize("code", LETTERS)
def test_page_numbers(code: str) -> None:
    for place, page in enumerate(measured(code), start=1):
        found = {y: marks for y, marks in page.lines.items() if "—" in text(marks) and y > BOTTOM}
        if place == 1:
            assert not found
            continue
        ((y, marks),) = found.items()
        assert text(marks) == f"—{place}—"
        assert {round(mark.points) for mark in marks} == {SMALL}
        # "— 1 —": a gap of half a character or so on either side of the figure.
        dash = marks[1].x - marks[0].x
        assert SMALL * MM_PER_POINT < dash < 1.6 * SMALL * MM_PER_POINT
        # The dash stands in the middle of its line of type, whose upper edge is 7 mm below the type area.
        assert y - 0.88 * SMALL * MM_PER_POINT - BOTTOM == pytest.approx(7, abs=0.5)
        edge = marks[0].x - LEFT if place % 2 == 0 else RIGHT - marks[-1].x - SMALL * MM_PER_POINT
        assert edge == pytest.approx(SMALL * MM_PER_POINT, abs=0.7), "one character in, outer side"


@pytest.mark.parametrize("code", [code for code in LETTERS if SAMPLES[code].get("copy_to")])
def test_copies_stand_at_the_foot_of_the_last_page_in_small_type(code: str) -> None:
    last = measured(code)[-1]
    y, marks = [(y, marks) for y, marks in last.lines.items() if text(marks).startswith("抄送：")][-1]
    assert {round(mark.points) for mark in marks} == {SMALL}
    assert marks[0].x == pytest.approx(LEFT + SMALL * MM_PER_POINT, abs=0.1)
    assert text(marks)[-1] in "。，" or marks[-1].x > RIGHT - 3 * SMALL * MM_PER_POINT
    below = [other for other in last.lines if y < other < BOTTOM]
    assert all(text(last.lines[other]) for other in below)
    assert max([y, *below]) > BOTTOM - PITCH


@pytest.mark.parametrize("code", LETTERS)
def test_the_code_stands_below_the_type_area_and_clear_of_the_rule(code: str) -> None:
    first = measured(code)[0]
    squares = [box for box in first.drawings if box[2] - box[0] < 50]
    (qr,) = squares
    rule = max(box[1] for box in first.drawings if box[2] - box[0] > RULE - 1)
    # Four modules of some 33 stay white around it.
    white = 4 * (qr[2] - qr[0]) / 33
    assert qr[1] > BOTTOM
    assert rule - qr[3] > white - 0.3
    assert qr[2] - qr[0] == pytest.approx(11, abs=0.8)
    words = ["".join(text(marks)) for y, marks in first.lines.items() if BOTTOM < y < rule]
    assert words == ["扫码核验本件真伪，核验码：7K3QF9M2XABC", URL]
    for page in measured(code)[1:]:
        assert not [box for box in page.drawings if box[3] > BOTTOM]
