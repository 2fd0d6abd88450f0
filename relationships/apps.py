from django.apps import AppConfig


class RelationshipsConfig(AppConfig):
    name = "relationships"

    def ready(self) -> None:
        from accounts.enums import Role
        from accounts.home import register_card
        from accounts.signals import active_changed
        from core.scans import register_scan
        from privacy.signals import person_changed
        from relationships import cards, notices  # noqa: F401  registers the kinds of messages
        from relationships.services import check_standing, expire_proposals
        from relationships.services.rules import CHECK_SECONDS, on_active_changed, on_person_changed

        register_scan("relationships.expire_proposals", expire_proposals, every_seconds=300, order=20)
        register_scan("relationships.check_standing", check_standing, every_seconds=CHECK_SECONDS, order=20)
        person_changed.connect(on_person_changed)
        active_changed.connect(on_active_changed)
        register_card(Role.MENTEE, "relationships/home/proposals.html", cards.proposals_card)
        register_card(Role.MENTEE, "relationships/home/my_mentor.html", cards.my_mentor)
        register_card(Role.MENTOR, "relationships/home/proposals.html", cards.proposals_card)
        register_card(Role.MENTOR, "relationships/home/my_mentees.html", cards.my_mentees)
        register_card(Role.COORDINATOR, "relationships/home/on_hold.html", cards.on_hold)
        register_card(Role.SUPERVISOR, "relationships/home/on_hold.html", cards.on_hold)
        register_card(Role.COORDINATOR, "relationships/home/no_longer_fits.html", cards.no_longer_fits)
        register_card(Role.COORDINATOR, "relationships/home/proposals_out.html", cards.proposals_out)
        register_card(Role.COORDINATOR, "relationships/home/starts_overdue.html", cards.starts_overdue)
