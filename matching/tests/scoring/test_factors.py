"""The table of factors: what every record must bring."""

from pathlib import Path

import pytest
from django.conf import settings

from matching.scoring.factors import FACTORS, Factor, default_weights, factor_named, in_order

pytestmark = pytest.mark.once


def test_factors_are_named_once_and_so_are_their_parts() -> None:
    parts = [part.name for factor in FACTORS.values() for part in factor.parts]
    assert [factor.name for factor in FACTORS.values()] == list(FACTORS)
    assert len(parts) == len(set(parts))


def test_factors_each_has_a_color_of_its_own_in_both_themes() -> None:
    colors = [factor.color for factor in FACTORS.values()]
    css = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text()
    assert len(colors) == len(set(colors))
    for color in colors:
        assert f".meter-part-{color} {{ fill: var(--part-{color}); }}" in css
        assert css.count(f"--part-{color}: #") == 2


def test_factor_that_a_row_names_and_nobody_knows_any_more_has_a_plain_record() -> None:
    dropped = factor_named("shoe_size")
    assert (dropped.label, dropped.color, list(dropped.parts)) == ("Shoe size (no longer counted)", 0, [])
    assert factor_named("places") is FACTORS["places"]


def test_in_order_is_that_of_the_table_with_dropped_ones_last() -> None:
    assert in_order({"shoe_size", "places", "availability", "age_gap"}) == ["availability", "places", "age_gap", "shoe_size"]


def test_default_weights_follow_the_table(factors: dict[str, Factor]) -> None:
    del factors["places"]
    assert "places" not in default_weights()
