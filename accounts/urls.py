"""Addresses of this app. The home page itself is named in `mentorship.urls`."""

from django.urls import URLPattern, path

from accounts.views import home, imports, invitations

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("act-as/", home.act_as, name="act_as"),
    path("people/import/", imports.import_upload, name="import"),
    path("people/import/<uuid:pending_id>/", imports.import_preview, name="import_preview"),
    path("people/import/<uuid:pending_id>/confirm/", imports.import_confirm, name="import_confirm"),
    path("people/export/<slug:kind>.csv", imports.export, name="export"),
    path("people/invitations/", invitations.invitation_list, name="invitations"),
    path(
        "people/invitations/<uuid:invitation_id>/send-again/", invitations.invitation_send_again, name="invitation_send_again"
    ),
    path("people/invitations/<uuid:invitation_id>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("join/<str:token>/", invitations.join, name="join"),
]
