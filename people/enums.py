"""The words people choose from when they describe themselves."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Gender(TextChoices):
    WOMAN = "woman", _("Woman")
    MAN = "man", _("Man")
    NON_BINARY = "non_binary", _("Non-binary")


class Pathway(TextChoices):
    TWELVE_STEP = "twelve_step", _("12-step")
    SECULAR = "secular", _("Secular")
    FAITH = "faith", _("Faith-based")
    MEDICATION = "medication", _("With medication")
    UNDECIDED = "undecided", _("Still deciding")


class MeetingMode(TextChoices):
    IN_PERSON = "in_person", _("In person")
    PHONE = "phone", _("Phone")
    VIDEO = "video", _("Video")
    TEXT = "text", _("Text messages")


class Goal(TextChoices):
    STAY_SOBER = "stay_sober", _("Staying sober")
    EARLY_WEEKS = "early_weeks", _("Getting through the first weeks")
    FAMILY = "family", _("Mending family ties")
    WORK = "work", _("Work or study")
    HEALTH = "health", _("Health")
    COMMUNITY = "community", _("Finding a community")
    STEPS = "steps", _("Working the steps")
    SLEEP = "sleep", _("Sleep and stress")


class Experience(TextChoices):
    """Lived experience that a person chose to use in matching."""

    PARENTING = "parenting", _("Parenting in recovery")
    GRIEF = "grief", _("Grief")
    ANXIETY = "anxiety", _("Anxiety")
    DEPRESSION = "depression", _("Depression")
    TRAUMA = "trauma", _("Trauma")
    MILITARY = "military", _("Military service")
    CHRONIC_PAIN = "chronic_pain", _("Chronic pain")
    HEALTH_WORK = "health_work", _("Health-care work")
    NIGHT_SHIFTS = "night_shifts", _("Night shifts")
    JOB_LOSS = "job_loss", _("Losing a job")
    HOUSING = "housing", _("Unstable housing")
    LEGAL = "legal", _("Court or license trouble")
    LGBTQ = "lgbtq", _("LGBTQ+")
    YOUNG = "young", _("Stopping young")
    LATER_LIFE = "later_life", _("Stopping later in life")
    RETURN = "return", _("Return to drinking, and coming back")
    TREATMENT = "treatment", _("Residential treatment")
    IMMIGRATION = "immigration", _("Moving from another country")


class SupportStyle(TextChoices):
    LISTENER = "listener", _("Mostly listens")
    DIRECT = "direct", _("Says it straight")
    STRUCTURED = "structured", _("Plans and next steps")
    PRACTICAL = "practical", _("Practical help")
    REFLECTIVE = "reflective", _("Asks questions")
    CHEERFUL = "cheerful", _("Keeps it light")


class Interest(TextChoices):
    """What people like to do, or like to avoid."""

    WALKING = "walking", _("Walking")
    SPORT = "sport", _("Sports")
    MUSIC = "music", _("Music")
    COOKING = "cooking", _("Cooking")
    READING = "reading", _("Reading")
    GARDEN = "garden", _("Gardening")
    CRAFTS = "crafts", _("Crafts")
    FAITH = "faith", _("Faith and prayer")
    GAMES = "games", _("Games")
    MOVIES = "movies", _("Movies")
    ANIMALS = "animals", _("Animals")
    CARS = "cars", _("Cars and machines")
    CROWDS = "crowds", _("Crowded places")
    LOUD = "loud", _("Loud places")
    EARLY = "early", _("Early mornings")
    LATE = "late", _("Late evenings")


class Language(TextChoices):
    """Languages a person can hold a session in (ISO 639-1)."""

    EN = "en", _("English")
    ES = "es", _("Spanish")
    FR = "fr", _("French")
    PT = "pt", _("Portuguese")
    ZH = "zh", _("Chinese")
    VI = "vi", _("Vietnamese")
    TL = "tl", _("Tagalog")
    AR = "ar", _("Arabic")
    RU = "ru", _("Russian")
    KO = "ko", _("Korean")
    PL = "pl", _("Polish")
    DE = "de", _("German")
