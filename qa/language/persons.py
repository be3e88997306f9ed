"""Names of persons and of firms in a text, put together from what the word cutter makes of them: 恽淇 + 丞, 乔 + 俊杰.

In: the words of a text, in order, and the text. Out: the names as words of their own. Surnames, parts of speech and how
common a word is; knows no list of names, nor anything of what is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from embeddings.names import surnamed
from qa.language.company import never_person
from qa.language.rarity import background
from qa.language.tokens import COMMON, FUNCTION, PERSON_TAGS, Token, known

_NO_PERSON = frozenset("省市区县镇乡村州街路河湖山局院会社报队站")


def people(tokens: Sequence[Token], text: str) -> list[Token]:
    """The persons that a text names, in order."""
    found: list[Token] = []
    foreign = _foreign(tokens, text)
    for first, token in enumerate(tokens):
        if found and token.start < found[-1].end:
            continue
        if foreign and token.end > foreign[0].start:
            found.append(foreign.pop(0))
            continue
        if not _begins_name(token):
            continue
        for last in range(min(first + 2, len(tokens) - 1), first - 1, -1):
            parts = tokens[first : last + 1]
            name = text[token.start : parts[-1].end]
            plain = len(name) in (2, 3) and not _ordinary(name) and not _names_place(name, text)
            if plain and _is_name(parts, tokens[last + 1 : last + 2]):
                found.append(Token(name, "nr", token.start, parts[-1].end))
                break
    return found


def things(tokens: Sequence[Token], persons: Sequence[Token], text: str) -> list[Token]:
    """Names of companies and the like: words that the dictionary does not know, with names before them."""
    busy = {at for person in persons for at in range(person.start, person.end)}
    found: list[Token] = []
    for at, token in enumerate(tokens):
        if len(token.text) < 2 or token.start in busy or not _is_thing(token):
            continue
        first = at
        while first and tokens[first - 1].tag in PERSON_TAGS | {"ns"} and token.start - tokens[first - 1].start < 4:
            first -= 1
        start = tokens[first].start
        if found and found[-1].end >= start:
            start = found.pop().start
        found.append(Token(text[start : token.end], "nz", start, token.end))
    return found


def _foreign(tokens: Sequence[Token], text: str) -> list[Token]:
    """Names with a dot, whole: 希拉里·比克尔斯."""
    found: list[Token] = []
    for before, dot, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if dot.text in "·•・":
            start = found.pop().start if found and found[-1].end == dot.start else before.start
            found.append(Token(text[start : after.end], "nr", start, after.end))
    return found


def _names_place(name: str, text: str) -> bool:
    """武进, which the word cutter takes for a person, from what stands around it anywhere in the text."""
    if not name.isalpha():
        return True
    around = rf"(?:[在到往赴访于对让使给]|落户|代表|列入){name}|{name}(?:区|县|镇|市|国家)"
    short = len(name) == 2 and re.search(around, text) is not None
    return name[-1] in _NO_PERSON or never_person(name) or short


def _is_thing(token: Token) -> bool:
    odd = token.tag in ("nrt", "nr", "nz") or (not known(token.text) and token.tag[0] == "n")
    return odd and token.text[-1] not in _NO_PERSON and background().get(token.text, 0) < 3e-4


def _begins_name(token: Token) -> bool:
    return "一" <= token.text[0] <= "鿿" and surnamed(token.text) and (token.tag in PERSON_TAGS or len(token.text) == 1)


def _ordinary(name: str) -> bool:
    """Whether what the dictionary has for a person is a word that everybody uses: 洪水, 贡献者, 强台风."""
    if len(name) == 2:
        return background().get(name, 0) > 10 * COMMON
    return known(name) and max(background().get(part, 0) for part in (name[:2], name[1:])) > 10 * COMMON


def _is_name(parts: Sequence[Token], following: Sequence[Token]) -> bool:
    if any(len(part.text) > 1 and part.tag not in PERSON_TAGS for part in parts[:1]):
        return False
    rest = parts[1:]
    if not rest:
        return parts[0].tag in PERSON_TAGS
    if any(part.tag[0] in "xuwpcrym" or part.text in FUNCTION for part in rest):
        return False
    if len(rest) == 1 and len(rest[0].text) == 1 and parts[0].tag in PERSON_TAGS:
        return (len(parts[0].text) == 2 and rest[0].tag[0] in "njagzd") or (rest[0].tag[0] == "v" and _ends(following))
    return len(parts[0].text) == 1 and any(part.tag in PERSON_TAGS for part in rest)


def _ends(following: Sequence[Token]) -> bool:
    return not following or following[0].tag[0] in "xvpc"
