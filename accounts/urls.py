"""Addresses of this app. The home page itself is named in `mentorship.urls`."""

from django.urls import URLPattern, path

from accounts import views

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("exit/", views.leave, name="exit"),
    path("stay/", views.stay, name="stay"),
    path("act-as/", views.act_as, name="act_as"),
    path("program/", views.program, name="program"),
]
