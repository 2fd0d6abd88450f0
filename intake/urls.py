"""Addresses of this app."""

from django.urls import URLPattern, path

from intake.views import consent, imports, people, steps

app_name = "intake"
urlpatterns: list[URLPattern] = [
    path("my-consent/", consent.my_consent, name="my_consent"),
    path("my-consent/<uuid:consent_id>/take-back/", consent.take_back_consent, name="take_back_consent"),
    path("people/", people.people, name="people"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("people/<uuid:person_id>/edit/", people.person_edit, name="person_edit"),
    path("people/<uuid:person_id>/active/", people.set_active, name="set_active"),
    path("people/<uuid:person_id>/consent/", steps.consent_give, name="consent_give"),
    path("people/<uuid:person_id>/consent/revoke/", steps.consent_revoke, name="consent_revoke"),
    path("people/<uuid:person_id>/waiting/", steps.start_waiting, name="start_waiting"),
    path("people/<uuid:person_id>/not-waiting/", steps.leave_unmatched, name="leave_unmatched"),
    path("people/<uuid:person_id>/never-pair/", people.never_pair_add, name="never_pair_add"),
    path("people/<uuid:person_id>/never-pair/<uuid:rule_id>/drop/", people.never_pair_drop, name="never_pair_drop"),
    path("people/import/", imports.import_upload, name="import"),
    path("people/import/<uuid:pending_id>/", imports.import_preview, name="import_preview"),
    path("people/import/<uuid:pending_id>/confirm/", imports.import_confirm, name="import_confirm"),
    path("people/import/<uuid:pending_id>/<slug:kind>-to-fix.csv", imports.import_left, name="import_left"),
    path("people/export/<slug:kind>.csv", imports.export, name="export"),
]
