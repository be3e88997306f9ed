"""A question as typed → `Question`: stand-alone, its kind, and the words to look for.

In: the question and the turns before it. Out: an immutable `Question`. Rules over words and parts of speech (rjieba);
knows nothing about the archive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date as Date
from functools import cached_property
from itertools import accumulate, combinations, pairwise
from typing import Any, Literal

import rjieba

from embeddings.errors import QuestionError
from embeddings.words import bigrams
from qa.asked.asking import MEASURES, Kind, content_of, kind_of, order_of, unit_of, written
from qa.asked.frames import core
from qa.asked.markup import unmarked
from qa.asked.slips import mended
from qa.language.dates import happened, without_issue
from qa.records import bounded
from qa.talk.followups import History, stand_alone

__all__ = ["MEASURES", "History", "Kind", "Question", "check", "understand"]

_SPELLED = re.compile(r"(?<=.)〔[^〔〕]*〕")  # what `Question.shown` adds, where it comes back as a question
_LONGEST_NAME = 16
_TURNS = 6  # turns that a follow-up may reach back
_IDLE = frozenset(
    "的了是在有和与及等被把对为于将由从到给向这那其该它他她也都就还又则个之以所而或请会能要上中里年月日时地得着过"
)
_MODAL = re.compile(
    r"^[要能会将可已被把给在]+(?=.)|[了着过]$"
)  # what the word cutter leaves on words that it does not know
_COUNTED = re.compile(
    r"[一两二三四五六七八九十几][个种项类张年天位家条方面]+|一共|总共|已经|现在|目前|打算|那天|报上|时候|时间"
)
_LIGHT = frozenset("帮花搞弄盖干叫请让跟用拿算找想没钱")  # said for much that print says otherwise


_DATE_END = re.compile(r"(?<=\d[月]\d[日号])(?=[一-鿿])|(?<=\d[月]\d\d[日号])(?=[一-鿿])")  # 8月8日乔俊杰: no 日乔
_THINGS = frozenset("个家位名次条项座所种人篇件部台套颗辆处户场期批届站支")


@dataclass(frozen=True)
class Question:
    """A stand-alone question. `unit` is the measure word or unit that a number question asks for ("" if open).

    `printed` are words with their spellings in the archive, the one that is looked for first (qa/asked/spellings.py).
    `day` is the day of what is asked about, where the archive has issues that tell of it. `bare` is whether a reader
    typed a name alone, who wants to know whatever there is.
    """

    text: str
    kind: Kind
    unit: str = ""
    printed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    day: Date | None = None
    bare: bool = False

    @cached_property
    def content(self) -> str:
        """The question without what merely asks, normalised: what is searched for.

        >>> understand("科恩项目什么时候投产？").content
        '科恩项目 投产'
        """
        content = self._asked
        for word, forms in self.printed:
            content = content.replace(word, forms[0])
        return content

    @cached_property
    def _asked(self) -> str:
        """The content in the reader's own spelling; the issue that is asked for (昨天的报纸上…) is no part of it."""
        text = self.text if self.kind == "reports" else without_issue(self.text)
        if self.day and (named := happened(text, self.day)):
            text = named[1]
        return _DATE_END.sub(" ", content_of(text))

    @property
    def wanted(self) -> str:
        """The content with every other spelling: what an archive is searched for."""
        return " ".join([self.content, *(form for _, forms in self.printed for form in forms[1:])])

    @cached_property
    def words(self) -> tuple[tuple[str, str], ...]:
        """The distinct content words with their part of speech (rjieba's tags).

        >>> understand("科恩项目什么时候投产？").words
        (('科恩', 'nr'), ('项目', 'n'), ('投产', 'vn'))
        """
        found = []
        for part in self._asked.split():
            tagged = rjieba.tag(part)
            for (word, tag), print_ in zip(tagged, _in_print([word for word, _ in tagged], self.printed), strict=True):
                trimmed = word if rjieba.has_word(word) else _MODAL.sub("", word)
                if trimmed and _telling(trimmed, tag):
                    found.append((trimmed if print_ == word else print_, tag))
        return tuple(dict.fromkeys(found))

    @property
    def shown(self) -> str:
        """The question as it was understood, with the other spellings that are looked for.

        >>> Question("滆湖清淤何时结束？", "date", printed=(("滆湖", ("漏湖",)),)).shown
        '滆湖〔漏湖〕清淤何时结束？'
        """
        text = self.text
        for word, forms in self.printed:
            others = "、".join(form for form in forms if form != word)
            text = text.replace(word, f"{word}〔{others}〕", 1)
        return text

    def spelled_as(self, text: str) -> Question:
        """The question in the spelling of a text, with as many words as in any other."""
        if not self.printed:
            return self
        ordered = ((word, tuple(sorted(forms, key=lambda form: form not in text))) for word, forms in self.printed)
        return replace(self, printed=tuple(ordered))

    @property
    def order(self) -> Literal["latest", "first", ""]:
        """Whether the latest or the first of several is asked for."""
        return order_of(self.text)

    @property
    def counts(self) -> bool:
        """Whether it asks how many things there are, which may have to be counted: 有几个, 共有多少家.

        >>> understand("总投资10亿元的项目有几个？").counts, understand("总投资多少亿元？").counts
        (True, False)
        """
        return self.kind == "number" and self.unit in _THINGS

    @cached_property
    def bigrams(self) -> tuple[str, ...]:
        """The distinct character bigrams of the content."""
        return tuple(dict.fromkeys(bigrams(self.content)))


