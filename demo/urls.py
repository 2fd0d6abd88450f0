"""Addresses of this app."""

from django.urls import URLPattern, path

from demo import views

app_name = "demo"
urlpatterns: list[URLPattern] = [path("demo/mail/", views.mail, name="mail")]
