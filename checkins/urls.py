"""Addresses of this app."""

from django.urls import URLPattern, path

from checkins import views

app_name = "checkins"
urlpatterns: list[URLPattern] = [
    path("check-in/", views.new, name="new"),
    path("check-in/done/", views.done, name="done"),
    path("my-check-ins/", views.history, name="history"),
    path("pairs/<uuid:pair_id>/check-ins/", views.shared, name="shared"),
    path("check-ins/<uuid:checkin_id>/", views.read, name="read"),
    path("support-requests/<uuid:request_id>/", views.support_request, name="support_request"),
    path("support-requests/<uuid:request_id>/heard/", views.heard, name="heard"),
    path("support-requests/<uuid:request_id>/in-touch/", views.in_touch, name="in_touch"),
]
