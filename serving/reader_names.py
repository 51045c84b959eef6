"""What sentences about a plan call people, positions and units: people only as the reader may see them."""

from collections.abc import Iterator, Mapping

from fastapi import Request

from publication.answers import Answers
from serving import blind
from serving.masking import shown_people
from serving.pages.reading import names_of
from serving.rendering import language
from serving.texts.words import text


class ReaderNames(Mapping[str, str]):
    """Names by id for one reader and one answer; a person is looked up when a sentence names them.

    Where the look is blind, or the role sees no names, a person is told by their code, as in every list.
    """

    def __init__(self, request: Request, answers: Answers, *, hidden: bool) -> None:
        self._request, self._answers, self._hidden = request, answers, hidden
        self._places = names_of(request, answers)
        self._people: dict[str, str] = {}

    def __getitem__(self, identifier: str) -> str:
        if identifier in self._places:
            return self._places[identifier]
        if identifier not in self._people:
            person = shown_people(self._request, self._answers, [identifier], blind=self._hidden)[identifier]
            code = text(language(self._request), "blind_person", code=blind.code(self._answers.run_id, identifier))
            self._people[identifier] = person["name"] or code
        return self._people[identifier]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._places, **self._people})

    def __len__(self) -> int:
        return len({**self._places, **self._people})
