"""Pages about credit records: for everybody, and for the subject of one."""

from django.urls import path

from casework.credit.views import public, subject

app_name = "credit"
urlpatterns = [
    path("", public.records, name="records"),
    path("<str:reference>/", public.record_public, name="record_public"),
    path("track/<str:reference>/", subject.record, name="record"),
    path("track/<str:reference>/statement/", subject.statement, name="record_statement"),
    path("track/<str:reference>/objection/", subject.objection, name="record_objection"),
    path("track/<str:reference>/repair/", subject.repair, name="record_repair"),
]
