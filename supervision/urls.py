"""Addresses of this app."""

from django.urls import URLPattern, path

from supervision import views

app_name = "supervision"
urlpatterns: list[URLPattern] = [
    path("flags/", views.flags, name="flags"),
    path("flags/<uuid:flag_id>/", views.flag, name="flag"),
    path("flags/event/<uuid:event_id>/", views.event, name="event"),
]
