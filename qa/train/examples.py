"""Texts with questions → examples for the three heads of the reader, with negatives of many kinds.

In: `Text`s (qa/train/corpora.py) and a seed. Out: `Example`s without end. About as many examples have no answer as have
one. Every negative keeps something that makes it tempting; `Example.kind` says what, so that each can be measured:

cut         the window of the answer without the sentence that answers
window      another window of the same article
retrieved   the window most like the question of another article, one like the text or found for the question
transplant  the question with the subject of another article put in, beside that article
exchanged   one name, number, phase, office or body of the question exchanged for another of its kind
written     a near miss that was written for the text
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import rjieba

from qa.train.corpora import Asked, Claimed, Text, bigrams

ENTAILED, CONTRADICTED, SILENT = 0, 1, 2
_SUPPORT = {"entailed": ENTAILED, "contradicted": CONTRADICTED, "silent": SILENT}
_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;][”’」』）)]*|\n|$)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_EXCHANGED_TAGS = ("nr", "ns", "nt", "nz")  # rjieba: persons, places, organisations, other names
_PHASES = [
    words.split() for words in (
        "一期 二期 三期 四期", "第一 第二 第三 第四 第五", "上半年 下半年", "春季 夏季 秋季 冬季", "去年 今年 明年",
        "本届 上届",
    )
]  # fmt: skip
_PHASE = re.compile("|".join(word for words in _PHASES for word in words))
_OFFICES = re.compile(
    "书记|主任|局长|院长|校长|镇长|县长|区长|市长|部长|董事长|总经理|总工程师|教练|队长|会长|馆长|发言人|负责人|设计师"
)
_BODIES = re.compile(
    "(?:大桥|小学|中学|学校|大学|学院|医院|公司|集团|街道|社区|水库|水厂|隧道|公园|图书馆|博物馆|体育馆|银行|法院|车站|机场|项目|小区"
    "|基地|中心|工厂|市场|[镇乡村县区市省局路])$"
)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Example:
    """What the reader is shown and what it should say; None where an example does not train a head."""

    question: str
    title: str
    date: str
    passage: str
    kind: str
    answers: bool | None = None
    spans: tuple[Span, ...] | None = None
    support: int | None = None


def sentences(text: str) -> list[Span]:
    """(start, end) of the sentences of a text, which they cover without a gap."""
    return [match.span() for match in _SENTENCE.finditer(text) if match.end() > match.start()]


def windows(text: str, longest: int) -> list[Span]:
    """Runs of whole sentences of at most `longest` characters, where a sentence is not longer, one after the other."""
    found: list[Span] = []
    for start, end in sentences(text):
        if found and end - found[-1][0] <= longest:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, min(end, start + longest)))
    return found


class Examples:
    """Makes examples of texts; `weights` says how often each source is taken from, by its name."""

    def __init__(self, texts: Sequence[Text], seed: int, weights: dict[str, float]) -> None:
        self._random = random.Random(seed)
        self._texts = [text for text in texts if text.asked or text.claims]
        self._by_source: dict[str, list[tuple[Text, Asked | Claimed]]] = {}
        for text in self._texts:
            items: list[Asked | Claimed] = [*text.asked, *text.claims]
            self._by_source.setdefault(text.source, []).extend((text, item) for item in items)
        self._weights = {source: weights.get(source, 1.0) for source in self._by_source}
        self._near = _Neighbours(self._texts)
        self._bodies: dict[str, list[str]] = {}
        for text in self._texts:
            for name, generic in _bodies(f"{text.title}\n{text.body[:300]}"):
                self._bodies.setdefault(generic, []).append(name)
        self._negatives: list[Callable[[Text, Asked], Example | None]] = [
            self.cut, self.window, self.window, self.retrieved, self.retrieved, self.retrieved, self.transplant,
            self.exchanged, self.exchanged,
        ]  # fmt: skip

    def __iter__(self) -> Iterator[Example]:
        sources = list(self._by_source)
        shares = [self._weights[source] for source in sources]
        queues: dict[str, list[tuple[Text, Asked | Claimed]]] = {source: [] for source in sources}
        while True:
            source = self._random.choices(sources, shares)[0]
            if not queues[source]:  # every item once before any comes again
                queues[source] = self._random.sample(self._by_source[source], len(self._by_source[source]))
            text, item = queues[source].pop()
            yield from self.of(text, item)

    def of(self, text: Text, item: Asked | Claimed) -> Iterator[Example]:
        """The examples that come of one question or claim this time."""
        if isinstance(item, Claimed):
            yield self.claimed(text, item)
            others = [claim for claim in text.claims if claim.support != item.support]
            if others and self._random.random() < 0.3:  # the same text beside a claim that it judges otherwise
                yield self.claimed(text, self._random.choice(others))
            return
        if not item.spans:
            yield self.near_miss(text, item)
            return
        yield self.positive(text, item)
        own = text.source == "written"
        misses = [asked for asked in text.asked if not asked.spans]
        if misses and self._random.random() < 0.5:  # beside the question, one that the same text does not answer
            yield self.near_miss(text, self._random.choice(misses))
        if self._random.random() < (0.35 if own else 0.95):  # written ones have near misses, which are harder
            make = self._random.choice(self._negatives)
            if negative := make(text, item) or self.window(text, item) or self.retrieved(text, item):
                yield negative
        if self._random.random() < (0.15 if own else 0.4) and (claim := self.claim(text, item)):
            yield claim

    # answerable

    def positive(self, text: Text, asked: Asked) -> Example:
        """The question beside a window that holds the answer, now and then with a word of it left out."""
        start, end = self._around(text.body, asked.spans)
        spans = tuple((low - start, high - start) for low, high in asked.spans if start <= low and high <= end)
        return self._example(text, self._varied(asked.question), start, end, "positive", answers=True, spans=spans)

    # negatives

    def near_miss(self, text: Text, asked: Asked) -> Example:
        start, end = self._likeliest(text.body, asked.question)
        return self._example(text, asked.question, start, end, "written", answers=False, spans=())

    def cut(self, text: Text, asked: Asked) -> Example | None:
        start, end = self._around(text.body, asked.spans)
        kept = ""
        for low, high in sentences(text.body[start:end]):
            if not any(low < stop - start and first - start < high for first, stop in asked.spans):
                kept += text.body[start:end][low:high]
        if len(kept) < 30 or self._answered(kept, text, asked):
            return None
        return Example(asked.question, *self._head(text, asked), kept, "cut", answers=False, spans=())

    def window(self, text: Text, asked: Asked) -> Example | None:
        rest = [
            (start, end)
            for start, end in windows(text.body, self._length())
            if end - start >= 40 and not self._answered(text.body[start:end], text, asked)
        ]
        if not rest:
            return None
        if self._random.random() < 0.5:
            start, end = max(rest, key=lambda place: _overlap(asked.question, text.body[place[0] : place[1]]))
        else:
            start, end = self._random.choice(rest)
        example = self._example(text, asked.question, start, end, "window", answers=False, spans=())
        return None if self._answered(example.title, text, asked) else example

    def retrieved(self, text: Text, asked: Asked) -> Example | None:
        near = self._near.of(text) if self._random.random() < 0.3 else self._near.to(asked.question, text)
        other = self._random.choice(near or self._near.of(text))
        start, end = self._likeliest(other.body, asked.question)
        if self._answered(other.body[start:end], text, asked):
            return None
        return self._example(other, asked.question, start, end, "retrieved", answers=False, spans=())

    def transplant(self, text: Text, asked: Asked) -> Example | None:
        if not 2 <= len(text.title) <= 12 or text.title not in asked.question:
            return None
        others = [each for each in self._near.of(text) if 2 <= len(each.title) <= 12 and each.title in each.body]
        if not others:
            return None
        other = self._random.choice(others)
        question = asked.question.replace(text.title, other.title)
        if any(_overlap(question, each.question) > 0.7 for each in other.asked):
            return None  # somebody asks the same of it, and it may well answer
        start, end = self._likeliest(other.body, question)
        return self._example(other, question, start, end, "transplant", answers=False, spans=())

    def exchanged(self, text: Text, asked: Asked) -> Example | None:
        if "？ " in asked.question:  # a follow-up: what is exchanged may not be what is asked now
            return None
        start, end = self._around(text.body, asked.spans)
        ways = [self._other_number, self._other_name, self._other_phase, self._other_office, self._other_body]
        place = asked.spans[0][0]
        sentence = next(text.body[low:high] for low, high in sentences(text.body) if low <= place < high)
        for way in self._random.sample(ways, len(ways)):
            if question := way(asked.question, text.body, sentence):
                return self._example(text, question, start, end, "exchanged", answers=False, spans=())
        return None

    def _other_number(self, question: str, body: str, _: str) -> str | None:
        """The question with another number, from the text where it has one of that length."""
        numbers = list(_NUMBER.finditer(question))
        if not numbers:
            return None
        match = self._random.choice(numbers)
        others = [each for each in _NUMBER.findall(body) if len(each) == len(match[0]) and each != match[0]]
        new = self._random.choice(others) if others and self._random.random() < 0.6 else self._nudged(match[0])
        return question[: match.start()] + new + question[match.end() :]

    def _other_name(self, question: str, body: str, _: str) -> str | None:
        """The question with another person, place or organisation, from the text where it has one."""
        names = [(word, tag) for word, tag in rjieba.tag(question) if tag in _EXCHANGED_TAGS and len(word) > 1]
        if not names:
            return None
        word, tag = self._random.choice(names)
        others = sorted(
            {each for each, its in rjieba.tag(body) if its == tag and len(each) > 1 and each not in question}
        )
        if not others:
            other_text = self._random.choice(self._texts).body
            others = sorted({each for each, its in rjieba.tag(other_text[:600]) if its == tag and len(each) > 1})
        others = [each for each in others if each not in word and word not in each]
        return question.replace(word, self._random.choice(others)) if others else None

    def _other_phase(self, question: str, _: str, sentence: str) -> str | None:
        """二期 for 一期, 第三届 for 第二届; one that the answering sentence does not name."""
        match = _PHASE.search(question)
        others = next((words for words in _PHASES if match and match[0] in words), [])
        others = [each for each in others if match and each != match[0] and each not in sentence]
        return question.replace(match[0], self._random.choice(others)) if match and others else None

    def _other_office(self, question: str, body: str, _: str) -> str | None:
        """局长 for 副局长, 总经理 for 董事长; one that the text does not name."""
        match = re.search(f"副?(?:{_OFFICES.pattern})", question)
        if not match:
            return None
        named = set(re.findall(f"副?(?:{_OFFICES.pattern})", body))
        offices = [match[0].removeprefix("副"), f"副{match[0].removeprefix('副')}", *_OFFICES.pattern.split("|")]
        others = [each for each in offices if each != match[0] and each not in named]
        return question.replace(match[0], self._random.choice(others[:4])) if others else None

    def _other_body(self, question: str, body: str, _: str) -> str | None:
        """Another bridge, school or village; one that the text does not name."""
        bodies = [(name, generic) for name, generic in _bodies(question) if generic in self._bodies]
        if not bodies:
            return None
        name, generic = self._random.choice(bodies)
        other = self._random.choice(self._bodies[generic])
        return question.replace(name + generic, other + generic) if f"{other}{generic}" not in body else None

    def _nudged(self, number: str) -> str:
        """A number of the same form with one digit changed: "2019" -> "2017"."""
        places = [at for at, char in enumerate(number) if char.isdigit()]
        at = self._random.choice(places[-2:])
        digit = self._random.choice([each for each in "123456789" if each != number[at]])
        return number[:at] + digit + number[at + 1 :]

    # claims

    def claimed(self, text: Text, item: Claimed) -> Example:
        start, end = self._likeliest(text.body, item.claim)
        support = _SUPPORT[item.support]
        answers = support != SILENT
        return self._example(
            text, self._asserted(item.claim), start, end, "claim written", answers=answers,
            spans=None if answers else (), support=support,
        )  # fmt: skip

    def claim(self, text: Text, asked: Asked) -> Example | None:
        """A statement of question and answer, true, with another value, or beside a window that is silent on it."""
        answer = "、".join(text.body[low:high] for low, high in asked.spans)
        if len(answer) > 40:
            return None
        start, end = self._around(text.body, asked.spans)
        kind = self._random.choice((ENTAILED, ENTAILED, CONTRADICTED, SILENT))
        spans = tuple((low - start, high - start) for low, high in asked.spans if start <= low and high <= end)
        if kind == CONTRADICTED:
            other = self._other_value(text, asked, answer)
            statement = other and stated(asked.question, other)
        else:
            statement = stated(asked.question, answer)
        if not statement:
            return None
        if kind == SILENT:
            example = self.cut(text, asked) or self.window(text, asked)
            return example and replace(example, question=self._asserted(statement), kind="claim made", support=SILENT)
        if kind == ENTAILED and self._random.random() < 0.25 and (denied := _denied(statement)):
            statement, kind = denied, CONTRADICTED
        return self._example(
            text, self._asserted(statement), start, end, "claim made", answers=True, spans=spans, support=kind
        )

    def _other_value(self, text: Text, asked: Asked, answer: str) -> str | None:
        """A value of the kind of the answer that is not the answer."""
        if numbers := list(_NUMBER.finditer(answer)):
            match = self._random.choice(numbers)
            others = [each for each in _NUMBER.findall(text.body) if each != match[0]]
            new = self._random.choice(others) if others and self._random.random() < 0.5 else self._nudged(match[0])
            return answer[: match.start()] + new + answer[match.end() :]
        tags = {tag for _, tag in rjieba.tag(answer)}
        names = sorted(
            {word for word, tag in rjieba.tag(text.body) if tag in _EXCHANGED_TAGS and tag in tags and len(word) > 1}
        )
        names = [name for name in names if name not in answer and name not in asked.question]
        others = [
            text.body[low:high]
            for each in text.asked
            for low, high in each.spans
            if each is not asked and high - low < 25 and not _NUMBER.search(text.body[low:high])
        ]
        choices = names or [other for other in others if other not in answer and answer not in other]
        return self._random.choice(choices) if choices else None

    def _asserted(self, statement: str) -> str:
        """The statement as it stands, or as a question whether it is so."""
        plain = statement.rstrip("。.？?！!")
        form = self._random.random()
        if form < 0.4:
            return plain + self._random.choice(("。", ""))
        if form < 0.8:
            for verb in self._random.sample(("是", "有", "能", "会", "可以"), 5):
                if plain.count(verb) == 1 and self._random.random() < 0.4 and f"不{verb}" not in plain:
                    return plain.replace(verb, f"{verb}没有" if verb == "有" else f"{verb[0]}不{verb}") + "？"
            return plain + self._random.choice(("吗？", "吗", "吗？"))
        return self._random.choice(
            ("{}，对吗？", "听说{}，是真的吗？", "是不是{}？", "{}，没错吧？", "{}对不对")
        ).format(plain)

    # windows

    def _length(self) -> int:
        return self._random.choice((80, 110, 150, 200, 300))

    def _around(self, body: str, spans: Sequence[Span]) -> Span:
        """A window of whole sentences that holds the first span, and the others where they are near."""
        low = spans[0][0]
        near = [span for span in spans if low <= span[0] and span[1] - low < 260] or [spans[0]]
        high = max(end for _, end in near)
        longest = max(self._length(), high - low + 20)
        parts = sentences(body)
        first = next(at for at, (start, end) in enumerate(parts) if start <= low < end)
        last = next(at for at, (start, end) in enumerate(parts) if start < high <= end)
        while True:
            before = first > 0 and parts[last][1] - parts[first - 1][0] <= longest
            after = last + 1 < len(parts) and parts[last + 1][1] - parts[first][0] <= longest
            if not (before or after):
                break
            if before and (not after or self._random.random() < 0.5):
                first -= 1
            else:
                last += 1
        start, end = parts[first][0], parts[last][1]
        if end - start > longest + 40:  # a sentence without end: characters about the answer
            start = max(start, low - self._random.randrange(1 + max(1, longest - (high - low))))
            end = max(min(end, start + longest), high)
        return start, end

    def _likeliest(self, body: str, question: str) -> Span:
        """The window most like the question, now and then another one."""
        found = windows(body, self._length())
        if self._random.random() < 0.15:
            return self._random.choice(found)
        return max(found, key=lambda place: _overlap(question, body[place[0] : place[1]]))

    def _answered(self, passage: str, text: Text, asked: Asked) -> bool:
        """Whether the answer's words stand in a passage."""
        return any(text.body[low:high] in passage for low, high in asked.spans)

    def _head(self, text: Text, asked: Asked | None = None) -> tuple[str, str]:
        """Headline and date that go before the passage: mostly there, as in a paper."""
        title = text.title if self._random.random() < 0.85 else ""
        if asked and asked.spans and self._answered(title, text, asked):
            title = ""
        return title, text.date if self._random.random() < 0.7 else ""

    def _varied(self, question: str) -> str:
        """The question as people type it: at times without its mark, or in a frame."""
        form = self._random.random()
        if form < 0.15:
            return question.rstrip("？?")
        if form < 0.2:
            return self._random.choice(("请问", "想问一下", "麻烦查一下，", "你知道")) + question
        return question

    def _example(
        self,
        text: Text,
        question: str,
        start: int,
        end: int,
        kind: str,
        answers: bool | None = None,
        spans: tuple[Span, ...] | None = None,
        support: int | None = None,
    ) -> Example:
        return Example(question, *self._head(text), text.body[start:end], kind, answers, spans, support)


