"""The demo's records: every state that a visitor wants to see, once however often it is seeded."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from casework.credit.flow import State
from casework.credit.record.models import CreditRecord
from casework.exchange.models import Package
from casework.parties.models import Division
from tests.factories import division


@pytest.mark.django_db
def test_the_demo_has_a_record_in_every_state_that_can_be_shown() -> None:
    division("320000", name="江苏省")
    call_command("seed_credit", verbosity=0)
    call_command("seed_credit", verbosity=0)
    states = set(CreditRecord.objects.values_list("state", flat=True))
    assert states == set(State.values) - {State.DRAFT, State.DROPPED, State.ANNULLED}
    assert all(CreditRecord.objects.values_list("is_development", flat=True))
    assert Package.objects.filter(kind="publish").count() == 2
    assert all(Package.objects.values_list("is_development", flat=True))


@pytest.mark.django_db
def test_without_places_or_in_production_nothing_is_written(settings: Any) -> None:
    with pytest.raises(CommandError):
        call_command("seed_credit")
    assert not Division.objects.exists()
    division("320000", name="江苏省")
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("seed_credit")
    assert not CreditRecord.objects.exists()
