"""Every address of the site; each app names its own."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.views import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("account/", include("accounts.sign_in.urls")),
    path("", include("core.urls")),
    path("", include("privacy.urls")),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("people.urls")),
    path("", include("training.urls")),
    path("", include("relationships.urls")),
    path("", include("intake.urls")),
    path("", include("matching.urls")),
    path("", include("checkins.urls")),
    path("", include("supervision.urls")),
    path("", include("demo.urls")),
]

handler400 = "core.refusals.bad_request"
