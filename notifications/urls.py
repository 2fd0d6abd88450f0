"""Addresses of this app."""

from django.urls import URLPattern, path

from notifications import views

app_name = "notifications"
urlpatterns: list[URLPattern] = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<uuid:notice_id>/", views.open_notice, name="open"),
    path("undelivered/", views.undelivered, name="undelivered"),
    path("undelivered/<uuid:delivery_id>/try-again/", views.try_again, name="try_again"),
]
