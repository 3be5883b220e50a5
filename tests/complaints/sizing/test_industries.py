"""Which industry a name or a code means."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.sizing.industries import IndustryAmbiguous, IndustryUnknown, find_industry
from complaints.sizing.standards import standard_on
from tests.complaints.sizing.table import CHINESE

STANDARD = standard_on(date(2025, 6, 2))


def slug(text: str) -> str:
    return find_industry(STANDARD, text).slug


@pytest.mark.parametrize("industry", CHINESE)
def test_slugs_and_chinese_names(industry: str) -> None:
    assert slug(industry) == industry
    assert slug(CHINESE[industry]) == industry
    assert slug(f" {industry.upper().replace('_', ' ')} ") == industry


@pytest.mark.parametrize(
    ("text", "industry"),
    [
        ("软件", "software"),
        ("批发", "wholesale"),
        ("零售", "retail"),
        ("农林牧渔业", "agriculture"),
        ("telecom", "information_transmission"),
        ("物业", "property_management"),
        ("制造业", "industry"),
        ("采矿业", "industry"),
        ("科学研究和技术服务业", "other"),
        ("文化、体育和娱乐业", "other"),
        ("金融业", "finance"),
        ("教育", "education"),
        ("铁路运输业", "railway"),
        ("公共管理、社会保障和社会组织", "public_administration"),
    ],
)
def test_other_names(text: str, industry: str) -> None:
    assert slug(text) == industry


@pytest.mark.parametrize(
    ("code", "industry"),
    [
        ("A", "agriculture"),
        ("01", "agriculture"),
        ("0111", "agriculture"),
        ("B", "industry"),
        ("C", "industry"),
        ("3911", "industry"),
        ("D46", "industry"),
        ("E", "construction"),
        ("F51", "wholesale"),
        ("5199", "wholesale"),
        ("52", "retail"),
        ("53", "railway"),
        ("5311", "railway"),
        ("54", "transport"),
        ("58", "transport"),
        ("591", "transport"),
        ("5910", "transport"),
        ("592", "warehousing"),
        ("5990", "warehousing"),
        ("G60", "postal"),
        ("61", "lodging"),
        ("62", "catering"),
        ("63", "information_transmission"),
        ("64", "information_transmission"),
        ("I65", "software"),
        ("i6510", "software"),
        ("６５１０", "software"),
        ("J", "finance"),
        ("6620", "finance"),
        ("7010", "real_estate"),
        ("7020", "property_management"),
        ("7030", "other"),
        ("7040", "own_property"),
        ("7090", "other"),
        ("L", "leasing_business"),
        ("7211", "leasing_business"),
        ("M", "other"),
        ("79", "other"),
        ("O", "other"),
        ("P", "education"),
        ("83", "education"),
        ("84", "health"),
        ("85", "other"),
        ("R90", "other"),
        ("S", "public_administration"),
        ("97", "international_organisations"),
    ],
)
def test_codes(code: str, industry: str) -> None:
    assert slug(code) == industry


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("F", {"wholesale", "retail"}),
        ("批发和零售业", {"wholesale", "retail"}),
        ("G", {"railway", "transport", "warehousing", "postal"}),
        ("59", {"transport", "warehousing"}),
        ("H", {"lodging", "catering"}),
        ("I", {"information_transmission", "software"}),
        ("K", {"real_estate", "property_management", "other", "own_property"}),
        ("70", {"real_estate", "property_management", "other", "own_property"}),
        ("房地产业", {"real_estate", "property_management", "other", "own_property"}),
        ("Q", {"health", "other"}),
    ],
)
def test_what_stands_for_several_is_not_guessed(text: str, choices: set[str]) -> None:
    with pytest.raises(IndustryAmbiguous) as caught:
        slug(text)
    assert {industry.slug for industry in caught.value.choices} == choices


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "nonsense",
        "软",
        "U",
        "00",
        "98",
        "99",
        "1",
        "65101",
        "C65",
        "F6510",
        "705",
        "593A",
        "七零",
        "-1",
        "I 6",
    ],
)
def test_unknown(text: str) -> None:
    with pytest.raises(IndustryUnknown) as caught:
        slug(text)
    assert not isinstance(caught.value, IndustryAmbiguous)


def test_the_codes_cover_the_classification_and_overlap_nowhere() -> None:
    codes = [code for industry in STANDARD.industries for code in industry.codes]
    assert len(codes) == len(set(codes))
    for division in range(1, 98):
        try:
            slug(f"{division:02}")
        except IndustryAmbiguous:
            assert division in (59, 70)


def test_no_name_means_two_industries() -> None:
    for industry in STANDARD.industries:
        for name in (industry.slug, industry.label, industry.label_en, *industry.aliases):
            assert slug(name) == industry.slug, name


@given(text=st.text(max_size=80))
def test_any_text_is_found_or_refused(text: str) -> None:
    try:
        found = find_industry(STANDARD, text)
    except IndustryUnknown:
        return
    assert found in STANDARD.industries
