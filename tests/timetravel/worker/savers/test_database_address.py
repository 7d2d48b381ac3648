"""Addresses that a library would quote a part of, which may be of the password."""

import pytest

from ui.timetravel.worker.child.errors.refused import Refused
from ui.timetravel.worker.child.savers.opening.address import check_address


@pytest.mark.parametrize("user", ["me:open/sesame", "me:1/sesame", "me:#sesame", "me:[sesame"])
def test_an_address_that_a_library_would_quote_in_part_is_refused(user):
    with pytest.raises(Refused, match="%2F"):
        check_address(f"postgresql://{user}@host/db")


@pytest.mark.parametrize("hosts", ["host:5432", "one:5432,two", "[::1]:5432", "%2Frun%2Fpostgresql", ""])
def test_hosts_of_any_kind_are_left_to_the_library(hosts):
    check_address(f"postgresql://me:open@sesame@{hosts}/db?connect_timeout=3")
