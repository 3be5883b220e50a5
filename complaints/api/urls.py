"""Addresses of the arrears complaint below /api/v1/."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter, StringConverter

from casework.api.routes import either_way
from complaints.api.cases import ACTION_VIEWS, CaseDetailView, CaseFileView, CaseLetterView, CasesView
from complaints.api.filing import ComplaintsView, EvidenceItemView, EvidenceView
from complaints.api.headers import REFERENCE_PATTERN
from complaints.api.side_acts import SIDE_ACT_VIEWS
from complaints.api.tracking import (
    TRACK_ACT_VIEWS,
    TrackAnswerView,
    TrackFileView,
    TrackLetterView,
    TrackView,
    TrackWithdrawView,
)
from complaints.disclosure.api import DisclosureListView
from complaints.payment.api import InterestView
from complaints.sizing.api import EnterpriseSizeView, IndustryListView


class ReferenceConverter(StringConverter):
    """A case's reference; whatever else stands there is an unknown address."""

    regex = REFERENCE_PATTERN


class IdConverter(IntConverter):
    """An id that PostgreSQL can hold."""

    regex = "[0-9]{1,18}"


register_converter(ReferenceConverter, "reference")
register_converter(IdConverter, "id")

app_name = "api-arrears"
urlpatterns = [
    path("complaints/", ComplaintsView.as_view(), name="complaints"),
    path("evidence/", EvidenceView.as_view(), name="evidence"),
    path("evidence/<id:pk>/", EvidenceItemView.as_view(), name="evidence-item"),
    path("track/<reference:reference>/", TrackView.as_view(), name="track"),
    path("track/<reference:reference>/letters/<id:pk>/", TrackLetterView.as_view(), name="track-letter"),
    path("track/<reference:reference>/attachments/<id:pk>/", TrackFileView.as_view(), name="track-attachment"),
    path("track/<reference:reference>/answer-correction/", TrackAnswerView.as_view(), name="track-answer"),
    path("track/<reference:reference>/withdraw/", TrackWithdrawView.as_view(), name="track-withdraw"),
    *(
        path(f"track/<reference:reference>/{name.replace('_', '-')}/", view.as_view(), name=f"track-{name}")
        for name, view in TRACK_ACT_VIEWS.items()
    ),
    path("cases/", CasesView.as_view(), name="cases"),
    path("cases/<reference:reference>/", CaseDetailView.as_view(), name="case"),
    path("cases/<reference:reference>/letters/<id:pk>/", CaseLetterView.as_view(), name="case-letter"),
    path("cases/<reference:reference>/attachments/<id:pk>/", CaseFileView.as_view(), name="case-attachment"),
    *(
        path(f"cases/<reference:reference>/actions/{name.replace('_', '-')}/", view.as_view(), name=f"case-{name}")
        for name, view in ACTION_VIEWS.items()
    ),
    *(
        path(f"cases/<reference:reference>/acts/{name.replace('_', '-')}/", view.as_view(), name=f"case-act-{name}")
        for name, view in SIDE_ACT_VIEWS.items()
    ),
    *either_way("disclosures", DisclosureListView, "disclosures"),
    *either_way("calculators/interest", InterestView, "calculator-interest"),
    *either_way("calculators/enterprise-size", EnterpriseSizeView, "calculator-enterprise-size"),
    *either_way("calculators/industries", IndustryListView, "calculator-industries"),
]
