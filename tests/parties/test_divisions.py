"""The divisions as a tree that access and routing can rely on."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from casework.parties.models import Division, division_prefix
from casework.parties.reference import DATA, load_divisions

with (DATA / "divisions.csv").open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))
BY_CODE = {row["code"]: row for row in ROWS}


def test_codes_are_unique_and_have_six_digits():
    assert len(BY_CODE) == len(ROWS)
    assert all(len(code) == 6 and code.isdigit() for code in BY_CODE)


def test_every_division_lies_in_its_parents_subtree():
    """`visible_to` compares prefixes, routing walks parents: both must mean the same tree."""
    strays = [
        row["code"]
        for row in ROWS
        if row["level"] != "nation" and not row["code"].startswith(division_prefix(BY_CODE[row["parent"]]["code"]))
    ]
    assert strays == []


def test_parents_stand_on_a_higher_level():
    order = {"nation": 0, "province": 1, "city": 2, "county": 3}
    assert all(order[BY_CODE[row["parent"]]["level"]] < order[row["level"]] for row in ROWS if row["level"] != "nation")


def test_the_country_is_whole():
    """34 at province level (constitution and basic laws), 333 prefectures, one nation."""
    levels = Counter(row["level"] for row in ROWS)
    assert (levels["nation"], levels["province"], levels["city"]) == (1, 34, 333)
    assert 2800 < levels["county"] < 2900


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("320102", "江苏省南京市玄武区"),
        ("110105", "北京市朝阳区"),  # a municipality has no prefectures
        ("441900", "广东省东莞市"),  # a prefecture without counties
        ("659001", "新疆维吾尔自治区石河子市"),  # directly below its region
    ],
)
@pytest.mark.django_db
def test_full_names(code: str, name: str):
    load_divisions()
    assert Division.objects.get(pk=code).full_name == name


@pytest.mark.django_db
def test_loading_again_follows_the_file_and_keeps_what_it_dropped(tmp_path: Path):
    load_divisions()
    newer = tmp_path / "divisions.csv"
    newer.write_text("code,name,level,parent\n320102,新名区,county,320100\n", encoding="utf-8")
    load_divisions(newer)
    assert Division.objects.get(pk="320102").name == "新名区"
    assert Division.objects.count() == len(ROWS)
    load_divisions()
    assert Division.objects.get(pk="320102").name == "玄武区"


@pytest.mark.django_db
def test_load_reference_says_what_it_did_and_brings_no_departments():
    out = StringIO()
    call_command("load_reference", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == f"{len(ROWS)} administrative divisions in place"
    assert len(lines) == 6
    assert Division.objects.get(pk="320100").departments.count() == 0
