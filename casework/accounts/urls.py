"""The pages of accounts, below /account/."""

from django.urls import path

from casework.accounts.views import firms, mandates, my_page, sign_in

app_name = "account"
urlpatterns = [
    path("", my_page.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("code/", sign_in.code, name="code"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("address/", sign_in.address, name="address"),
    path("name/", my_page.name, name="name"),
    path("claim/", my_page.claim, name="claim"),
    path("files-for/", my_page.files_for, name="files_for"),
    path("read/", my_page.read, name="read"),
    path("unlink/", my_page.unlink, name="unlink"),
    path("delete/", my_page.delete, name="delete"),
    path("join/", firms.join, name="join"),
    path("firms/new/", firms.new, name="firm_new"),
    path("firms/<int:pk>/", firms.firm, name="firm"),
    path("firms/<int:pk>/invite/", firms.invite, name="invite"),
    path("firms/<int:pk>/agents/", firms.take_in, name="take_in"),
    path("firms/<int:pk>/invitations/<int:invitation>/withdraw/", firms.withdraw, name="invitation_withdraw"),
    path("firms/<int:pk>/members/<int:member>/role/", firms.role, name="member_role"),
    path("firms/<int:pk>/members/<int:member>/remove/", firms.remove, name="member_remove"),
    path("mandates/new/", mandates.new, name="mandate_new"),
    path("mandates/<int:pk>/", mandates.mandate, name="mandate"),
    path("mandates/<int:pk>/document/", mandates.document, name="mandate_document"),
    path("mandates/<int:pk>/end/", mandates.end, name="mandate_end"),
]
