"""The report's filters: what may be chosen is what the reader's roles reach."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.cases.access import HANDLING_ROLES, OVERSIGHT_ROLES, RECEIVING_ROLES
from casework.cases.pages import kind_choices
from casework.parties.models import NATION, Department, Division, User, division_prefix
from casework.parties.perms import division_prefixes_with
from casework.reports.selectors import DeadlineFilter, stage_names

REPORT_ROLES = (*RECEIVING_ROLES, *HANDLING_ROLES, *OVERSIGHT_ROLES)


class DeadlineFilterForm(forms.Form):
    """Filters of the deadline report, from the address."""

    province = forms.ChoiceField(label=gettext_lazy("Province of the respondent"), required=False)
    city = forms.ChoiceField(label=gettext_lazy("City or county"), required=False)
    department = forms.TypedChoiceField(label=gettext_lazy("Department"), required=False, coerce=int, empty_value=None)
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of case"), required=False)
    due_from = forms.DateField(
        label=gettext_lazy("Due from"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    due_to = forms.DateField(
        label=gettext_lazy("Due until"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prefixes = division_prefixes_with(user, *REPORT_ROLES)
        provinces = self._provinces()
        province = self._offer("province", provinces)
        if len(provinces) == 1:
            province = provinces[0][0]
        self._offer("city", self._cities(province), _("All") if province else _("Choose a province first"))
        self._offer("department", self._departments(province))
        self._offer("stage", list(stage_names().items()))
        self._offer("kind", kind_choices())

    def _offer(self, name: str, choices: list[tuple[str, str]], nothing: str = "") -> str:
        """Set a field's choices; gives back what was chosen, if it is one of them.

        Args:
            nothing: the words for no choice.
        """
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", nothing or _("All")), *choices]
        chosen = str(self.data.get(name, ""))
        return chosen if any(value == chosen for value, _label in choices) else ""

    def _reaches(self, code: str) -> bool:
        """Whether a division lies below or above one of the reader's own."""
        own = division_prefix(code)
        return any(own.startswith(prefix) or prefix.startswith(own) for prefix in self.prefixes)

    def _provinces(self) -> list[tuple[str, str]]:
        return self._divisions(Division.objects.filter(parent_id=NATION))

    def _cities(self, province: str) -> list[tuple[str, str]]:
        return self._divisions(Division.objects.filter(parent_id=province)) if province else []

    def _divisions(self, divisions: QuerySet[Division]) -> list[tuple[str, str]]:
        return [(code, name) for code, name in divisions.values_list("code", "name") if self._reaches(code)]

    def _departments(self, province: str) -> list[tuple[str, str]]:
        """Also those above: a county's cases are received by the province or the nation."""
        rows = Department.objects.filter(is_active=True).values_list("pk", "name", "division_id")
        own = [NATION[:2], province[:2]]
        return [
            (str(pk), name)
            for pk, name, division in rows
            if self._reaches(division) and (not province or division[:2] in own)
        ]

    def clean(self) -> dict[str, Any]:
        """A period that ends before it begins shows nothing, which nobody means."""
        data = super().clean() or {}
        first, last = data.get("due_from"), data.get("due_to")
        if first and last and last < first:
            self.add_error("due_to", _("This day lies before the first. Exchange the two."))
        return data

    def wanted(self) -> DeadlineFilter:
        """The filter of a valid form."""
        data = self.cleaned_data
        return DeadlineFilter(
            division=data["city"] or data["province"],
            department=data["department"],
            code=data["stage"],
            kind=data["kind"],
            due_from=data["due_from"],
            due_to=data["due_to"],
        )

    def chosen(self) -> list[tuple[str, str]]:
        """The filters in force, in words: for the printed page and the workbook."""
        return [(str(self.fields[name].label), self._words(name)) for name in self.fields if self._words(name)]

    def _words(self, name: str) -> str:
        value = self.cleaned_data.get(name)
        if not value:
            return ""
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            return str(value.isoformat())
        return str(dict(field.choices)[str(value)])  # type: ignore[arg-type]
