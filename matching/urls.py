"""Addresses of this app."""

from django.urls import URLPattern, path

from matching import views

app_name = "matching"
urlpatterns: list[URLPattern] = [
    path("waiting/", views.waiting, name="waiting"),
    path("waiting/propose/", views.propose, name="propose"),
    path("waiting/<uuid:mentee_id>/", views.candidates, name="candidates"),
]
