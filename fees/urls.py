"""Public pages about enterprise fees."""

from django.urls import include, path

from fees.exposure import views as exposure
from fees.journey.pages import PAGES
from fees.monitoring.views import point
from fees.views import check, company, following, lists, notices, reporting, search, subscriptions

app_name = "fees"
urlpatterns = [
    path("", search.search, name="search"),
    path("check/", check.check, name="check"),
    path("report/", reporting.new, name="report_new"),
    path("report/file/", include(PAGES.patterns())),
    path("report/filed/", reporting.filed, name="report_filed"),
    path("report/track/<str:reference>/", following.case, name="report_case"),
    path("report/track/<str:reference>/add/", following.add, name="report_add"),
    path("report/track/<str:reference>/withdraw/", following.withdraw, name="report_withdraw"),
    path("company/", company.company, name="company"),
    path("entries/<int:pk>/", search.entry, name="entry"),
    path("lists/", lists.index, name="lists"),
    path("lists/<slug:code>/", lists.fee_list, name="list"),
    path("lists/<slug:code>/compare/", lists.compare, name="compare"),
    path("lists/<slug:code>/<int:number>/", lists.version, name="version"),
    path("lists/<slug:code>/<int:number>/entries.xlsx", lists.workbook, name="workbook"),
    path("lists/<slug:code>/<int:number>/entries.json", lists.data, name="data"),
    path("feed/", lists.NewVersionsFeed(), name="feed"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("typical-cases/", exposure.typical_cases, name="typical_cases"),
    path("typical-cases/feed/", exposure.TypicalCasesFeed(), name="typical_feed"),
    path("typical-cases/<int:pk>/", exposure.typical_case, name="typical_case"),
    path("subscriptions/", subscriptions.ask, name="subscribe"),
    path("subscriptions/asked/", subscriptions.asked, name="subscribe_asked"),
    path("subscriptions/<str:token>/", subscriptions.subscription, name="subscription"),
    path("monitoring/", point.enter, name="monitoring"),
    path("monitoring/<str:reference>/", point.home, name="monitoring_point"),
    path("monitoring/<str:reference>/leave/", point.leave, name="monitoring_leave"),
    path("monitoring/<str:reference>/<int:year>/<int:quarter>/", point.questionnaire, name="monitoring_return"),
    path("monitoring/<str:reference>/<int:year>/<int:quarter>/review/", point.review, name="monitoring_review"),
    path("monitoring/<str:reference>/<int:year>/<int:quarter>/receipt/", point.receipt, name="monitoring_receipt"),
]
