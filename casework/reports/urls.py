"""Reports for staff."""

from django.urls import path

from casework.reports import views

app_name = "reports"
urlpatterns = [
    path("deadlines/", views.deadlines, name="deadlines"),
    path("deadlines.xlsx", views.deadlines_xlsx, name="deadlines_xlsx"),
]
