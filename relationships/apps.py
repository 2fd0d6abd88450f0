from django.apps import AppConfig


class RelationshipsConfig(AppConfig):
    name = "relationships"

    def ready(self) -> None:
        from accounts.enums import Role
        from accounts.home import register_card
        from accounts.intake import register_pairs
        from accounts.panels import register_panel
        from core.scans import register_scan
        from relationships import cards, messages, people_pages  # noqa: F401  registers the kinds of messages
        from relationships.placement import pairs_of_mentees
        from relationships.services import expire_proposals

        register_pairs(pairs_of_mentees)
        register_scan("relationships.expire_proposals", expire_proposals, every_seconds=300, order=20)
        register_panel("relationships/panel.html", people_pages.panel, order=20)
        register_card(Role.MENTEE, "relationships/home/proposals.html", cards.proposals_card, order=5)
        register_card(Role.MENTEE, "relationships/home/my_mentor.html", cards.my_mentor, order=20)
        register_card(Role.MENTOR, "relationships/home/proposals.html", cards.proposals_card, order=5)
        register_card(Role.MENTOR, "relationships/home/my_mentees.html", cards.my_mentees, order=15)
        register_card(Role.COORDINATOR, "relationships/home/proposals_out.html", cards.proposals_out, order=20)
        register_card(Role.COORDINATOR, "relationships/home/starts_overdue.html", cards.starts_overdue, order=25)
