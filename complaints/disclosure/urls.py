"""The public table of disclosures, and the pages of the bodies that disclose; part of the public site."""

from django.urls import path

from complaints.disclosure.views import body, table

urlpatterns = [
    path("", table.table, name="disclosures"),
    path("table.csv", table.as_csv, name="disclosures_csv"),
    path("table.json", table.as_json, name="disclosures_json"),
    path("enter/", body.enter, name="disclosure_enter"),
    path("body/<str:reference>/", body.home, name="disclosure_body"),
    path("body/<str:reference>/leave/", body.leave, name="disclosure_leave"),
    path("body/<str:reference>/<int:year>/", body.write, name="disclosure_write"),
    path("body/<str:reference>/<int:year>/review/", body.review, name="disclosure_review"),
    path("body/<str:reference>/<int:year>/receipt/", body.receipt, name="disclosure_receipt"),
    path("body/<str:reference>/<int:year>/explain/", body.explain, name="disclosure_explain"),
]
