"""Addresses about fees below /api/v1/."""

from casework.api.routes import either_way
from fees.verdict.api import FeeCheckView

app_name = "api-fees"
urlpatterns = [*either_way("fees/check", FeeCheckView, "check")]
