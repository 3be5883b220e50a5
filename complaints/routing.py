"""Which department receives a complaint: of the province where the respondent is (Decree 802 arts 24-25)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from casework.cases.errors import InvalidInput
from casework.parties.models import NATION, Department, Division, division_prefix


def receiving_department_for(division: Division) -> Department:
    """The receiving department of the respondent's province, or the national one.

    Raises:
        InvalidInput: for `division`, when neither receives complaints here.
    """
    province = division_prefix(division.code)[:2].ljust(6, "0")
    candidates = {
        department.division_id: department
        for department in Department.objects.filter(
            is_receiving=True, is_active=True, division_id__in=[province, NATION]
        ).order_by("-pk")
    }
    department = candidates.get(province) or candidates.get(NATION)
    if department is None:
        raise InvalidInput(
            {"division": [_("No department receives complaints for this place here. Use the national platform.")]}
        )
    return department
