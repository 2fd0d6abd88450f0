import pytest

from core.templatetags.phones import with_calls


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+1 (555) 010-0199", '<a href="tel:+15550100199">+1 (555) 010-0199</a>'),
        ("Text (555) 010.0199 please.", 'Text <a href="tel:5550100199">(555) 010.0199</a> please.'),
        ("555-0100\nor 555-0101", '<a href="tel:5550100">555-0100</a><br>or <a href="tel:5550101">555-0101</a>'),
        ("After 5 pm, room 12", "After 5 pm, room 12"),
        ("1234567890123456", "1234567890123456"),
        ("<b>555-0100</b>", '&lt;b&gt;<a href="tel:5550100">555-0100</a>&lt;/b&gt;'),
        ("x5550100199", "x5550100199"),
        ("", ""),
    ],
)
def test_with_calls_links_numbers_that_can_be_called(text: str, shown: str) -> None:
    assert with_calls(text) == shown