class _Neighbours:
    """For each text, those most like it, of the same source or not."""

    def __init__(self, texts: Sequence[Text], count: int = 12) -> None:
        import bm25s

        self._texts = texts
        self._place = {id(text): at for at, text in enumerate(texts)}
        index = bm25s.BM25()
        terms = [bigrams(f"{text.title}\n{text.body[:400]}") for text in texts]
        index.index(terms, show_progress=False)
        self._index, self._count = index, min(count, len(texts))
        best, _ = index.retrieve(terms, k=min(count + 1, len(texts)), show_progress=False)
        self._near = [[int(each) for each in row if each != at][:count] for at, row in enumerate(best)]

    def of(self, text: Text) -> list[Text]:
        return [self._texts[at] for at in self._near[self._place[id(text)]]]

    def to(self, question: str, text: Text) -> list[Text]:
        """The texts that the words of a question find, without the one that it is on."""
        terms = bigrams(question) or ["无"]
        best, _ = self._index.retrieve([terms], k=self._count, show_progress=False)
        return [self._texts[int(at)] for at in best[0][: self._count // 2] if self._texts[int(at)] is not text]


def _bodies(text: str) -> Iterator[tuple[str, str]]:
    """(name, generic word) of the bodies and places that a text names: 青浒大桥 -> ("青浒", "大桥")."""
    before = ""
    for word, tag in rjieba.tag(text):
        match = _BODIES.search(word)
        if match and match.start() and tag[:2] in _EXCHANGED_TAGS:
            yield word[: match.start()], match[0]
        elif match and not match.start() and len(word) > 1 and before:
            yield before, word
        before = word if len(word) in (2, 3) and tag[0] in "njf" else ""


def _overlap(question: str, passage: str) -> float:
    """The share of the question's pairs of characters that a passage holds."""
    asked = set(bigrams(question))
    return len(asked & set(bigrams(passage))) / max(1, len(asked))


_ASKED = re.compile(
    r"什么时候|什么时间|哪一年|哪年|哪一天|哪天|几月几日|几月|何时|何年|什么地方|在哪里|在哪儿|在哪|哪里|哪儿|何处|何地|什么人|哪个人|哪位|何人|谁|"
    r"多少|几|哪[一两几]?(?:个|家|座|所|种|部|项|条|名|支|款|国|届|类|些|本|首)?[一-龥]{0,3}?(?=[是的在与和，,？?]|$)|什么|哪"
)


def stated(question: str, answer: str) -> str | None:
    """The statement that a question and its answer make; None where the question has no word to put the answer for.

    >>> stated("中心是哪年启航的？", "2019年")
    '中心是2019年启航的'
    """
    plain = question.strip().rstrip("？?。")
    found = list(_ASKED.finditer(plain))
    if len(found) != 1 or re.search("为什么|为何|怎么|怎样|如何|为啥|咋", plain):
        return None  # a reason or a manner does not go where its question word stood
    before, after = plain[: found[0].start()], plain[found[0].end() :]
    for size in range(min(3, len(after)), 0, -1):  # 多少米 with 80米: the unit stands once
        if answer.endswith(after[:size]):
            after = after[size:]
            break
    return before + answer + after


def _denied(statement: str) -> str | None:
    """The statement with its verb denied, where that is plain."""
    for verb, denial in (
        ("不是", "是"),
        ("是", "不是"),
        ("没有", "有"),
        ("可以", "不可以"),
        ("能", "不能"),
        ("有", "没有"),
    ):
        if statement.count(verb) == 1:
            return statement.replace(verb, denial)
    return None
