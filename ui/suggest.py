"""Articles → a few questions that the archive can probably answer, for a reader who does not know what to ask.

In: articles, and a way to try a question. Out: questions. Templates only; knows nothing about retrieval.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from embeddings.records import Article
from qa.question import content_words, kind_of

_SUBJECT = re.compile(r"(?:^|[。\n])([^,，。;；:：、\s“”《》()（）]{2,14}项目)")
_VAGUE = re.compile(r"[个些该这此其各一二两三四五六七八九十\d]|重大|建设中|总投资|图为|的")
_STAGE = re.compile(r"竣工|投产|达产|开工")
_SAYS = re.compile(
    r"(?:^|[。\n])(?![他她它其据这那])([^,，。;；:：、\s“”《》()（）\d]{2,12}?)(?<![来时中])(?:说|介绍|表示)[,，:：]"
)
_SUM = re.compile(r"总投资(?:额|约)?(\d[\d.]*(?:亿|万)(?:元|美元))")

_TRIES = 4  # further questions that are tried after an answer


def suggest(articles: Sequence[Article], answers: Callable[[str], bool], count: int = 4) -> list[str]:
    """Up to `count` questions, one of each kind in turn; `answers` says whether the archive answers one."""
    return _take([_projects(articles), _reporters(articles), _sums(articles), _costs(articles)], answers, count)


def follow_ups(cited: Sequence[Article], asked: Iterable[str], answers: Callable[[str], bool]) -> tuple[str, ...]:
    """Up to three questions to ask next, about the cited articles.

    None of them was `asked` already, in these words or others; `answers` says whether the archive answers one.
    """
    known = [_sense(question) for question in asked]
    kinds = [_projects(cited), _costs(cited), _statements(cited), _stories(cited), _authors(cited)]
    tries = iter(range(_TRIES))  # each is a question asked

    def new(question: str) -> bool:
        fresh = not any(_alike(_sense(question), other) for other in known)
        return fresh and next(tries, None) is not None and answers(question)

    return tuple(_take(kinds, new, 3))


def _sense(question: str) -> tuple[str, frozenset[str]]:
    """The kind of a question and what it names: the same for 科恩啥时候投产 and 科恩什么时候投产？."""
    return kind_of(question), frozenset(word for word, _ in content_words(question))


def _alike(one: tuple[str, frozenset[str]], other: tuple[str, frozenset[str]]) -> bool:
    """Whether two questions ask the same: of one kind, and all that one names is named by the other."""
    return one[0] == other[0] and (one[1] <= other[1] or other[1] <= one[1])


def _take(kinds: list[Iterator[str]], answers: Callable[[str], bool], count: int) -> list[str]:
    """The first `count` questions that are answered, one of each kind in turn."""
    found: list[str] = []
    while kinds and len(found) < count:
        for kind in list(kinds):
            if len(found) == count:
                break
            question = next((question for question in kind if question not in found and answers(question)), None)
            if question is None:
                kinds.remove(kind)
            else:
                found.append(question)
    return found


def _authors(articles: Iterable[Article]) -> Iterator[str]:
    """'记者某某写过哪些报道？', for who signed first."""
    for article in articles:
        if article.reporters and article.kind == "report":
            yield f"记者{article.reporters[0]}写过哪些报道？"


def _statements(articles: Iterable[Article]) -> Iterator[str]:
    """'《某某通车》里市交通局说了什么？', where the text says who speaks."""
    for article in articles:
        if (speaker := _SAYS.search(article.text)) and 4 <= len(article.headline) <= 16:
            yield f"《{article.headline}》里{speaker[1]}说了什么？"


def _stories(articles: Iterable[Article]) -> Iterator[str]:
    """'《某某通车》讲了什么？', for headlines short enough to ask."""
    for article in articles:
        if 4 <= len(article.headline) <= 16 and article.kind == "report":
            yield f"《{article.headline}》讲了什么？"


def _projects(articles: Iterable[Article]) -> Iterator[str]:
    """'某某项目什么时候竣工？'."""
    for article in articles:
        subject, stage = _SUBJECT.search(article.text), _STAGE.search(article.text)
        if subject and stage and not _VAGUE.search(subject[1]):
            yield f"{subject[1]}什么时候{stage[0]}？"


def _costs(articles: Iterable[Article]) -> Iterator[str]:
    """'某某的总投资是多少？', where the kicker names what the article is about."""
    for article in articles:
        subject = re.fullmatch(r"([^\s:：]{2,12})[:：]", article.kicker)
        if subject and _SUM.search(article.text):
            yield f"{subject[1]}的总投资是多少？"


def _reporters(articles: Iterable[Article]) -> Iterator[str]:
    """'记者某某写过哪些报道？', the busiest first."""
    counts = Counter(name for article in articles if article.kind == "report" for name in article.reporters)
    return (f"记者{name}写过哪些报道？" for name, count in counts.most_common() if count > 1)


def _sums(articles: Iterable[Article]) -> Iterator[str]:
    """'总投资10亿元的项目有哪些？', for sums that several articles name."""
    counts = Counter(amount for article in articles for amount in set(_SUM.findall(article.text)))
    return (f"总投资{amount}的项目有哪些？" for amount, count in counts.most_common() if count > 1)
