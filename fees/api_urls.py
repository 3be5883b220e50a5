"""Addresses about fees below /api/v1/."""

from django.urls import path

from casework.api.routes import either_way
from fees.monitoring.api import MonitoringFiguresView, MonitoringPointsView, ReturnDraftView, ReturnSubmitView
from fees.verdict.api import FeeCheckView

app_name = "api-fees"
_RETURN = "fees/monitoring/<str:reference>/<int:year>/<int:quarter>/"
urlpatterns = [
    *either_way("fees/check", FeeCheckView, "check"),
    path("fees/monitoring/points/", MonitoringPointsView.as_view(), name="monitoring_points"),
    path("fees/monitoring/figures/", MonitoringFiguresView.as_view(), name="monitoring_figures"),
    path(_RETURN, ReturnDraftView.as_view(), name="monitoring_return"),
    path(f"{_RETURN}submit/", ReturnSubmitView.as_view(), name="monitoring_return_submit"),
]
