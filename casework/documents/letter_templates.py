"""The registry of letter templates: versioned files, whitelisted variables.

A template is a folder `templates/letters/<code>/` with a pair of files per version: `v1.toml` says what the version is
(title, legal basis, the days it is in force, the variables it may get), `v1.html` how it reads. A version that has been
used is never edited: a change is a new pair of files. Only whitelisted variables of plain types reach a template.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

# Dates in law are dates in China.
LAW_TIME_ZONE = ZoneInfo("Asia/Shanghai")
_VERSION_FILE = re.compile(r"v([1-9][0-9]*)\.toml")
_CODE = re.compile(r"[a-z][a-z_]*")


class LetterTemplateError(LookupError):
    """No such template, no such version, or none in force on a day."""


class LetterVariableError(ValueError):
    """The variables do not fit the template.

    Attributes:
        missing: names of required variables that are absent or empty.
        unknown: names that the template does not know.
        wrong_type: names whose value has another type than the template's.
    """

    def __init__(self, template: str, missing: list[str], unknown: list[str], wrong_type: list[str]) -> None:
        self.missing, self.unknown, self.wrong_type = missing, unknown, wrong_type
        faults = (("missing", missing), ("unknown", unknown), ("wrong type", wrong_type))
        text = "; ".join(f"{word}: {', '.join(names)}" for word, names in faults if names)
        super().__init__(f"Letter template {template}: {text}")


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """What the letter rests on: citation as printed, key of the source, certainty (confirmed or unconfirmed)."""

    citation: str
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Variable:
    """One whitelisted variable.

    Attributes:
        type: str, text (several paragraphs), int, date, datetime, decimal (yuan), or list.
        fields: for a list of rows, the variables of each row; for a list without fields, each item is a str.
    """

    name: str
    type: str
    required: bool
    help: str
    fields: tuple["Variable", ...] = ()


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """One version of a template.

    Attributes:
        form: letter (信函格式 of GB/T 9704-2012, numbered) or receipt (no official document, no number).
        layout: name of the stylesheet under templates/letters/layout/.
        effective_from, effective_to: first and last day on which new letters take this version.
        qr: name of the variable that the template or its frame also shows as a QR code, or "".
    """

    code: str
    version: int
    title: str
    form: str
    layout: str
    effective_from: date
    effective_to: date | None
    qr: str
    basis: tuple[LegalBasis, ...]
    variables: Mapping[str, Variable] = field(hash=False)

    @property
    def path(self) -> str:
        """The template's name for Django's template engine."""
        return f"letters/{self.code}/v{self.version}.html"

    def in_force(self, on: date) -> bool:
        """Whether new letters of this day take this version."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


def template_folder() -> Path:
    """Where the letter templates lie."""
    return Path(settings.BASE_DIR) / "templates" / "letters"


def template_codes() -> tuple[str, ...]:
    """The codes of all templates, sorted."""
    return tuple(sorted({file.parent.name for file in template_folder().glob("*/v*.toml")}))


def template_versions(code: str) -> tuple[int, ...]:
    """The versions of a template, oldest first; none for an unknown code."""
    if not _CODE.fullmatch(code):
        return ()
    matches = (_VERSION_FILE.fullmatch(file.name) for file in (template_folder() / code).glob("v*.toml"))
    return tuple(sorted(int(match[1]) for match in matches if match))


@lru_cache(maxsize=256)
def get_template(code: str, version: int) -> LetterTemplate:
    """One version of a template. Raises LetterTemplateError when there is none."""
    if version not in template_versions(code):
        raise LetterTemplateError(f"No version {version} of letter template {code!r}")
    raw = _read(template_folder() / code / f"v{version}.toml")
    parts = [*(_read(template_folder() / "layout" / f"{name}.toml") for name in raw.get("frames", ())), raw]
    variables = {name: spec for part in parts for name, spec in part.get("variables", {}).items()}
    return LetterTemplate(
        code=code,
        version=version,
        title=raw["title"],
        form=raw["form"],
        layout=raw["layout"],
        effective_from=raw["effective_from"],
        effective_to=raw.get("effective_to"),
        qr=next((part["qr"] for part in reversed(parts) if "qr" in part), ""),
        basis=tuple(LegalBasis(**basis) for basis in raw["basis"]),
        variables={name: _variable(name, spec) for name, spec in variables.items()},
    )


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _variable(name: str, spec: Mapping[str, Any]) -> Variable:
    return Variable(
        name=name,
        type=spec["type"],
        required=spec.get("required", False),
        help=spec.get("help", ""),
        fields=tuple(_variable(key, value) for key, value in spec.get("fields", {}).items()),
    )


