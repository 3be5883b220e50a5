"""Pages about credit records."""

from django.urls import path

from casework.credit.views import subject

app_name = "credit"
urlpatterns = [
    path("track/<str:reference>/", subject.record, name="record"),
    path("track/<str:reference>/statement/", subject.statement, name="record_statement"),
    path("track/<str:reference>/objection/", subject.objection, name="record_objection"),
    path("track/<str:reference>/repair/", subject.repair, name="record_repair"),
]
