"""Addresses of this app."""

from django.urls import URLPattern, path

from matching.enums import OverrideKind
from matching.rounds import views as views_rounds
from matching.waiting import views
from matching.weights import views as views_weights

app_name = "matching"
urlpatterns: list[URLPattern] = [
    path("waiting/", views.waiting, name="waiting"),
    path("waiting/weights/", views_weights.weights, name="weights"),
    path("waiting/propose/", views.propose, name="propose"),
    path("waiting/<uuid:mentee_id>/", views.candidates, name="candidates"),
    path("waiting/rounds/", views_rounds.rounds, name="rounds"),
    path("waiting/rounds/start/", views_rounds.start, name="start_round"),
    path("waiting/rounds/<uuid:round_id>/", views_rounds.round_page, name="round"),
    path("waiting/rounds/<uuid:round_id>/again/", views_rounds.solve_again, name="solve_again"),
    path("waiting/rounds/<uuid:round_id>/call-off/", views_rounds.call_off, name="call_off"),
    path("waiting/rounds/<uuid:round_id>/set-aside/", views_rounds.set_aside, name="set_aside"),
    path("waiting/rounds/<uuid:round_id>/reopen/", views_rounds.reopen, name="reopen"),
    path("waiting/rounds/<uuid:round_id>/progress/", views_rounds.progress, name="round_progress"),
    path("waiting/rounds/<uuid:round_id>/weights/", views_rounds.weights, name="round_weights"),
    path("waiting/rounds/<uuid:round_id>/send/", views_rounds.send_round, name="send_round"),
    path("waiting/rounds/<uuid:round_id>/take-back/<uuid:override_id>/", views_rounds.take_back, name="take_back"),
    path("waiting/rounds/<uuid:round_id>/people/<uuid:mentee_id>/", views_rounds.pair, name="round_pair"),
    path(
        "waiting/rounds/<uuid:round_id>/people/<uuid:mentee_id>/together/",
        views_rounds.override,
        {"kind": OverrideKind.LOCK},
        name="keep_together",
    ),
    path(
        "waiting/rounds/<uuid:round_id>/people/<uuid:mentee_id>/apart/",
        views_rounds.override,
        {"kind": OverrideKind.FORBID},
        name="keep_apart",
    ),
]