def current_version(code: str, on: date) -> int:
    """The version that a letter issued on this day takes: the newest of those in force.

    Raises:
        LetterTemplateError: the template is unknown, or none of its versions is in force on that day.
    """
    for version in reversed(template_versions(code)):
        if get_template(code, version).in_force(on):
            return version
    raise LetterTemplateError(f"No version of letter template {code!r} is in force on {on.isoformat()}")


def letter_title(code: str, version: int) -> str:
    """The Chinese title of a version, such as 受理通知书. Raises LetterTemplateError."""
    return get_template(code, version).title


def validate_variables(code: str, version: int, variables: Mapping[str, object]) -> dict[str, object]:
    """Check variables against the template's whitelist and bring them to its types.

    Dates and amounts may come as ISO dates and decimal strings, as a JSON column keeps them. An optional variable
    that is None, "" or an empty list counts as absent.

    Returns:
        The variables that are present, typed: str, int, date, datetime (Asia/Shanghai), Decimal (yuan), list of str,
        list of dict of these.

    Raises:
        LetterTemplateError: no such template or version.
        LetterVariableError: names every variable that is missing, unknown or of another type.
    """
    template = get_template(code, version)
    faults = _Faults()
    checked = _check(template.variables, variables, "", faults)
    if faults.missing or faults.unknown or faults.wrong_type:
        raise LetterVariableError(f"{code} v{version}", faults.missing, faults.unknown, faults.wrong_type)
    return checked


@dataclass(slots=True)
class _Faults:
    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    wrong_type: list[str] = field(default_factory=list)


def _check(
    known: Mapping[str, Variable], given: Mapping[str, object], prefix: str, faults: _Faults
) -> dict[str, object]:
    faults.unknown += [prefix + str(name) for name in given if name not in known]
    checked = {}
    for name, variable in known.items():
        value = given.get(name)
        if _is_empty(value):
            faults.missing += [prefix + name] if variable.required else []
            continue
        try:
            checked[name] = _typed(variable, value, prefix + name, faults)
        except (TypeError, ValueError, InvalidOperation):
            faults.wrong_type.append(prefix + name)
    return checked


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], ())


def _typed(variable: Variable, value: object, name: str, faults: _Faults) -> object:
    if variable.type == "list":
        return list(_items(variable, value, name, faults))
    return _CONVERTERS[variable.type](value)


def _items(variable: Variable, value: object, name: str, faults: _Faults) -> Iterator[object]:
    if not isinstance(value, list | tuple):
        raise TypeError(name)
    known = {part.name: part for part in variable.fields}
    for number, item in enumerate(value, start=1):
        if not known:
            yield _as_str(item)
        elif isinstance(item, Mapping):
            yield _check(known, item, f"{name}[{number}].", faults)
        else:
            raise TypeError(name)


def _as_str(value: object) -> str:
    # type(), not isinstance(): a SafeString would pass the escaping by.
    if type(value) is not str:
        raise TypeError
    return value.strip()


def _as_int(value: object) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _as_date(value: object) -> date:
    if type(value) is str:
        return date.fromisoformat(value)
    if type(value) is not date:
        raise TypeError
    return value


def _as_datetime(value: object) -> datetime:
    moment = datetime.fromisoformat(value) if type(value) is str else value
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise TypeError
    return moment.astimezone(LAW_TIME_ZONE)


def _as_decimal(value: object) -> Decimal:
    if type(value) not in (Decimal, int, str):
        raise TypeError
    amount = Decimal(value)  # type: ignore[arg-type]
    if not amount.is_finite():
        raise TypeError
    return amount


_CONVERTERS = {
    "str": _as_str,
    "text": _as_str,
    "int": _as_int,
    "date": _as_date,
    "datetime": _as_datetime,
    "decimal": _as_decimal,
}


def display_values(values: Mapping[str, object]) -> dict[str, object]:
    """Typed values as a letter prints them, whatever language is active: 2026年11月22日, 1,234,567.89."""
    return {name: _display(value) for name, value in values.items()}


def _display(value: object) -> object:
    if isinstance(value, datetime):
        return f"{_display(value.date())} {value:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return display_values(value)
    return [_display(item) for item in value] if isinstance(value, list) else value
