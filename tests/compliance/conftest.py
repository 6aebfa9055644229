"""Compliance tests: the same frozen autumn of 2021 as the registry's."""

from tests.registry.conftest import autumn_2021, county, own_media, person

__all__ = ["autumn_2021", "county", "own_media", "person"]
