from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        from accounts.people_facts import register_facts
        from training.people_columns import TrainingFacts

        register_facts(TrainingFacts())
