"""Where the values of the people file live: every group of columns, in the order in which they are written.

The importer creates users and memberships; these do the rest.
"""

from intake.files.facts.availability import AvailabilityFacts
from intake.files.facts.base import Facts
from intake.files.facts.consent import ConsentFacts
from intake.files.facts.never_pairs import NeverPairFacts
from intake.files.facts.profile import ProfileFacts
from intake.files.facts.training import TrainingFacts

ALL_FACTS: tuple[Facts, ...] = (ProfileFacts(), AvailabilityFacts(), NeverPairFacts(), ConsentFacts(), TrainingFacts())
