from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "intake"

    def ready(self) -> None:
        from accounts.enums import Role
        from accounts.home import register_card
        from core.scans import register_scan
        from intake import notices  # noqa: F401  registers the kind of message
        from intake.cards import first_steps, intake_card, next_steps, no_coordinator, to_hand_on
        from intake.files.pending import drop_expired
        from intake.standing import saying_what_became, standing_of
        from people.followed import register_standing

        for role in (Role.MENTEE, Role.MENTOR):
            register_card(role, "intake/home/next_steps.html", next_steps)
        register_card(Role.COORDINATOR, "intake/home/first_steps.html", first_steps)
        register_card(Role.COORDINATOR, "intake/home/intake.html", intake_card)
        register_card(Role.COORDINATOR, "intake/home/to_hand_on.html", to_hand_on)
        register_card(Role.SUPERVISOR, "intake/home/to_hand_on.html", to_hand_on)
        register_card(Role.ADMIN, "intake/home/no_coordinator.html", no_coordinator)
        register_standing(standing_of, saying_what_became)
        register_scan("intake.pending_imports", drop_expired, every_seconds=3600)
