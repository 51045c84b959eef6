"""A sentence for the reader in both languages of the program."""

from collections.abc import Iterable


class Bilingual(str):
    """A sentence in English that knows its Indonesian.

    The English text is what logs, tests and ``str()`` see; what reaches a reader goes through ``into``.
    """

    indonesian: str
    __slots__ = ("indonesian",)

    def __new__(cls, english: str, indonesian: str) -> "Bilingual":
        """Return the sentence."""
        made = super().__new__(cls, english)
        made.indonesian = indonesian
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.indonesian

    def into(self, language: str) -> str:
        """Return the sentence in Indonesian (``id``) or English (``en``)."""
        return str(self) if language == "en" else self.indonesian


def listed(separator: str, parts: Iterable[Bilingual]) -> Bilingual:
    """Return several sentences as one list, in each language."""
    held = list(parts)
    return Bilingual(separator.join(held), separator.join(part.indonesian for part in held))
