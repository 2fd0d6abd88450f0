from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "matching"

    def ready(self) -> None:
        from accounts.enums import Role
        from accounts.home import register_card
        from core.scans import register_scan
        from matching.explain.shared import facts_of
        from matching.rounds.services.solving import SCAN, solve_wanted
        from matching.standing import rules_against
        from matching.waiting.cards import home_card
        from relationships.grounds import register_rules
        from relationships.proposal_facts import register_facts

        register_card(Role.COORDINATOR, "matching/home/waiting.html", home_card)
        register_facts(facts_of)
        register_rules(rules_against)
        register_scan(SCAN, solve_wanted, every_seconds=5, order=20)