def _in_print(words: list[str], printed: tuple[tuple[str, tuple[str, ...]], ...]) -> list[str]:
    """The words in the spelling of print, as many as before: a look-alike is cut where its like was cut.

    >>> _in_print(["挥淇", "丞", "主持"], (("挥淇丞", ("恽淇丞",)),))
    ['恽淇', '丞', '主持']
    """
    words = list(words)
    for name, (form, *_) in printed:
        for low, high in combinations(range(len(words) + 1), 2):
            if "".join(words[low:high]) == name:
                ends = [*accumulate(map(len, words[low : high - 1])), len(form)]
                words[low:high] = [form[start:end] or form for start, end in pairwise([0, *ends])]
                break
    return words


def _telling(word: str, tag: str) -> bool:
    """Whether a word of a question can be expected in the article that answers it."""
    idle = word in _IDLE or word in _LIGHT or (tag[0] in "rpcuyeox" and tag != "eng") or _COUNTED.fullmatch(word)
    return word[0].isalnum() and not idle


def understand(asked: str, history: History = (), longest: int = 500) -> Question:
    """Read a question in the light of the turns before it.

    Raises:
        QuestionError: it is empty, says nothing, or is longer than `longest` characters.
    """
    before = [(core(earlier), answered) for earlier, answered in turns(history)[-_TURNS:]]
    text = stand_alone(mended(_SPELLED.sub("", core(unmarked(check(asked, longest))))), before)
    kind = kind_of(text)
    if kind == "what" and _is_name(text):
        return Question(text, "summary", bare=True)
    return Question(text, kind, unit_of(text) if kind == "number" else "")


def _is_name(text: str) -> bool:
    """Whether a question is a name or a thing and no more: 漏湖清淤.

    >>> _is_name("漏湖清淤"), _is_name("总投资多少")
    (True, False)
    """
    plain = re.sub(r"[\s,.!?，。！？、“”\"《》]", "", written(text))
    if content_of(text).replace(" ", "") != plain or not 1 < len(plain) <= _LONGEST_NAME:
        return False
    if not Question(text, "what").words:
        return False  # Сколько стоит?
    return all(tag[0] in "nbjlsigzmx" or tag in ("v", "vn", "eng", "q", "an", "a", "f") for _, tag in rjieba.tag(plain))


def turns(history: Any) -> list[tuple[str, str]]:
    """The turns of a conversation that are read, if they have the shape that is promised.

    Raises:
        QuestionError: they are not pairs of strings.
    """
    pairs = list(history) if isinstance(history, list | tuple) else [history]
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
            raise QuestionError(
                f'history is a list of (question, answer) pairs of strings, not {_short(pair)}: [("问", "答")]'
            )
    return bounded([(asked, answered) for asked, answered in pairs])


def _short(value: Any) -> str:
    """A value in a few characters of one line."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:60]}…"


def check(asked: str, longest: int) -> str:
    """The question in one line, control characters left out."""
    if not isinstance(asked, str):
        raise QuestionError(f'a question is a text, not {type(asked).__name__}: answer("科恩项目什么时候投产?")')
    text = re.sub(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]+", " ", asked).strip()
    if not any(char.isalnum() for char in text):
        raise QuestionError(
            f"the question {'has no words' if text else 'is empty'}: write what you want to know",
            chinese="问题里只有标点和符号；请用文字写出要问的事" if text else "问题是空的；请写出要问的事",
        )
    if len(text) > longest:
        raise QuestionError(
            f"the question has {len(text)} characters; at most {longest} are read: shorten it",
            chinese=f"问题有 {len(text)} 字，最多 {longest} 字；请问得短一些",
        )
    return text
