"""The routes of every kind of case, kept by system administrators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from casework.cases.pages import kind_choices
from casework.cases.terms import terms_in_force
from casework.cases.transfer.models import Route
from casework.cases.transfer.rules import all_transfer_rules, transfer_rules
from casework.parties.admin_perms import SYSTEM, RolePermissions
from casework.staff_site import StaffModelAdmin

_Choices = list[tuple[str, Any]]


def party_choices() -> _Choices:
    """Every kind of party under its kind of case; the value names both."""
    kinds = dict(kind_choices())
    return [
        (kinds[rules.kind], [(f"{rules.kind}:{code}", label) for code, label in _parties(rules.kind)])
        for rules in all_transfer_rules()
    ]


def _parties(kind: str) -> _Choices:
    return [("", _("whatever kind of party")), *transfer_rules(kind).party_types.choices]


def sector_choices() -> _Choices:
    """The sectors in force of every kind of case, after an empty choice."""
    lists = [rules.sectors for rules in all_transfer_rules() if rules.sectors]
    today = timezone.localdate()
    return [("", "—"), *((term.code, str(term)) for name in lists for term in terms_in_force(name, today))]


class RouteForm(forms.ModelForm):
    """A route's criteria from the lists that its kind of case uses."""

    party = forms.ChoiceField(
        label=gettext_lazy("cases and kind of party"), choices=party_choices, widget=UnfoldAdminSelectWidget
    )
    sector = forms.ChoiceField(
        label=gettext_lazy("sector"), required=False, choices=sector_choices, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = Route
        fields = (
            "ownership", "sector", "division", "department", "reason", "citation", "certainty", "effective_from",
            "effective_to",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Keep kind and party, and refuse a criterion by which cases of that kind can't be told apart."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("party"):
            return given
        self.instance.kind, _colon, self.instance.respondent_type = given["party"].partition(":")
        rules = transfer_rules(self.instance.kind)
        asked = {"ownership": rules.asks_ownership, "sector": bool(rules.sectors)}
        for name, is_asked in asked.items():
            if given.get(name) and not is_asked:
                self.add_error(name, _("Cases of this kind don't know this criterion. Leave it empty."))
        return given


class KindFilter(admin.SimpleListFilter):
    """The routes of one kind of case."""

    title = gettext_lazy("kind of case")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Kinds whose cases are transferred."""
        kinds = dict(kind_choices())
        return [(rules.kind, kinds[rules.kind]) for rules in all_transfer_rules()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Route]) -> QuerySet[Route]:
        """Without a choice all."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Route)
class RouteAdmin(RolePermissions, StaffModelAdmin):
    """Where cases go. A route never changes and never goes: it gets an end, and another one begins."""

    view_roles = add_roles = change_roles = SYSTEM
    form = RouteForm
    fields = ("party", *RouteForm.Meta.fields)
    list_display = (
        "department", "kind_name", "party", "ownership", "sector", "division", "reason", "certainty", "effective_from",
        "effective_to",
    )  # fmt: skip
    list_filter = (KindFilter, "ownership", "certainty")
    search_fields = ("department__name", "reason", "citation")
    list_select_related = ("department", "division")
    autocomplete_fields = ("division", "department")

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        """Only the end of an existing route is open."""
        return ("kind_name", *(name for name in self.fields if name != "effective_to")) if obj else ()

    def get_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        """The kind stands by itself where the choice of the party doesn't say it."""
        return ("kind_name", *self.fields) if obj else self.fields

    @display(description=gettext_lazy("kind of case"))
    def kind_name(self, route: Route) -> str:
        """In words."""
        return str(dict(kind_choices()).get(route.kind, route.kind))

    @display(description=gettext_lazy("kind of party"))
    def party(self, route: Route) -> str:
        """In the words of the kind of case."""
        return str(dict(_parties(route.kind)).get(route.respondent_type, route.respondent_type))
