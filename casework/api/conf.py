"""The settings of the API, read by casework/settings.py; nothing that reads settings itself may be imported here."""

from __future__ import annotations

from environ import Env

from casework.product import PRODUCT_NAME_EN

# What one caller may ask for; each can be set by API_RATE_<NAME>, an empty value switches it off.
RATES = {
    "standard": "600/min",  # signed-in callers, by account; others by address
    "filing": "60/hour",  # filings, by account or address
    "evidence": "600/hour",  # uploads before a filing
    "track": "60/min",  # by reference and address
    "token": "10/min",  # sign-ins, by address
    "docs": "30/min",  # building the schema is dear
    "verify": "30/min",  # codes of letters, by address
    "calculator": "120/min",  # public calculators, by address
    "lookup": "60/min",  # what applies to a subject, by account
}
# Tests ask faster than people; a test of throttling sets its own rate.
TEST_RATE = "100000/min"


def rest_framework(env: Env, *, is_test: bool) -> dict[str, object]:
    """The REST_FRAMEWORK setting.

    Args:
        is_test: raises every rate that the environment doesn't set.
    """
    rates = {
        name: env.str(f"API_RATE_{name.upper()}", default=TEST_RATE if is_test else rate) or None
        for name, rate in RATES.items()
    }
    return {
        "DEFAULT_SCHEMA_CLASS": "casework.api.schema.ProblemSchema",
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "rest_framework.authentication.TokenAuthentication",
            "rest_framework.authentication.SessionAuthentication",
        ],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
        "DEFAULT_PARSER_CLASSES": ["casework.api.formats.StrictJSONParser"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_CONTENT_NEGOTIATION_CLASS": "casework.api.formats.OneFormat",
        "DEFAULT_THROTTLE_CLASSES": ["casework.api.throttles.StandardThrottle"],
        "DEFAULT_THROTTLE_RATES": rates,
        "DEFAULT_METADATA_CLASS": None,
        "EXCEPTION_HANDLER": "casework.api.problems.exception_handler",
        "COERCE_DECIMAL_TO_STRING": True,
        "URL_FORMAT_OVERRIDE": None,
        "TEST_REQUEST_DEFAULT_FORMAT": "json",
    }


SPECTACULAR_SETTINGS: dict[str, object] = {
    "TITLE": f"{PRODUCT_NAME_EN} API",
    "DESCRIPTION": (
        "Filing, tracking and handling of complaints about unpaid SME invoices and of reports of unlawful fees, the "
        "lists of lawful fees, and credit records. Money is a decimal string in yuan, a "
        "date is ISO 8601 in Asia/Shanghai. Every error is `application/problem+json` (RFC 9457) in the language of "
        "`Accept-Language` (zh-hans by default, en). Unknown fields are refused."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "DEFAULT_GENERATOR_CLASS": "casework.api.schema.EnglishGenerator",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}},
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "casework.api.schema.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ComplaintState": "complaints.flow.State",
        "LetterStatus": "casework.documents.models.Letter.Status",
        "PaymentBuyer": "complaints.payment.labels.BUYERS",
        "RespondentTypeEnum": "complaints.models.RespondentType",
        "DeadlineStatus": "casework.clocks.models.Deadline.Status",
        "CertaintyEnum": "casework.clocks.certainty.Certainty",
        "SizeClass": "complaints.sizing.sizes.Size",
        "SizeIndicator": "complaints.sizing.sizes.Indicator",
        "ConditionVerdict": "complaints.review.models.ConditionCheck.Verdict",
        "SubjectKind": "casework.parties.models.SubjectType",
        "FeeVerdict": "fees.verdict.engine.VerdictCode",
    },
    "TAGS": [
        {"name": "filing", "description": "For enterprises: evidence first, then the complaint, under one key."},
        {"name": "tracking", "description": "For enterprises: reference in the address, secret in `X-Case-Secret`."},
        {"name": "cases", "description": "For staff, and for enterprises with an account: what the caller may see."},
        {"name": "reference", "description": "Divisions, departments and legal lists that requests name by code."},
        {"name": "letters", "description": "Open to everybody: whether a letter is genuine and still stands."},
        {"name": "credit", "description": "Published credit records; for departments what applies to a subject today."},
        {"name": "calculators", "description": "Open to everybody: what the law makes of dates, amounts and figures."},
        {"name": "auth", "description": "Tokens."},
    ],
}
