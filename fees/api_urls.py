"""Addresses of the fee lists, typical cases and monitoring in the API."""

from django.urls import path

from casework.api.routes import either_way
from fees.exposure.api import TypicalCaseListView, TypicalCaseView
from fees.monitoring.api import MonitoringFiguresView, MonitoringPointsView, ReturnDraftView, ReturnSubmitView
from fees.verdict.api import FeeCheckView

app_name = "api-fees"
_RETURN = "fees/monitoring/<str:reference>/<int:year>/<int:quarter>/"
urlpatterns = [
    *either_way("fees/check", FeeCheckView, "check"),
    path("fees/typical-cases/", TypicalCaseListView.as_view(), name="typical-cases"),
    path("fees/typical-cases/<int:pk>/", TypicalCaseView.as_view(), name="typical-case"),
    path("fees/monitoring/points/", MonitoringPointsView.as_view(), name="monitoring_points"),
    path("fees/monitoring/figures/", MonitoringFiguresView.as_view(), name="monitoring_figures"),
    path(_RETURN, ReturnDraftView.as_view(), name="monitoring_return"),
    path(f"{_RETURN}submit/", ReturnSubmitView.as_view(), name="monitoring_return_submit"),
]
