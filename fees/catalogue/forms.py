"""The public forms: searching, what applies to a company, news by e-mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.fields import DateField
from casework.parties.models import NATION
from casework.parties.places import PlaceField
from fees.catalogue.kinds import FeeKind
from fees.catalogue.models import CatalogueList
from fees.catalogue.selectors import published_lists
from fees.catalogue.topics import industry_choices, matter_choices


class SearchForm(forms.Form):
    """Words and filters, in a GET form so that an answer has an address."""

    words = forms.CharField(label=_("words"), max_length=100, required=False)
    payee = forms.CharField(label=_("payee"), max_length=100, required=False)
    division = PlaceField(
        label=_("place"), required=False, help_text=_("Lists of the place and of those above it. Name or code.")
    )
    kind = forms.ChoiceField(label=_("kind of fee"), required=False)
    day = DateField(label=_("on which day"), required=False, help_text=_("Empty: today."))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"day": timezone.localdate()})
        self.fields["kind"].choices = [("", _("all")), *FeeKind.choices]  # type: ignore[attr-defined]
        self.fields["words"].widget.attrs |= {"type": "search", "autocomplete": "off"}

    def wanted(self) -> dict[str, Any]:
        """What a valid form asks `search_entries` for."""
        given = self.cleaned_data
        place = given["division"].code if self.data.get("division", "").strip() else ""
        return {
            "words": given["words"].split(),
            "payee": given["payee"].strip(),
            "division": place,
            "kind": given["kind"],
            "day": given["day"] or timezone.localdate(),
        }


class CompanyForm(forms.Form):
    """A company: what it does, where, and what it is about to do."""

    industry = forms.ChoiceField(label=_("industry"), required=False)
    division = PlaceField(
        label=_("place"), required=False, help_text=_("Where the company is. Name or code; empty: national lists.")
    )
    matter = forms.ChoiceField(label=_("business matter"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["industry"].choices = [("", _("all")), *industry_choices()]  # type: ignore[attr-defined]
        self.fields["matter"].choices = [("", _("all")), *matter_choices()]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        """What a valid form asks `entries_for_company` for."""
        given = self.cleaned_data
        return {"industry": given["industry"], "matter": given["matter"], "division": given["division"].code}

    def words(self) -> list[str]:
        """The question in words, for the printed page."""
        given = self.cleaned_data
        industry, matter = dict(industry_choices()).get(given["industry"]), dict(matter_choices()).get(given["matter"])
        place = given["division"]
        return [word for word in (industry, place.name if place.pk == NATION else place.full_name, matter) if word]


class SubscribeForm(forms.Form):
    """An address and what it wants to hear of."""

    email = forms.EmailField(label=_("e-mail"), max_length=254)
    list = forms.ModelChoiceField(
        label=_("list"), queryset=CatalogueList.objects.none(), to_field_name="code", required=False
    )
    division = PlaceField(
        label=_("place"), required=False, help_text=_("Without a list: the lists of this place and of those above it.")
    )

    def __init__(self, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["list"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset, field.empty_label = published_lists(), _("all")

    def wanted(self) -> dict[str, Any]:
        """What a valid form asks `subscription_ask` for."""
        given = self.cleaned_data
        place = given["division"] if self.data.get("division", "").strip() and not given["list"] else None
        return {"email": given["email"], "fee_list": given["list"], "division": place}
