"""Which words are forenames, and whose, by Faker's lists of some eighty countries (about 31,000)."""

import importlib
import pkgutil
from functools import cache

LISTS = ("first_name", "first_romanized_name")
PRONOUNS = {"first_names_male": "he", "first_names_female": "she"}
# In the lists, yet in a text more often a place, a people or a title.
PLACES = frozenset(
    """
    africa alabama alaska america arizona arkansas asia britain brown california carolina chase china
    colorado connecticut cuba dakota dallas delaware delta east england europe florida ford france french
    general georgia german golden gray green hampshire hawaii houston idaho illinois india indiana iowa iran
    ireland israel italy jersey judge kansas kentucky kenya king london louisiana maine major maryland
    massachusetts meta mexico michigan minnesota mississippi missouri montana nebraska nevada new north
    october ohio oklahoma oregon paris pennsylvania prince queen red roll royal russia san santa september
    south tennessee texas turkey ukraine us utah vermont villa virginia washington wells west wisconsin
    wyoming york young
    """.split()
)


@cache
def _told() -> dict[str, set[str]]:
    """For each forename in lower case the pronouns that its lists tell; reading them takes 0.3 s."""
    import faker.providers.person as lists

    found: dict[str, set[str]] = {}
    for country in pkgutil.iter_modules(lists.__path__, f"{lists.__name__}."):
        provider = importlib.import_module(country.name).Provider
        for name in dir(provider):
            names = getattr(provider, name)
            if name.startswith(LISTS) and isinstance(names, (dict, tuple, list)):
                for each in names:
                    told = found.setdefault(str(each).casefold(), set())
                    told.update(filter(None, [PRONOUNS.get(name)]))
    return found


@cache
def forenames() -> frozenset[str]:
    """All forenames, in lower case."""
    return frozenset(_told().keys() - PLACES)


def pronoun_of(forename: str) -> str | None:
    """ "he" or "she", where all lists give a forename to one of them."""
    told = _told().get(forename.casefold(), set())
    return next(iter(told)) if len(told) == 1 else None
