"""Pages about credit records."""

from django.urls import path

from casework.credit.views import public

app_name = "credit"
urlpatterns = [
    path("", public.records, name="records"),
    path("<str:reference>/", public.record_public, name="record_public"),
]
