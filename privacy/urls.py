"""Addresses of this app."""

from django.urls import URLPattern, path

from privacy import views

app_name = "privacy"
urlpatterns: list[URLPattern] = [
    path("who-opened-my-data/", views.access_log, name="access_log"),
]
