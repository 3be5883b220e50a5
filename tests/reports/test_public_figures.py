"""Public figures: hidden so that nothing can be computed, counted as a slow reader of the same rows would count."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from itertools import product
from statistics import median

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from casework.cases.actors import Actor
from casework.cases.models import Case
from casework.clocks.models import Deadline
from casework.reports.public.figures import count_figures
from casework.reports.public.suppression import LEAST, hide, may_show_sum
from complaints import services
from tests.factories import House, credit_code, file_complaint


def feasible(parts: tuple[int | None, ...], total: int) -> list[set[int]]:
    """The slow oracle: everything that a reader can still think of each hidden part, who knows that none is 0."""
    places = [place for place, part in enumerate(parts) if part is None]
    rest = total - sum(part for part in parts if part is not None)
    found: list[set[int]] = [set() for _place in places]
    for values in product(range(1, rest + 1), repeat=len(places)):
        if sum(values) == rest:
            for place, value in enumerate(values):
                found[place].add(value)
    return found


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_nobody_can_tell_that_a_hidden_part_is_small(counts: list[int]) -> None:
    shown = hide(counts)
    if shown.withheld:
        assert shown.parts == (None,) * len(counts)
        return
    assert shown.total == sum(counts)
    for part, count in zip(shown.parts, counts, strict=True):
        assert part is None or (part == count and (count == 0 or count >= LEAST))
    if None in shown.parts:
        for values in feasible(shown.parts, sum(counts)):
            assert len(values) > 1
            assert max(values) >= LEAST


@given(st.lists(st.integers(0, 9).filter(lambda count: count == 0 or count >= LEAST), max_size=8))
def test_nothing_is_hidden_without_need(counts: list[int]) -> None:
    assert hide(counts).parts == tuple(counts)


@pytest.mark.parametrize(
    ("counts", "parts"),
    [
        ((10, 3, 7), (10, None, None)),
        ((10, 0, 3, 6, 5), (10, 0, None, 6, None)),
        ((4, 4, 20), (None, None, 20)),
        ((1, 1, 20), (None, None, None)),
    ],
)
def test_the_smallest_of_the_others_is_hidden_with_it(counts: tuple[int, ...], parts: tuple[int | None, ...]) -> None:
    assert hide(counts).parts == parts


def test_one_firm_that_makes_most_of_a_sum_hides_it() -> None:
    assert may_show_sum([10, 10, 10, 10, 10])
    assert not may_show_sum([10, 10, 10, 10])
    assert not may_show_sum([100, 10, 10, 10, 10])


@pytest.fixture
def house(db: None) -> House:
    """Twelve complaints: six accepted, five of them transferred; six still under review."""
    cache.clear()
    house = House()
    for number in range(12):
        filed = file_complaint(complainant_code=credit_code(880_000 + number), amount="10000")
        if number < 6:
            services.complaint_accept(complaint=filed.complaint, actor=Actor.person(house.clerk))
    return house


def slow(kind: str, year: int) -> dict[str, int]:
    """Row by row in Python, without the definitions' conditions."""
    found = dict.fromkeys(("review", "refused", "dropped", "working", "ended"), 0)
    for case in Case.objects.filter(kind=kind):
        if case.submitted_on is None or case.submitted_on.year != year:
            continue
        if case.accepted_on is None:
            key = "review" if case.ended_on is None else "refused" if case.state == "refused" else "dropped"
        else:
            key = "working" if case.ended_on is None else "ended"
        found[key] += 1
    return found


@pytest.mark.usefixtures("house")
def test_the_figures_are_those_of_a_slow_count() -> None:
    year = timezone.localdate().year
    found = count_figures("arrears", year)
    assert found.parts == hide(list(slow("arrears", year).values()))
    assert found.parts.parts == (6, 0, 0, 6, 0)
    assert found.by_month.total == found.by_place.total == 12
    assert found.by_month.parts[timezone.localdate().month - 1] == 12
    assert found.claimed == 120_000
    done = Deadline.objects.filter(code="arrears.review", status__in=("met", "met_late"))
    days = [(row.ended_on - row.started_on).days for row in done if row.ended_on]
    stage = next(stage for stage in found.stages if stage.code == "arrears.review")
    assert (stage.days, stage.in_time.parts) == (median(days), (6, 0))


@pytest.mark.usefixtures("house")
def test_a_late_clock_counts_as_late_from_the_day_after() -> None:
    today = timezone.localdate()
    late = list(Deadline.objects.filter(code="arrears.review", status="running").values_list("pk", flat=True))[:5]
    gone = today - timedelta(days=40)
    Deadline.objects.filter(pk__in=late).update(started_on=gone, raw_due=today, due=today)
    stage = {stage.code: stage for stage in count_figures("arrears", today.year).stages}["arrears.review"]
    assert stage.in_time.parts == (6, 0)
    yesterday = today - timedelta(days=1)
    Deadline.objects.filter(pk__in=late).update(raw_due=yesterday, due=yesterday)
    stage = {stage.code: stage for stage in count_figures("arrears", today.year).stages}["arrears.review"]
    assert stage.in_time.parts == (6, 5)


@pytest.mark.usefixtures("house")
def test_everybody_sees_the_same_figures_for_an_hour(client: Client) -> None:
    before = client.get("/statistics/figures.json").json()
    file_complaint(complainant_code=credit_code(880_100))
    after = client.get("/statistics/figures.json").json()
    assert (before["as_of"], before["figures"]) == (after["as_of"], after["figures"])


@pytest.mark.usefixtures("house")
def test_page_and_files_say_the_same_and_name_nobody(client: Client) -> None:
    page = client.get("/statistics/").content.decode()
    table = client.get("/statistics/figures.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    data = client.get("/statistics/figures.json").json()
    assert [(row[0], row[1], row[2]) for row in rows[1:]] == [
        (figure["table"], figure["row"], figure["value"] or "") for figure in data["figures"]
    ]
    for case in Case.objects.all():
        for text in (page, table, str(data)):
            assert case.complainant_name not in text
            assert case.respondent_name not in text
            assert case.reference not in text


@pytest.mark.django_db
def test_an_empty_year_and_a_nonsense_address(client: Client) -> None:
    cache.clear()
    answer = client.get("/statistics/?kind=fee_report&year=banana")
    assert answer.status_code == 200
    assert "<table" not in answer.content.decode()


@pytest.mark.django_db
def test_few_cases_are_not_shown_at_all(client: Client) -> None:
    cache.clear()
    House()
    file_complaint(complainant_code=credit_code(880_200))
    text = client.get("/statistics/").content.decode()
    assert "<table" not in text
    assert client.get("/statistics/figures.json").json()["figures"][0]["value"] is None
