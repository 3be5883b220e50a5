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
from casework.cases.transfer.models import Ownership, Route
from casework.cases.transfer.rules import all_transfer_rules, transfer_rules
from casework.parties.admin_perms import SYSTEM, RolePermissions
from casework.staff_site import StaffModelAdmin

PARTY = gettext_lazy("cases and kind of party")
_Choices = list[tuple[str, Any]]


def party_choices() -> _Choices:
    """Every kind of party of every kind of case, after an empty choice; value and label name both."""
    return [
        ("", "—"),
        *(
            (f"{rules.kind}:{party}", party_name(rules.kind, party))
            for rules in all_transfer_rules()
            for party in ("", *rules.party_types.values)
        ),
    ]


def party_name(kind: str, party: str) -> str:
    """A kind of case with a kind of party in its words; "" is whatever party."""
    parties = {"": _("whatever kind of party"), **dict(transfer_rules(kind).party_types.choices)}
    return f"{dict(kind_choices())[kind]} · {parties[party]}"


def sector_choices() -> _Choices:
    """The sectors in force of every kind of case, after an empty choice."""
    lists = [rules.sectors for rules in all_transfer_rules() if rules.sectors]
    today = timezone.localdate()
    return [("", "—"), *((term.code, str(term)) for name in lists for term in terms_in_force(name, today))]


class RouteForm(forms.ModelForm):
    """A route's criteria from the lists that its kind of case uses."""

    party = forms.ChoiceField(label=PARTY, choices=party_choices, widget=UnfoldAdminSelectWidget)
    ownership = forms.ChoiceField(
        label=gettext_lazy("belongs to"),
        required=False,
        choices=[("", "—"), *Ownership.choices],
        widget=UnfoldAdminSelectWidget,
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
        "department", "party", "ownership", "sector", "division", "reason", "certainty", "effective_from",
        "effective_to",
    )  # fmt: skip
    list_filter = (KindFilter, "ownership", "certainty")
    search_fields = ("department__name", "reason", "citation")
    list_select_related = ("department", "division")
    ordering = ("kind", "respondent_type", "id")
    autocomplete_fields = ("division", "department")

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        """Only the end of an existing route is open."""
        return tuple(name for name in self.fields if name != "effective_to") if obj else ()

    @display(description=PARTY)
    def party(self, route: Route) -> str:
        """In words."""
        return party_name(route.kind, route.respondent_type)
