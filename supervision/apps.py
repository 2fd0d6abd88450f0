from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"

    def ready(self) -> None:
        from accounts.enums import Role
        from accounts.home import register_card
        from core.scans import register_scan
        from supervision import cards, notices  # noqa: F401  registers the kinds of messages
        from supervision.services import follow_session_gaps, raise_unanswered, take_up_requests

        register_scan("supervision.requests", take_up_requests, every_seconds=15, order=30)
        register_scan("supervision.unanswered", raise_unanswered, every_seconds=60, order=35)
        register_scan("supervision.session_gaps", follow_session_gaps, every_seconds=60, order=40)
        register_card(Role.SUPERVISOR, "supervision/home/flags.html", cards.supervisor_flags)
        register_card(Role.SUPERVISOR, "supervision/home/my_pairs.html", cards.my_pairs)
        register_card(Role.COORDINATOR, "supervision/home/flags.html", cards.coordinator_flags)
