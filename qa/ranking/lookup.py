"""Every article of the archive that holds all of some words, in any of their spellings.

In: an index and words. Out: articles and places in them, reprints left out. By words alone: a list has no use for what
is merely alike. Knows nothing about questions beyond their words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from embeddings.index import Index
from embeddings.records import Article
from embeddings.words import normalise
from qa.answers.compose import Statement
from qa.asked.question import Question
from qa.ranking.reprints import distinct

_WIDE = 2000  # passages looked through for a list
_SOME, _SPREAD = 200, 8  # the same where a word is rare: so many, and so many for each article that has it
_NOUNS = "njlsigze"  # first letters of the parts of speech that name something


@dataclass(frozen=True, slots=True)
class Words:
    """Words, each in every spelling that will do."""

    forms: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, question: Question, words: Iterable[str]) -> Words:
        """Words of a question with their spellings in this archive, as qa/asked/spellings.py found them."""
        return cls(tuple(_forms(question, word) for word in words))

    def held(self, text: str, some: bool = False) -> bool:
        """Whether a text has every one of the words, or `some` one of them.

        >>> Words((("滆湖", "漏湖"), ("清淤",))).held("漏湖清淤")
        True
        """
        plain = normalise(text) if self.forms else ""
        found = (any(form in plain for form in forms) for forms in self.forms)
        return any(found) if some else all(found)

    def __bool__(self) -> bool:
        return bool(self.forms)

    def __add__(self, other: Words) -> Words:
        return Words(self.forms + other.forms)


def _forms(question: Question, word: str) -> tuple[str, ...]:
    """A word, or a part of one, in each of its spellings."""
    found = [word]
    for _, (first, *others) in question.printed:
        at = first.find(word)
        found += [form[at : at + len(word)] for form in others if at >= 0 and len(form) == len(first)]
        found += [form for form in others if word == first]
    return tuple(dict.fromkeys(filter(None, found)))


def articles(index: Index, text: str, words: Words) -> list[Article]:
    """The articles in which all the words may stand, those with most of the text first.

    Where one of the words is rare, few passages need to be looked at.
    """
    rarest = min((sum(map(index.frequency, forms)) for forms in words.forms), default=0)
    wide = min(_WIDE, _SOME + _SPREAD * rarest) if rarest else _WIDE  # 0: cut differently in print
    wanted = " ".join([text, *(form for forms in words.forms for form in forms[1:])])
    hits = index.search(wanted, wide, dense_weight=0.0, article_weight=0.0)
    return list({hit.article.id: hit.article for hit in hits}.values())


def whole(article: Article) -> str:
    """Everything that stands in an article, its headline too."""
    return f"{article.headline} {article.kicker} {article.text}"


def things(question: Question) -> list[str]:
    """The things that a question names; a lone character belongs to the word beside it: 省, 重大项目 -> 省重大项目."""
    found: list[str] = []
    for word, tag in question.words:
        if tag[0] in _NOUNS:
            joined = found[-1] + word if found else ""
            lone = joined in question.content and (len(word) == 1 or len(found[-1]) == 1) if found else False
            found[-1:] = [joined] if lone else [*found[-1:], word]
    return found


def paragraph(text: str, at: int) -> tuple[int, int]:
    """The span of the paragraph that a place of a text lies in."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)


def merged(lines: Sequence[Statement]) -> list[Statement]:
    """One line for what overlaps (a sentence, and the same with one that leans on it), and none for reprints."""
    kept: list[Statement] = []
    standing = {article.id for article in distinct(line.article for line in lines)}
    for line in lines:
        if line.article.id not in standing:
            continue
        before = kept[-1] if kept else None
        if before and before.article.id == line.article.id and line.start < before.end:
            if line.end - line.start > before.end - before.start:
                kept[-1] = line
        else:
            kept.append(line)
    return kept
