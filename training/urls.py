"""Addresses of this app."""

from django.urls import URLPattern, path

from training import views

app_name = "training"
urlpatterns: list[URLPattern] = [
    path("people/<uuid:person_id>/training/", views.record, name="record"),
]
