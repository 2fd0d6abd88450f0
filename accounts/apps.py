from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import (
            invitations,
            pending_imports,
            people_columns,  # noqa: F401  registers the columns of the people file
            sign_in_safety,  # noqa: F401  listens
        )
        from accounts.cards import access
        from accounts.enums import Role
        from accounts.home import register_card
        from accounts.intake import intake_card
        from accounts.people_facts import register_facts
        from accounts.profile_facts import AvailabilityFacts, ConsentFacts, NeverPairFacts, ProfileFacts
        from core.scans import Lane, register_scan

        for facts in (ProfileFacts(), AvailabilityFacts(), NeverPairFacts(), ConsentFacts()):
            register_facts(facts)
        register_card(Role.COORDINATOR, "accounts/home/intake.html", intake_card, order=8)
        register_card(Role.ADMIN, "accounts/home/access.html", access, order=20)
        register_scan("accounts.invitations", invitations.send_due, every_seconds=30, order=90, lane=Lane.DELIVERY)
        register_scan("accounts.pending_imports", pending_imports.drop_expired, every_seconds=3600)
