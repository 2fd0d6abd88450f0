from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        from accounts.enums import Role
        from accounts.home import register_card
        from training.cards import missing

        register_card(Role.MENTOR, "training/home/missing.html", missing)
