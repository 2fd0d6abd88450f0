from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import people_columns  # noqa: F401  registers the columns of the people file
        from accounts.people_facts import register_facts
        from accounts.profile_facts import AvailabilityFacts, ConsentFacts, NeverPairFacts, ProfileFacts

        for facts in (ProfileFacts(), AvailabilityFacts(), NeverPairFacts(), ConsentFacts()):
            register_facts(facts)
