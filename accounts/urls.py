"""Addresses of this app. The home page itself is named in `mentorship.urls`."""

from django.urls import URLPattern, path

from accounts.views import home, imports, intake, invitations, me, people

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("act-as/", home.act_as, name="act_as"),
    path("me/", me.me, name="me"),
    path("program/", me.program, name="program"),
    path("people/", people.people, name="people"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("people/<uuid:person_id>/edit/", people.person_edit, name="person_edit"),
    path("people/<uuid:person_id>/active/", people.set_active, name="set_active"),
    path("people/<uuid:person_id>/consent/", intake.consent_give, name="consent_give"),
    path("people/<uuid:person_id>/consent/revoke/", intake.consent_revoke, name="consent_revoke"),
    path("people/<uuid:person_id>/waiting/", intake.start_waiting, name="start_waiting"),
    path("people/<uuid:person_id>/never-pair/", people.never_pair_add, name="never_pair_add"),
    path("people/<uuid:person_id>/never-pair/<uuid:rule_id>/drop/", people.never_pair_drop, name="never_pair_drop"),
    path("people/import/", imports.import_upload, name="import"),
    path("people/import/<uuid:pending_id>/", imports.import_preview, name="import_preview"),
    path("people/import/<uuid:pending_id>/confirm/", imports.import_confirm, name="import_confirm"),
    path("people/export/<slug:kind>.csv", imports.export, name="export"),
    path("people/invite-everybody/", invitations.invite_everybody, name="invite_everybody"),
    path("people/invitations/", invitations.invitation_list, name="invitations"),
    path(
        "people/invitations/<uuid:invitation_id>/send-again/", invitations.invitation_send_again, name="invitation_send_again"
    ),
    path("people/invitations/<uuid:invitation_id>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("join/<str:token>/", invitations.join, name="join"),
]
