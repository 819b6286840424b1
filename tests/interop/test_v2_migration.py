"""The page for those who come from the official client names all that the client has, also that of 2.2.1."""

from migration import unnamed
from test_v2_common import needs_v2

needs_v2()


def test_the_page_names_everything_of_the_client():
    assert unnamed() == []
