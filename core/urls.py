"""Addresses of this app."""

from django.urls import URLPattern, path

from core import health, support, views

app_name = "core"
urlpatterns: list[URLPattern] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("start-anew/", views.forget_typed, name="forget_typed"),
    path("support/", support.support, name="support"),
]
