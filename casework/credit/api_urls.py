"""Addresses of credit records in the API."""

from casework.api.routes import either_way
from casework.credit.api import RecordListView, RecordView
from casework.credit.lookups.api import SubjectLookupView

app_name = "api-credit"
urlpatterns = [
    *either_way("credit/records", RecordListView, "records"),
    *either_way("credit/records/<str:reference>", RecordView, "record"),
    *either_way("credit/subjects/<str:code>", SubjectLookupView, "subject"),
]
