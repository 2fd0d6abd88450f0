from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"

    def ready(self) -> None:
        from core.scans import register_scan
        from supervision import messages  # noqa: F401  registers the kinds of messages
        from supervision.services import follow_session_gaps, take_up_requests

        register_scan("supervision.requests", take_up_requests, every_seconds=15, order=30)
        register_scan("supervision.session_gaps", follow_session_gaps, every_seconds=60, order=40)
