"""The public site: filing and following a complaint."""

from django.urls import include, path

from casework.portal import conversation, notices, statistics
from casework.portal import tracking as cases
from casework.portal.drafts import views as drafts
from casework.portal.tus import views as uploads
from complaints.journey import start
from complaints.journey.pages import PAGES
from complaints.payment.views import interest, interest_sheet
from complaints.sizing.views import size
from complaints.views import calculators, filing, home, receivable, respondent, threat, tracking, tracking_money, verify

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("start/", start.start, name="start"),
    path("drafts/", drafts.resume, name="drafts"),
    path("drafts/<str:number>/", drafts.go_on, name="draft"),
    path("complaints/file/", include(PAGES.patterns())),
    path("complaints/new/", filing.new, name="new"),
    path("complaints/places/<str:parent>/", filing.places, name="places"),
    path("complaints/assess/", filing.assess, name="assess"),
    path("complaints/filed/", filing.filed, name="filed"),
    path("complaints/receipt/", filing.receipt, name="receipt"),
    path("calculators/", calculators.index, name="calculators"),
    path("calculators/deadline/", calculators.deadline, name="deadline_calculator"),
    path("calculators/interest/", interest, name="interest_calculator"),
    path("calculators/interest/sheet.pdf", interest_sheet, name="interest_sheet"),
    path("calculators/size/", size, name="size_calculator"),
    path("disclosures/", include("complaints.disclosure.urls")),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/figures.csv", statistics.statistics_csv, name="statistics_csv"),
    path("statistics/figures.json", statistics.statistics_json, name="statistics_json"),
    path("", include("complaints.guidance.urls")),
    path("respond/", respondent.enter, name="respond"),
    path("respond/done/", respondent.done, name="respond_done"),
    path("respond/<int:pk>/", respondent.answer, name="respond_answer"),
    path("track/", cases.enter, name="track"),
    path("track/<str:reference>/", tracking.case, name="case"),
    path("track/<str:reference>/leave/", cases.leave, name="leave"),
    path("track/<str:reference>/answer_correction/", tracking.answer_correction, name="answer_correction"),
    path("track/<str:reference>/withdraw/", tracking.withdraw, name="withdraw"),
    path("track/<str:reference>/receivable/", receivable.request_confirmation, name="receivable"),
    path("track/<str:reference>/threat/", threat.report, name="threat"),
    path("track/<str:reference>/payments/<int:pk>/", tracking_money.payment, name="payment"),
    path("track/<str:reference>/satisfaction/", tracking_money.satisfaction, name="satisfaction"),
    path("track/<str:reference>/new_facts/", tracking_money.new_facts, name="new_facts"),
    path("track/<str:reference>/write/", conversation.write, name="write"),
    path("track/<str:reference>/notices/", notices.choose, name="notices"),
    path("track/<str:reference>/letters/<int:pk>/", cases.letter, name="letter"),
    path("track/<str:reference>/files/<int:pk>/", cases.file, name="file"),
    path("uploads/", uploads.begin, name="uploads"),
    path("uploads/kept/", uploads.kept, name="uploads_kept"),
    path("uploads/kept/<int:pk>/", uploads.kept, name="upload_kept"),
    path("uploads/pictures/<str:token>/", uploads.picture, name="upload_picture"),
    path("uploads/<uuid:pk>/", uploads.one, name="upload"),
    path("verify/", verify.enter, name="verify"),
    path("verify/<str:code>/", verify.letter, name="verify_letter"),
]
