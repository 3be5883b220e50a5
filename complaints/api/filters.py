"""What a list of cases can be narrowed by."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from casework.parties.models import Department, division_code_validator, division_prefix
from complaints.flow import State
from complaints.models import ArrearsComplaint


class CaseFilter(django_filters.FilterSet):
    """Each filter narrows; several states widen each other."""

    state = django_filters.MultipleChoiceFilter(choices=State.choices, help_text="May be given several times.")
    due_before = django_filters.DateFilter(
        field_name="next_due", lookup_expr="lt", input_formats=["%Y-%m-%d"], help_text="Next deadline before this day."
    )
    division = django_filters.CharFilter(
        method="below_division", validators=[division_code_validator], help_text="This division and all below it."
    )
    department = django_filters.ModelChoiceFilter(
        queryset=Department.objects.all(), method="at_department", help_text="Id; receives or handles the case."
    )
    q = django_filters.CharFilter(method="with_words", max_length=100, help_text="Part of a name or reference.")

    class Meta:
        model = ArrearsComplaint
        fields = ("state", "due_before", "division", "department", "q")

    def below_division(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The division's subtree."""
        return rows.filter(division__code__startswith=division_prefix(value))

    def at_department(self, rows: QuerySet[Any], name: str, value: Department) -> QuerySet[Any]:
        """Received or handled there."""
        return rows.filter(Q(receiving_department=value) | Q(handling_department=value))

    def with_words(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Case-sensitive on purpose: LIKE uses the trigram index, UPPER() would not; references are in capitals."""
        return rows.filter(
            Q(complainant_name__contains=value)
            | Q(respondent_name__contains=value)
            | Q(reference__contains=value.upper())
        )
