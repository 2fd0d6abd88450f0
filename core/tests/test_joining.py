"""Names in a row."""

import pytest
from django.utils import translation

from core.joining import joined


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), ""),
        (("Ana",), "Ana"),
        (("Ana", "Ben", "Carla"), "Ana, Ben y Carla"),
        (("Ana", "Ingrid"), "Ana e Ingrid"),
        (("Ana", "Íñigo"), "Ana e Íñigo"),
        (("Ana", "Hilda"), "Ana e Hilda"),
        (("Ana", "Yvonne"), "Ana e Yvonne"),
        (("Ingrid", "Ana"), "Ingrid y Ana"),
        (("Ana", "Yolanda"), "Ana y Yolanda"),
        (("Ana", "Hierro"), "Ana y Hierro"),
    ],
)
def test_joined_in_spanish_says_and_as_the_next_name_sounds(names: tuple[str, ...], said: str) -> None:
    with translation.override("es"):
        assert joined(names) == said


def test_joined_in_english_always_says_and() -> None:
    with translation.override("en"):
        assert joined(["Ana", "Ben", "Ingrid"]) == "Ana, Ben and Ingrid"
