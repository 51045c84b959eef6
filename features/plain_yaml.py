"""YAML that an office or a city wrote: plain values only, of a size a person writes, faults of every kind as one error."""

from pathlib import Path

import yaml

MOST_VALUES = 100_000
"""Values of a document, with every alias read as what it stands for: the longest shipped one has some thousands."""


DEEPEST = 50
"""Lists and mappings within one another."""


class NotYamlError(ValueError):
    """The text is no YAML that can be used; the message says why, on one line."""


def read(path: Path) -> object:
    """Return the document in the file at ``path``.

    Raises
    ------
    OSError
        The file cannot be read.
    NotYamlError
        It is no text in UTF-8, or no usable YAML.
    """
    try:
        return parse(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise NotYamlError("not text in UTF-8") from None


def parse(text: str) -> object:
    """Return the document in ``text``.

    Raises
    ------
    NotYamlError
        It is not YAML, names a day that is none, is nested without end or too deeply, or stands for more than `MOST_VALUES` values.
    """
    try:
        if _has_aliases(text) and _values(yaml.compose(text, Loader=yaml.CSafeLoader), {}) > MOST_VALUES:
            raise NotYamlError(f"more than {MOST_VALUES:,} values")
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except NotYamlError:
        raise
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a day or a number that is none
        raise NotYamlError(" ".join(str(error).split())) from None


def _has_aliases(text: str) -> bool:
    """Return whether anything stands for something else; refuse what is nested deeper than `DEEPEST` before it is put together."""
    depth, found = 0, False
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        found |= isinstance(event, yaml.AliasEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise NotYamlError("nested too deeply")
    return found


def _values(node: yaml.Node | None, known: dict[int, int]) -> int:
    """Return how many values a node stands for; ``known``: of nodes met before, 0 while one is being counted."""
    if node is None or isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) not in known:
        known[id(node)] = 0
        below = [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
        known[id(node)] = 1 + sum(_values(part, known) for part in below)
    if not known[id(node)]:
        raise NotYamlError("an alias within what it stands for")
    return known[id(node)]
