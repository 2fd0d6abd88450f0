"""The page of a program's weights: what it shows, what it keeps, and what it says would change."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Program
from conftest import SignIn
from demo import factories
from matching.models import Round, WeightChange
from matching.rounds import services
from matching.scoring.factors import FACTORS, default_weights
from matching.tests.scene import Scene, pairs
from matching.weights.preview import LOOKED_AT, preview
from matching.weights.services import set_weights, weights_of

PAGE = reverse("matching:weights")
PAGE_QUERIES = 6
PREVIEW_QUERIES = 11
INTERESTS_ONLY = dict.fromkeys(FACTORS, 0) | {"interests": 100}


def body(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def posted(weights: dict[str, int] | None = None, **more: object) -> dict[str, object]:
    """What the form sends; `more` are fields and buttons."""
    return {**(weights or default_weights()), **more}


@pytest.fixture
def coordinator(alice: Membership, sign_in: SignIn) -> Client:
    return sign_in(alice)


@pytest.fixture
def crossed(scene: Scene) -> Scene:
    """By goals, as in the scene, Ben goes with Mona and Cara with Rosa; by interests it is the other way round."""
    for mentee, interest in ((scene.ben, "music"), (scene.cara, "sports")):
        mentee.mentee_profile.interests = [interest]
        mentee.mentee_profile.save()
    for mentor, interest in ((scene.mona, "sports"), (scene.rosa, "music")):
        mentor.mentor_profile.interests = [interest]
        mentor.mentor_profile.save()
    return scene


def test_page_shows_the_weights_in_use_with_their_shares(
    north: Program, coordinator: Client, alice: Membership, noon: datetime
) -> None:
    set_weights(program=north, weights={**default_weights(), "interests": 25, "places": 0}, by=alice, now=noon)
    response = coordinator.get(PAGE)
    rows = {row.field.name: (row.field.value(), round(row.share)) for row in response.context["rows"]}
    assert rows == {
        "availability": (20, 17),
        "pathway_goals": (20, 17),
        "experience": (20, 17),
        "preferences": (15, 13),
        "support_style": (10, 9),
        "interests": (25, 22),
        "places": (0, 0),
        "capacity": (5, 4),
    }
    found = body(response)
    assert "These weights are in use now." in found
    assert 'id="share-interests">22 %' in found.replace("> ", ">")
    assert "research on them is thin" in found


def test_page_never_changed_says_so(coordinator: Client) -> None:
    assert "Nobody has changed the weights of this program." in body(coordinator.get(PAGE))


def test_save_is_in_force_and_in_the_history(north: Program, coordinator: Client, alice: Membership) -> None:
    response = coordinator.post(PAGE, posted(interests=30, places=0, save=""), follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert weights_of(north) == {**default_weights(), "interests": 30, "places": 0}
    found = body(response)
    assert "Saved. Scores are made with these weights from now on." in found
    assert "Interests and dislikes from 5 to 30; Places both can meet from 5 to 0" in found
    assert WeightChange.objects.get().by == alice


def test_save_the_same_as_now_says_that_nothing_changed(coordinator: Client) -> None:
    found = body(coordinator.post(PAGE, posted(save=""), follow=True))
    assert "These weights are in use already. Nothing changed." in found
    assert not WeightChange.objects.exists()


def test_save_a_number_out_of_range_says_so_beside_it_and_keeps_what_was_typed(coordinator: Client) -> None:
    response = coordinator.post(PAGE, posted(interests=101, places=7, save=""))
    found = body(response, status=422)
    assert response.context["form"].errors == {"interests": ["Type a whole number from 0 to 100."]}
    assert '<a href="#id_interests"><strong>Interests and dislikes</strong> – Type a whole number from 0 to 100.</a>' in found
    assert 'id="id_interests_error"' in found
    assert response.context["form"]["places"].value() == "7"
    assert not WeightChange.objects.exists()


def test_save_all_zero_says_that_something_must_count(coordinator: Client) -> None:
    found = body(coordinator.post(PAGE, posted(dict.fromkeys(FACTORS, 0), save="")), status=422)
    assert "Give at least one factor a number above 0." in found
    assert not WeightChange.objects.exists()


def test_defaults_fill_the_form_and_keep_nothing(
    north: Program, coordinator: Client, alice: Membership, noon: datetime
) -> None:
    set_weights(program=north, weights=INTERESTS_ONLY, by=alice, now=noon)
    response = coordinator.post(PAGE, posted(INTERESTS_ONLY, defaults=""))
    assert response.context["form"].weights == default_weights()
    assert weights_of(north) == INTERESTS_ONLY


def test_preview_says_who_would_change_and_keeps_nothing(north: Program, coordinator: Client, crossed: Scene) -> None:
    found = body(coordinator.post(PAGE, posted(INTERESTS_ONLY, preview="")))
    assert "2 of 2 people who wait would be proposed another mentor." in found
    assert "There is a mentor for 2 of 2." in found
    assert "Rosa, 100 of 100" in found
    assert "instead of Mona, 0 of 100" in found
    assert "The weakest pair would score 100; with the mentors of today’s weights it would be 0." in found
    assert "Changes so far" in found
    assert weights_of(north) == default_weights()


def test_preview_for_htmx_is_only_the_part_that_follows_from_the_numbers(coordinator: Client, crossed: Scene) -> None:
    response = coordinator.post(PAGE, posted(INTERESTS_ONLY), headers={"HX-Request": "true"})
    found = body(response)
    assert "2 of 2 people who wait would be proposed another mentor." in found
    assert "<h1" not in found
    assert found.count('hx-swap-oob="innerHTML"') == 3 + len(FACTORS)


def test_preview_is_what_a_round_proposes_once_the_weights_are_saved(north: Program, crossed: Scene) -> None:
    seen = preview(north, default_weights(), INTERESTS_ONLY, crossed.now)
    before = services.start_round(by=crossed.alice, now=crossed.now)
    assert pairs(before) == {
        change.mentee.user.first_name: change.before.mentor.user.first_name for change in seen.changes if change.before
    }
    services.set_aside(matching_round=before, by=crossed.alice, now=crossed.now)
    set_weights(program=north, weights=INTERESTS_ONLY, by=crossed.alice, now=crossed.now)
    after = services.start_round(by=crossed.alice, now=crossed.now)
    assert pairs(after) == {
        change.mentee.user.first_name: change.after.mentor.user.first_name for change in seen.changes if change.after
    }
    assert Round.objects.count() == 2


def test_preview_that_changes_nobody_says_so(coordinator: Client, crossed: Scene) -> None:
    found = body(coordinator.post(PAGE, posted(places=6, preview="")))
    assert "2 people wait. All would be proposed the same mentor." in found


def test_preview_nobody_waits_says_so(coordinator: Client, mona: Membership, maya: Membership) -> None:
    assert "Nobody waits now, so nothing changes today." in body(coordinator.post(PAGE, posted(places=6, preview="")))


def test_preview_without_any_mentor_matches_nobody(coordinator: Client, ben: Membership) -> None:
    found = body(coordinator.post(PAGE, posted(places=6, preview="")))
    assert "1 person waits. No mentor can take them yet, whatever the weights." in found


def test_preview_of_what_is_no_number_says_which(coordinator: Client, crossed: Scene) -> None:
    found = body(coordinator.post(PAGE, posted(places=""), headers={"HX-Request": "true"}), status=422)
    assert "Places both can meet: Type a whole number from 0 to 100." in found
    assert "One of the numbers is not right yet." in found


def test_preview_more_people_than_it_looks_at_takes_the_longest_waiting(
    north: Program, coordinator: Client, crossed: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LOOKED_AT == 500
    monkeypatch.setattr("matching.weights.preview.LOOKED_AT", 1)
    seen = preview(north, default_weights(), INTERESTS_ONLY, crossed.now)
    assert (seen.people, seen.is_cut) == (1, True)
    assert [change.mentee for change in seen.changes] == [crossed.ben]
    found = body(coordinator.post(PAGE, posted(INTERESTS_ONLY, preview="")))
    assert "More people wait. This looks at the 1 who have waited longest." in found


def test_page_and_preview_more_people_same_number_of_queries(
    north: Program, coordinator: Client, now: datetime, django_assert_num_queries: Callable[..., Any]
) -> None:
    coordinator.get(PAGE)
    for numbers in (range(3), range(3, 30)):
        for number in numbers:
            factories.make_mentor(north, f"mentor{number}@example.org", now=now)
            factories.make_mentee(north, f"mentee{number}@example.org", now=now)
        with django_assert_num_queries(PAGE_QUERIES):
            coordinator.get(PAGE)
        with django_assert_num_queries(PREVIEW_QUERIES):
            coordinator.post(PAGE, posted(places=50), headers={"HX-Request": "true"})


def test_history_is_newest_first_and_paged(
    north: Program, coordinator: Client, alice: Membership, noon: datetime, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(12):
        weights = {**default_weights(), "interests": 50 + number}
        set_weights(program=north, weights=weights, by=alice, now=noon + timedelta(days=number))
    coordinator.get(PAGE)
    with django_assert_num_queries(PAGE_QUERIES):
        first = coordinator.get(PAGE).context["history"].rows
    second = coordinator.get(PAGE, {"page": 2}).context["history"].rows
    said = [row.differences for row in (*first, *second)]
    assert (len(first), len(second)) == (10, 2)
    assert said == [
        *([f"Interests and dislikes from {number - 1} to {number}"] for number in range(61, 50, -1)),
        ["Interests and dislikes from 5 to 50"],
    ]


def test_history_of_another_program_is_not_there(south: Program, coordinator: Client, otto: Membership, noon: datetime) -> None:
    set_weights(program=south, weights=INTERESTS_ONLY, by=otto, now=noon)
    response = coordinator.get(PAGE)
    assert response.context["history"].rows == []
    assert response.context["form"].rows()[0].field.value() == 20


@pytest.mark.parametrize("who", ["sam", "ada", "mona", "ben"])
def test_page_other_roles_are_refused(who: str, sign_in: SignIn, request: pytest.FixtureRequest) -> None:
    client = sign_in(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, posted(save="", interests=50)).status_code == 403
    assert not WeightChange.objects.exists()


def test_page_signed_out_leads_to_sign_in(client: Client, db: None) -> None:
    assert client.get(PAGE).headers["Location"] == f"{reverse('account_login')}?next={PAGE}"


def test_page_wrong_method_is_refused(coordinator: Client) -> None:
    assert coordinator.delete(PAGE).status_code == 405
