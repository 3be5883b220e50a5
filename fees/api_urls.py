"""Addresses about fees below /api/v1/."""

from django.urls import path

from casework.api.routes import either_way
from fees.exposure.api import TypicalCaseListView, TypicalCaseView
from fees.verdict.api import FeeCheckView

app_name = "api-fees"
urlpatterns = [
    *either_way("fees/check", FeeCheckView, "check"),
    path("fees/typical-cases/", TypicalCaseListView.as_view(), name="typical-cases"),
    path("fees/typical-cases/<int:pk>/", TypicalCaseView.as_view(), name="typical-case"),
]
