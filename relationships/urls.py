"""Addresses of this app."""

from django.urls import URLPattern

app_name = "relationships"
urlpatterns: list[URLPattern] = []
