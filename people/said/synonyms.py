"""What people write for the words that a profile knows, beside these themselves: in English and Spanish, without accents."""

from collections.abc import Mapping, Sequence

from django.db.models import TextChoices

from people.enums import Experience, Gender, Goal, Interest, Language, MeetingMode, Pathway

SYNONYMS: Mapping[type[TextChoices], Mapping[str, Sequence[str]]] = {
    Gender: {
        Gender.WOMAN: (
            "f",
            "female",
            "w",
            "women",
            "lady",
            "girl",
            "she/her",
            "woman only",
            "women only",
            "mujeres",
            "femenino",
        ),
        Gender.MAN: ("m", "male", "men", "guy", "boy", "he/him", "man only", "men only", "h", "hombres", "masculino", "varon"),
        Gender.NON_BINARY: ("nb", "enby", "x", "nonbinary", "they/them", "genderqueer", "no binario", "no binaria"),
    },
    Pathway: {
        Pathway.TWELVE_STEP: ("12 steps", "twelve steps", "twelve-step", "aa", "a.a.", "na", "12 pasos", "doce pasos"),
        Pathway.SECULAR: ("smart", "smart recovery", "lifering", "non-religious", "non religious", "laico", "no religioso"),
        Pathway.FAITH: ("faith", "church", "christian", "celebrate recovery", "religious", "iglesia", "religioso"),
        Pathway.MEDICATION: ("mat", "moud", "medication assisted", "medication-assisted treatment", "naltrexone", "medicacion"),
        Pathway.UNDECIDED: ("undecided", "not sure", "unsure", "don't know", "no se", "no estoy seguro", "no estoy segura"),
    },
    MeetingMode: {
        MeetingMode.IN_PERSON: ("in-person", "face to face", "face-to-face", "f2f", "meet up", "cara a cara", "presencial"),
        MeetingMode.PHONE: ("call", "calls", "phone call", "phone calls", "telephone", "by phone", "llamada", "llamadas"),
        MeetingMode.VIDEO: (
            "zoom",
            "video call",
            "video calls",
            "facetime",
            "google meet",
            "online",
            "virtual",
            "videollamada",
        ),
        MeetingMode.TEXT: ("text", "texts", "texting", "sms", "messages", "whatsapp", "chat", "texto", "textos", "mensaje"),
    },
    Goal: {
        Goal.STAY_SOBER: ("stay sober", "sobriety", "not drinking", "stop drinking", "sober", "no beber", "dejar de beber"),
        Goal.EARLY_WEEKS: ("first weeks", "early recovery", "first days", "getting started", "primeras semanas"),
        Goal.FAMILY: ("family stuff", "my family", "kids", "relationships", "marriage", "mi familia", "relaciones"),
        Goal.WORK: ("get a job", "job", "find work", "find a job", "school", "study", "career", "estudio", "empleo"),
        Goal.HEALTH: ("get healthy", "fitness", "my health", "mi salud"),
        Goal.COMMUNITY: ("friends", "new friends", "make friends", "people", "amigos", "amistades"),
        Goal.STEPS: ("work the steps", "the steps", "step work", "12 steps", "los pasos"),
        Goal.SLEEP: ("stress", "sleep better", "dormir", "estres"),
    },
    Experience: {
        Experience.PARENTING: ("kids", "parent", "children", "mom", "dad", "mother", "father", "hijos", "madre", "padre"),
        Experience.GRIEF: ("loss", "bereavement", "death in the family", "perdida"),
        Experience.TRAUMA: ("ptsd", "tept"),
        Experience.MILITARY: ("vet", "veteran", "army", "navy", "marines", "military", "veterano", "veterana", "militar"),
        Experience.CHRONIC_PAIN: ("pain", "back pain", "dolor"),
        Experience.HEALTH_WORK: ("nurse", "doctor", "healthcare worker", "health care", "healthcare", "enfermera", "enfermero"),
        Experience.NIGHT_SHIFTS: ("nights", "night shift", "shift work", "turno de noche"),
        Experience.JOB_LOSS: ("lost job", "job loss", "unemployed", "laid off", "fired", "desempleo", "sin trabajo"),
        Experience.HOUSING: ("homeless", "housing", "eviction", "sin hogar", "vivienda"),
        Experience.LEGAL: ("dui", "dwi", "legal", "court", "probation", "license", "tribunal", "libertad condicional"),
        Experience.LGBTQ: ("lgbt", "gay", "lesbian", "queer", "trans", "transgender", "bisexual"),
        Experience.YOUNG: ("young", "young adult", "joven"),
        Experience.LATER_LIFE: ("older", "later in life", "retired", "mayor", "jubilado", "jubilada"),
        Experience.TREATMENT: ("rehab", "treatment", "inpatient", "residential", "tratamiento"),
        Experience.IMMIGRATION: ("immigrant", "immigration", "refugee", "inmigrante", "refugiado", "refugiada"),
    },
    Interest: {
        Interest.WALKING: ("walks", "hiking", "hikes", "caminatas"),
        Interest.SPORT: ("sport", "gym", "football", "soccer", "basketball", "deporte", "futbol"),
        Interest.COOKING: ("cook", "baking", "food"),
        Interest.READING: ("books", "read", "libros"),
        Interest.GARDEN: ("garden", "plants", "jardin"),
        Interest.CRAFTS: ("art", "knitting", "painting", "arte"),
        Interest.FAITH: ("prayer", "church", "iglesia"),
        Interest.GAMES: ("gaming", "video games", "cards", "chess"),
        Interest.MOVIES: ("film", "films", "tv", "cine"),
        Interest.ANIMALS: ("dogs", "cats", "pets", "dog", "cat", "perros", "gatos", "mascotas"),
        Interest.CARS: ("car", "mechanics", "motorcycles", "coches", "carros"),
    },
    Language: {
        Language.EN: ("eng", "english only", "ingles"),
        Language.ES: ("spa", "sp", "castellano", "espanol"),
        Language.FR: ("fra", "francais"),
        Language.PT: ("por", "portugues"),
        Language.ZH: ("mandarin", "cantonese", "zho"),
        Language.TL: ("filipino", "fil"),
        Language.DE: ("ger", "deu", "deutsch"),
    },
}
