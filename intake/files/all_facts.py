"""Every group of facts that the people file reads and writes, in the order in which they are written."""

from intake.files.facts import Facts
from intake.files.profile_facts import AvailabilityFacts, ConsentFacts, NeverPairFacts, ProfileFacts
from intake.files.training_facts import TrainingFacts

ALL_FACTS: tuple[Facts, ...] = (ProfileFacts(), AvailabilityFacts(), NeverPairFacts(), ConsentFacts(), TrainingFacts())
