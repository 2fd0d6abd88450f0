"""Addresses of this app."""

from django.urls import URLPattern, path

from core import health, support

app_name = "core"
urlpatterns: list[URLPattern] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("support/", support.support, name="support"),
]
