"""The people of the demo program. Every name is invented; any likeness to a living person is chance.

Tables, not chance: what the demo program promises (ages, genders, pathways, languages) can be counted here.
"""

from dataclasses import dataclass

from people.enums import Gender, Pathway

WOMAN, MAN, NON_BINARY = Gender.WOMAN, Gender.MAN, Gender.NON_BINARY
STEPS, SECULAR, FAITH, MEDICATION, UNDECIDED = (
    Pathway.TWELVE_STEP,
    Pathway.SECULAR,
    Pathway.FAITH,
    Pathway.MEDICATION,
    Pathway.UNDECIDED,
)
EN, ES, BOTH = ("en",), ("es",), ("es", "en")


@dataclass(frozen=True)
class Person:
    """`languages` are those the person can hold a session in, the one they like best first."""

    first_name: str
    last_name: str
    gender: Gender
    age: int
    pathway: Pathway
    languages: tuple[str, ...] = EN

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}@example.org".lower().replace("'", "").replace(" ", "")


# Eighteen whose pair is well under way. The first is mentee@example.org; the first two have the first mentor.
SETTLED = (
    Person("Jonah", "Abara", MAN, 34, STEPS),
    Person("Celeste", "Wyndham", WOMAN, 47, STEPS),
    Person("Marisela", "Oquendo", WOMAN, 39, FAITH, ES),
    Person("Desmond", "Fairley", MAN, 46, STEPS),
    Person("Ingrid", "Solheim", WOMAN, 61, SECULAR),
    Person("Tobias", "Renquist", MAN, 28, SECULAR),
    Person("Leticia", "Bravante", WOMAN, 33, STEPS, BOTH),
    Person("Kwabena", "Asamoah", MAN, 45, FAITH),
    Person("Noor", "Halabieh", WOMAN, 26, UNDECIDED),
    Person("Garrett", "Pomfret", MAN, 54, STEPS),
    Person("Yuki", "Tanigawa", WOMAN, 41, SECULAR),
    Person("Elias", "Montrose", MAN, 37, MEDICATION),
    Person("Bettina", "Kowalik", WOMAN, 45, STEPS),
    Person("Rafael", "Iturbe", MAN, 43, STEPS, ES),
    Person("Sloane", "Everhart", NON_BINARY, 29, SECULAR),
    Person("Winston", "Delacroy", MAN, 64, FAITH),
    Person("Amara", "Nwosu", WOMAN, 31, STEPS),
    Person("Patrick", "Oyelaran", MAN, 48, STEPS),
)
# Eight whose pair is in its first thirty days.
EARLY = (
    Person("Shauna", "Trevellick", WOMAN, 36, STEPS),
    Person("Dmitri", "Valkov", MAN, 42, MEDICATION),
    Person("Ximena", "Robledo", WOMAN, 24, STEPS, ES),
    Person("Marcus", "Ellery", MAN, 49, STEPS),
    Person("Thandi", "Mokoena", WOMAN, 38, FAITH),
    Person("Owen", "Brackett", MAN, 22, UNDECIDED),
    Person("Farida", "Qaderi", WOMAN, 44, SECULAR),
    Person("Lorenzo", "Cattaneo", MAN, 49, STEPS),
)
PAUSED = (
    Person("Hollis", "Vandermeer", MAN, 40, STEPS),
    Person("Renata", "Figueres", WOMAN, 35, FAITH, BOTH),
)
CLOSING = (
    Person("Calvin", "Thibodeau", MAN, 51, STEPS),
    Person("Oluchi", "Eze", WOMAN, 30, SECULAR),
)
# Six who wait for a mentor; the first two have a proposal out.
WAITING = (
    Person("Nadine", "Castleberry", WOMAN, 45, STEPS),
    Person("Theo", "Marchetti", MAN, 32, SECULAR),
    Person("Graciela", "Montiel", WOMAN, 49, STEPS, ES),
    Person("Bao", "Luong", MAN, 27, MEDICATION),
    Person("Rowan", "Ashdown", NON_BINARY, 25, UNDECIDED),
    Person("Stanley", "Kurowski", MAN, 67, STEPS),
)
# Three whose intake is not finished.
INTAKE = (
    Person("Delphine", "Aucoin", WOMAN, 29, UNDECIDED),
    Person("Hector", "Saldivar", MAN, 46, STEPS, BOTH),
    Person("Vernon", "Whitlock", MAN, 59, MEDICATION),
)
# Nine who were here before.
ALUMNI = (
    Person("Miriam", "Feldstein", WOMAN, 53, STEPS),
    Person("Darnell", "Hutchins", MAN, 33, FAITH),
    Person("Greta", "Lindholm", WOMAN, 48, SECULAR),
    Person("Arturo", "Benavidez", MAN, 51, STEPS, BOTH),
    Person("Siobhan", "Carrow", WOMAN, 27, MEDICATION),
    Person("Emeka", "Obiora", MAN, 36, STEPS),
    Person("Lucille", "Hartgrove", WOMAN, 63, FAITH),
    Person("Jasper", "Nyqvist", MAN, 23, UNDECIDED),
    Person("Consuelo", "Paredes", WOMAN, 44, SECULAR, ES),
)
MENTEES = (*SETTLED, *EARLY, *PAUSED, *CLOSING, *WAITING, *INTAKE, *ALUMNI)

# The first is mentor@example.org. The first thirteen have mentees, the next is ready and free, the last two are in training.
MENTORS = (
    Person("Teresa", "Lindqvist", WOMAN, 54, STEPS),
    Person("Alonso", "Carrizo", MAN, 49, STEPS, BOTH),
    Person("Beverly", "Stroud", WOMAN, 62, FAITH),
    Person("Mohsen", "Tavakkol", MAN, 44, SECULAR),
    Person("Dolores", "Quintanar", WOMAN, 57, FAITH, BOTH),
    Person("Raymond", "Ostrander", MAN, 66, STEPS),
    Person("Joyce", "Amankwah", WOMAN, 51, STEPS),
    Person("Kieran", "Doolan", MAN, 39, MEDICATION),
    Person("Anneliese", "Brandt", WOMAN, 46, SECULAR),
    Person("Terrell", "Gaines-Moody", MAN, 53, STEPS),
    Person("Paloma", "Arrieta", WOMAN, 42, STEPS, BOTH),
    Person("Sung-ho", "Baek", MAN, 48, SECULAR),
    Person("Frances", "Delorme", WOMAN, 59, STEPS),
    Person("Ibrahim", "Conteh", MAN, 45, FAITH),
    Person("Wendy", "Marlowe-Tsosie", WOMAN, 37, STEPS),
    Person("Luca", "Ferrandino", MAN, 41, MEDICATION),
)

MENTOR_OF = (
    *(0, 0, 1, 2, 8, 3, 4, 2, 6, 5, 3, 7, 6, 1, 8, 2, 6, 5),  # settled
    *(9, 7, 4, 5, 10, 9, 11, 3),  # early
    *(11, 10),  # paused
    *(12, 4),  # closing
)
"""Which mentor (by place in `MENTORS`) has which mentee, in the order settled, early, paused, closing."""
FORMER_MENTOR_OF = (5, 9, 8, 1, 0, 7, 12, 11, 10)
"""Which mentor each of the alumni had."""
