"""Addresses of this app."""

from django.urls import URLPattern, path

from people.views import invitations, me

app_name = "people"
urlpatterns: list[URLPattern] = [
    path("me/", me.me, name="me"),
    path("people/invite-everybody/", invitations.invite_everybody, name="invite_everybody"),
    path("people/invitations/", invitations.invitation_list, name="invitations"),
    path(
        "people/invitations/<uuid:invitation_id>/send-again/", invitations.invitation_send_again, name="invitation_send_again"
    ),
    path("people/invitations/<uuid:invitation_id>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("join/<str:token>/", invitations.join, name="join"),
]
