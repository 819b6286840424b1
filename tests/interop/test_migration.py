"""The page for those who come from the official client names all that the client has."""

from migration import unnamed


def test_the_page_names_everything_of_the_client():
    assert unnamed() == []
