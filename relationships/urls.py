"""Addresses of this app."""

from django.urls import URLPattern, path

from relationships.views import answers, confiding, pairs, sessions, states

app_name = "relationships"
urlpatterns: list[URLPattern] = [
    path("pairs/", pairs.pair_list, name="list"),
    path("pairs/<uuid:pair_id>/", pairs.detail, name="detail"),
    path("pairs/<uuid:pair_id>/answer/", answers.answer, name="answer"),
    path("pairs/<uuid:pair_id>/answer/no/", answers.say_no, name="say_no"),
    path("pairs/<uuid:pair_id>/cadence/", pairs.cadence, name="cadence"),
    path("pairs/<uuid:pair_id>/supervisor/", confiding.tell_supervisor, name="tell_supervisor"),
    path("pairs/<uuid:pair_id>/sessions/new/", sessions.log_session, name="log_session"),
    path("pairs/<uuid:pair_id>/sessions/<uuid:session_id>/", sessions.session, name="session"),
    path("pairs/<uuid:pair_id>/sessions/<uuid:session_id>/confirm/", sessions.confirm_session, name="confirm_session"),
    path("pairs/<uuid:pair_id>/sessions/<uuid:session_id>/undo/", sessions.take_back_session, name="take_back_session"),
    path("pairs/<uuid:pair_id>/change/<slug:action>/", states.change_state, name="change_state"),
]
