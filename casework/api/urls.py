"""Addresses below /api/v1/ that every kind of case shares; the last one catches what nobody serves."""

from __future__ import annotations

from django.urls import path, re_path

from casework.api.auth import TokenRevokeView, TokenView
from casework.api.calculators import DeadlineRuleListView, DeadlineView
from casework.api.docs import DocsView, SchemaView
from casework.api.letters import LetterVerifyView
from casework.api.problems import unknown_address
from casework.api.reference import DepartmentListView, DivisionListView, TermListView
from casework.api.routes import either_way

app_name = "api"
urlpatterns = [
    path("auth/token/", TokenView.as_view(), name="token"),
    path("auth/token/revoke/", TokenRevokeView.as_view(), name="token-revoke"),
    path("divisions/", DivisionListView.as_view(), name="divisions"),
    path("departments/", DepartmentListView.as_view(), name="departments"),
    re_path(r"^terms/(?P<vocabulary>[a-z._]{1,40})/$", TermListView.as_view(), name="terms"),
    re_path(r"^letters/verify/(?P<code>[0-9A-Za-z -]{1,40})/$", LetterVerifyView.as_view(), name="letter-verify"),
    *either_way("calculators/deadline", DeadlineView, "calculator-deadline"),
    *either_way("calculators/deadline-rules", DeadlineRuleListView, "calculator-deadline-rules"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(url_name="api:schema"), name="docs"),
    re_path(r"^", unknown_address, name="unknown"),
]
