"""The registry of letter templates: what may reach a template, and which version a day takes."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils.safestring import mark_safe
from pytest_django import Settings

from casework.documents.letter_templates import (
    LetterTemplateError,
    LetterVariableError,
    current_version,
    get_template,
    letter_title,
    template_codes,
    validate_variables,
)
from tests.documents.letter_samples import SAMPLES


def test_every_template_has_a_sample_that_fits() -> None:
    assert set(template_codes()) == set(SAMPLES)
    for code, sample in SAMPLES.items():
        assert set(validate_variables(code, 1, sample)) <= set(sample)


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_every_version_cites_its_basis_and_how_sure_it_is(code: str) -> None:
    template = get_template(code, current_version(code, date(2026, 11, 22)))
    assert template.basis
    assert {basis.certainty for basis in template.basis} <= {"confirmed", "unconfirmed"}
    assert all("第" in basis.citation or "〔" in basis.citation for basis in template.basis)
    assert letter_title(code, template.version) == template.title


def test_missing_unknown_and_ill_typed_variables_are_all_named() -> None:
    sample = {**SAMPLES["acceptance_notice"], "amount": 1.5, "accepted_on": "soon", "colour": "red", "respondent": " "}
    with pytest.raises(LetterVariableError) as caught:
        validate_variables("acceptance_notice", 1, sample)
    assert caught.value.missing == ["respondent"]
    assert caught.value.unknown == ["colour"]
    assert sorted(caught.value.wrong_type) == ["accepted_on", "amount"]
    for name in ("respondent", "colour", "amount", "accepted_on"):
        assert name in str(caught.value)


def test_faults_inside_a_list_name_the_row() -> None:
    rows = [{"paid_on": date(2026, 12, 3), "amount": Decimal(1)}, {"paid_on": date(2026, 12, 4), "sum": Decimal(2)}]
    with pytest.raises(LetterVariableError) as caught:
        validate_variables("result_letter", 1, {**SAMPLES["result_letter"], "payments": rows})
    assert caught.value.missing == ["payments[2].amount"]
    assert caught.value.unknown == ["payments[2].sum"]


@pytest.mark.parametrize("value", [mark_safe("<b>x</b>"), object(), 7, True, ["x"]])
def test_only_plain_text_is_text(value: object) -> None:
    with pytest.raises(LetterVariableError) as caught:
        validate_variables("acceptance_notice", 1, {**SAMPLES["acceptance_notice"], "matter": value})
    assert caught.value.wrong_type == ["matter"]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "a lot", 1.5, True])
def test_an_amount_is_an_exact_number(amount: object) -> None:
    with pytest.raises(LetterVariableError) as caught:
        validate_variables("acceptance_notice", 1, {**SAMPLES["acceptance_notice"], "amount": amount})
    assert caught.value.wrong_type == ["amount"]


def test_unknown_templates_versions_and_days_before_the_first_are_refused() -> None:
    for code, version in (("no_such_letter", 1), ("acceptance_notice", 99), ("../letters/acceptance_notice", 1)):
        with pytest.raises(LetterTemplateError):
            get_template(code, version)
    with pytest.raises(LetterTemplateError):
        current_version("acceptance_notice", date(2020, 1, 1))


def test_a_day_takes_the_newest_version_in_force(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    folder = tmp_path / "templates" / "letters" / "made_for_this_test"
    folder.mkdir(parents=True)
    for version, dates in (
        (1, "effective_from = 2025-06-01\neffective_to = 2026-12-31"),
        (2, "effective_from = 2026-07-01"),
        (10, "effective_from = 2027-03-01"),
    ):
        text = f'title = "t"\nform = "letter"\nlayout = "letter_v1"\n{dates}\nbasis = []\n'
        (folder / f"v{version}.toml").write_text(text, encoding="utf-8")
    days = {date(2026, 6, 30): 1, date(2026, 7, 1): 2, date(2027, 2, 28): 2, date(2027, 3, 1): 10}
    assert {day: current_version("made_for_this_test", day) for day in days} == days
