from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        from accounts.enums import Role
        from accounts.home import register_card
        from accounts.panels import register_filter, register_panel
        from accounts.people_facts import register_facts
        from accounts.people_missing import register_needs
        from training import people_pages
        from training.people_columns import TrainingFacts, needs

        register_facts(TrainingFacts())
        register_needs(needs)
        register_panel("training/panel.html", people_pages.panel)
        register_filter(people_pages.READINESS_FILTER)
        register_card(Role.MENTOR, "training/home/missing.html", people_pages.card, order=80)
