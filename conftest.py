"""The cast, used by every test: Alice coordinates, Sam supervises, Mona mentors, Ben is a mentee, Ada administers; all in
North. Otto coordinates, Sofia supervises, Mateo mentors and Maya is a mentee in South, and must see nothing of North.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from django.utils import timezone, translation

from accounts.enums import Role
from accounts.middleware import SESSION_KEY
from accounts.models import Membership, Program
from core.tests.append_only import lifted
from core.tests.no_network import forbid_network
from core.tests.running import prepared
from demo import factories

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is no bug
hypothesis.settings.load_profile("house")

SignIn = Callable[[Membership], Client]


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        forbid_network(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _flush_empties_append_only_tables() -> Iterator[None]:
    """A test with real transactions ends with a flush of every table, which the triggers rightly refuse.

    The flush starts the next test with an empty cache too, which a rollback would have done.
    """
    refused = BaseDatabaseOperations.execute_sql_flush

    def flush(operations: BaseDatabaseOperations, sql_list: Sequence[str]) -> None:
        with lifted(operations.connection):
            refused(operations, sql_list)
        cache.clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
        yield


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A request leaves the language of its person to whatever runs next in its thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def prepared_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for `VAR_DIR`, migrated and with the static files; to be copied by whoever runs a site in it."""
    return prepared(tmp_path_factory.mktemp("prepared") / "var")


NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)
"""Monday, March 2, 2026, 12:00 in New York: when every test happens that asks for no other hour."""

AWKWARD_MOMENTS = {
    "evening": datetime(2026, 11, 28, 3, 30, tzinfo=UTC),
    "new_years_eve": datetime(2027, 1, 1, 3, 30, tzinfo=UTC),
    "leap_day": datetime(2028, 3, 1, 3, 30, tzinfo=UTC),
    "before_clocks_go_forward": datetime(2027, 3, 14, 6, 45, tzinfo=UTC),
    "after_clocks_go_forward": datetime(2026, 3, 8, 7, 15, tzinfo=UTC),
    "before_clocks_go_back": datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
    "after_clocks_go_back": datetime(2027, 11, 7, 6, 30, tzinfo=UTC),
}
"""Hours that have misled programs. In the first three New York's day is the one before UTC's; half past one comes twice."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked `any_hour` happens at each of the awkward moments."""
    if metafunc.definition.get_closest_marker("any_hour"):
        metafunc.parametrize("moment", AWKWARD_MOMENTS.values(), ids=AWKWARD_MOMENTS, indirect=True)


@pytest.fixture
def moment(request: pytest.FixtureRequest) -> datetime:
    """When the test happens."""
    chosen: datetime = getattr(request, "param", NOON)
    return chosen


@pytest.fixture(autouse=True)
def _clock(request: pytest.FixtureRequest, moment: datetime) -> Iterator[None]:
    """The clock of this process starts at `moment`; not where another process takes part, whose clock cannot be moved."""
    if any(map(request.node.get_closest_marker, ("browser", "services", "real_time"))):
        yield
        return
    with time_machine.travel(moment):
        yield


@pytest.fixture
def now(_clock: None) -> datetime:
    """What the clock says, to the second: views read it themselves."""
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def noon() -> datetime:
    """A fixed time for services and pure functions, whatever the clock says."""
    return NOON


@pytest.fixture
def north(db: None) -> Program:
    return factories.make_program("north")


@pytest.fixture
def south(db: None) -> Program:
    return factories.make_program("south")


@pytest.fixture
def alice(north: Program) -> Membership:
    return factories.make_member(north, Role.COORDINATOR, "alice@example.org")


@pytest.fixture
def sam(north: Program) -> Membership:
    return factories.make_member(north, Role.SUPERVISOR, "sam@example.org")


@pytest.fixture
def ada(north: Program) -> Membership:
    return factories.make_member(north, Role.ADMIN, "ada@example.org")


@pytest.fixture
def mona(north: Program, sam: Membership, now: datetime) -> Membership:
    return factories.make_mentor(north, "mona@example.org", now=now, supervisor=sam)


@pytest.fixture
def ben(north: Program, now: datetime) -> Membership:
    return factories.make_mentee(north, "ben@example.org", now=now)


@pytest.fixture
def otto(south: Program) -> Membership:
    return factories.make_member(south, Role.COORDINATOR, "otto@example.org")


@pytest.fixture
def sofia(south: Program) -> Membership:
    return factories.make_member(south, Role.SUPERVISOR, "sofia@example.org")


@pytest.fixture
def mateo(south: Program, sofia: Membership, now: datetime) -> Membership:
    return factories.make_mentor(south, "mateo@example.org", now=now, supervisor=sofia)


@pytest.fixture
def maya(south: Program, now: datetime) -> Membership:
    return factories.make_mentee(south, "maya@example.org", now=now)


@pytest.fixture
def sign_in() -> SignIn:
    """Sign in as a membership; staff have passed their second factor."""

    def signed_in(membership: Membership) -> Client:
        client = Client()
        if membership.is_staff:
            Authenticator.objects.get_or_create(user=membership.user, type=Authenticator.Type.TOTP, defaults={"data": {}})
        client.force_login(membership.user)
        session = client.session
        session[SESSION_KEY] = str(membership.pk)
        session.save()
        return client

    return signed_in
