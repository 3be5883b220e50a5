"""Input that is what it says: no unknown field, no number where text is meant, no guessing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

_MONEY = re.compile(r"[0-9]{1,14}(\.[0-9]{1,2})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"[0-9]{1,9}")


class TextField(serializers.CharField):
    """Text; a number is not text."""

    def to_internal_value(self, data: Any) -> str:
        """The text, trimmed."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class EmailField(TextField, serializers.EmailField):
    """An e-mail address as text."""


class MoneyField(serializers.DecimalField):
    """Yuan as a decimal string: a JSON number would pass through binary fractions."""

    default_error_messages = {
        "money": gettext_lazy('Give the amount as text with at most two decimals, such as "80000.00".')
    }

    def to_internal_value(self, data: Any) -> Any:
        """The amount as Decimal."""
        if not isinstance(data, str) or not _MONEY.fullmatch(data):
            self.fail("money")
        return super().to_internal_value(data)


class DayField(serializers.DateField):
    """A day as YYYY-MM-DD; the other forms of ISO 8601 are not taken."""

    def to_internal_value(self, value: Any) -> Any:
        """The day as date."""
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class TruthField(serializers.BooleanField):
    """true or false, nothing that resembles them."""

    def to_internal_value(self, data: Any) -> bool:
        """The value."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class WholeField(serializers.IntegerField):
    """A whole number; in a multipart body its digits."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        from_form = isinstance(data, str) and isinstance(getattr(self.root, "initial_data", None), QueryDict)
        is_number = isinstance(data, int) and not isinstance(data, bool)
        if not (is_number or (from_form and _WHOLE.fullmatch(data))):
            self.fail("invalid")
        return super().to_internal_value(data)


class CodeChoiceField(serializers.ChoiceField):
    """One of the listed words."""

    def to_internal_value(self, data: Any) -> Any:
        """The word."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=str(data)[:40])
        return super().to_internal_value(data)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it doesn't know: a misspelt optional field must not be lost in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """The validated fields.

        Raises:
            ValidationError: by field, unknown names included.
        """
        unknown = self._unknown(data) if isinstance(data, Mapping) else {}
        try:
            value = super().to_internal_value(data)
        except ValidationError as error:
            detail = error.detail
            raise ValidationError({**detail, **unknown} if isinstance(detail, dict) else detail) from error
        if unknown:
            raise ValidationError(unknown)
        return value

    def _unknown(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        known = {name for name, field in self.fields.items() if not field.read_only}
        return {name: [_("Unknown field. Check its name.")] for name in data if name not in known}


class StrictModelSerializer(StrictSerializer, serializers.ModelSerializer[Any]):
    """The same with the fields of a model."""

    serializer_choice_field = CodeChoiceField
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: TextField,
        models.TextField: TextField,
        models.EmailField: EmailField,
        models.DecimalField: MoneyField,
        models.DateField: DayField,
        models.BooleanField: TruthField,
        models.IntegerField: WholeField,
    }
