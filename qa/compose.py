"""What was found → an `Answer`: the paper's sentences with their citations, or a refusal; and the words around them.

In: a `Question` and `Best` (qa/reconcile.py), or the lines of a list. Out: `Answer`s. Every sentence is a quotation;
the few words that Wenbao says itself are made here, in Chinese, and by `english` for a page in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from embeddings.chunks import sentence_spans
from embeddings.records import Article
from qa.dates import printed
from qa.question import Kind, Question
from qa.reader import Span
from qa.reconcile import CHANGE, Best, Candidate
from qa.records import Answer, Citation, Refusal, Value
from qa.values import figures, shown

Verdict = Literal["yes", "no", ""]
REFUSAL = "现有报道没有回答这个问题。"
_SHORT = 60  # characters of a short answer
_PARTS: dict[Kind, int] = {"list": 8, "why": 3, "how": 3, "compare": 3}  # most sentences of such an answer
_PART = 0.5  # chance from which another window of the article belongs to an answer of several parts
_FURTHER = 2.0  # log-probability that a further span may lack of the best
_ALSO = 0.8  # score that a sentence of another window may lack of the first to be told, too …
_SAID = 0.75  # probability from which 是 or 不是 is said: the support head is often wrong below it
_MORE = 3  # sentences that are told when more is asked for
_SURE = 0.9  # … where the confidence in a fact is below this
_RELATIVE = re.compile(r"大前天|[昨今明前后][天日晚]|[去今明前]年|[上本下]个?月(?:\d{1,2}[日号])?|今[早晨晚]|昨晚")
_RELATIVE_DAY = re.compile(rf"(?:{_RELATIVE.pattern})[\d月日号年初底末旬上中下半午晚早晨时点份]*")
_POSITIVE = (
    ("能不能", "能"), ("能否", "能"), ("会不会", "会"), ("可不可以", "可以"), ("有没有", "有"), ("要不要", "要"),
    ("可以", "可以"), ("能", "能"), ("会", "会"), ("有", "有"), ("要", "要"),
)  # fmt: skip
_NEGATIVE = {"能": "不能", "会": "不会", "可以": "不可以", "有": "没有", "要": "不要", "是": "不是"}


@dataclass(frozen=True, slots=True)
class Line:
    """A quotation of an answer: `article.text[start:end]`, the words in it that answer, and what is shown for it."""

    article: Article
    start: int
    end: int
    marked: tuple[tuple[int, int], ...] = ()
    shown: str = ""
    before: str = ""

    @property
    def text(self) -> str:
        """As it is shown: the answering words in bold, and in 〔〕 which day 昨天 was."""
        return self.before + (self.shown or _marked(self))


def answer(asked: Question, best: Best) -> Answer:
    """The answer to a question about a fact, a reason, a manner or several parts of one thing."""
    lines = _lines(asked, best)
    verdict, lead = _verdict(asked, best)
    short = lead.rstrip("。\n") if verdict else _short(asked, best)
    if not verdict and lines and _changed_to(lines[0].article.text[lines[0].start : lines[0].end], short):
        lead = f"{short}。\n"  # the sentence has the old value before it
    outdated = [(each, _line_of(each, before=_older_lead(each))) for each in best.older]
    outdated = [(each, line) for each, line in outdated if not _held(line, lines)]
    older = [line for _, line in outdated]
    whole = said([*lines, *older], lead=lead)
    values = tuple(Value(each.words, each.article.date, len(lines) + at) for at, (each, _) in enumerate(outdated, 1))
    return replace(whole, confidence=best.confidence, short=short, verdict=verdict, older=values)


def said(lines: Sequence[Line], lead: str = "", separator: str = "\n", total: int = 0) -> Answer:
    """An answer of these lines, each with its citation."""
    citations = tuple(
        Citation(number, line.article, line.start, line.end, line.marked) for number, line in enumerate(lines, 1)
    )
    text = lead + separator.join(f"{line.text}[{number}]" for number, line in enumerate(lines, 1))
    return Answer(text, citations, total=total or len(lines))


def growing(whole: Answer) -> Iterator[Answer]:
    """The answer, one sentence more each time."""
    ends = [match.end() for match in re.finditer(r"\[\d+\](?:\n|$)", whole.text)]
    for end in ends[:-1]:
        text = whole.text[:end].rstrip("\n")
        yield replace(whole, text=text, citations=tuple(each for each in whole.citations if f"[{each.number}]" in text))
    yield whole


def refusal(asked: Question, best: Best, reason: Refusal | None = None) -> Answer:
    """What the reports do not tell, with the nearest of them and why it does not answer."""
    nearest = best.chosen
    if reason is None:
        reason = Refusal("nothing") if nearest is None else _reason(nearest)
    citations: tuple[Citation, ...] = ()
    if nearest is not None and reason.kind not in ("issue", "author"):
        line = _line_of(nearest)
        citations = (Citation(1, line.article, line.start, line.end),)
    text = REFUSAL + why(reason, citations)
    return Answer(text, citations, True, best.confidence, refusal=reason)


def _reason(nearest: Candidate) -> Refusal:
    guard = nearest.guards[0] if nearest.guards else None
    return Refusal(guard.kind, guard.words) if guard else Refusal("unsure")


def why(reason: Refusal, citations: Sequence[Citation] = ()) -> str:
    """The reason of a refusal in words."""
    if reason.kind == "issue":
        return f"{reason.words}的报纸上没有找到符合的报道。" if reason.words else "没有找到符合的报道。"
    if reason.kind == "author":
        return f"没有找到{reason.words}署名的报道。"
    if reason.kind == "no_more":
        return "报道里没有更多内容了；问报只引用原文，不另作说法。"
    if not citations:
        return ""
    near = f"最接近的报道是《{citations[0].headline}》[1]。"
    return near + (f"报道没有提到{reason.words}。" if reason.words else "")


def told(line: Line, said: str) -> bool:
    """Whether a line stands in what was said before."""
    quoted, before = (re.sub(r"\*\*|〔[^〕]*〕", "", text) for text in (line.text, said))
    return quoted in before


def further(asked: Question, best: Best) -> Answer:
    """What else answers the question before, but for what was said to it; else that there is no more."""
    lines: list[Line] = []
    for each in best.ranked:
        if each.reading.chance >= _PART and not each.guards:
            new = [line for line in _quoted(each, each.reading.spans[:2]) if not told(line, asked.said)]
            lines += [line for line in new if not _held(line, lines)]
    if not lines:
        reason = Refusal("no_more")
        return Answer(why(reason), refused=True, confidence=best.confidence, refusal=reason)
    return replace(said(lines[:_MORE]), confidence=best.confidence)


def shortened(whole: Answer) -> Answer:
    """The first sentence of an answer alone."""
    match = re.search(r"\[1\]", whole.text)
    return replace(whole, text=whole.text[: match.end()], citations=whole.citations[:1]) if match else whole


def english(answer: Answer) -> str:
    """The text of an answer with Wenbao's own words in English; quotations and headlines stay as they are."""
    if answer.refused and answer.refusal:
        reason, text = answer.refusal, "The reports do not answer this question."
        if reason.kind == "issue":
            return f"{text} Nothing that fits was found in the issues asked for ({reason.words})."
        if reason.kind == "author":
            return f"{text} No report is signed by {reason.words}."
        if reason.kind == "no_more":
            return "The reports say no more on it; Wenbao quotes and does not rephrase."
        if answer.citations:
            text += f" The nearest report is 《{answer.citations[0].headline}》[1]."
        return text + (f" It does not mention {reason.words}." if reason.words else "")
    text = answer.text
    if answer.verdict:
        text = {"yes": "Yes.", "no": "No."}[answer.verdict] + text[text.find("\n") :]
    text = re.sub(r"^共(\d+)[篇条项]，列出前(\d+)[篇条项]：", r"\1 found, the first \2 of them:", text)
    text = re.sub(r"^(?:至少|共)(\d+)[篇条项]：", r"\1 found:", text)
    return re.sub(r"（(\d{4}-\d\d-\d\d)的报道写的是：）", r"(Reported on \1:) ", text)


# the sentences that are quoted


def _lines(asked: Question, best: Best) -> list[Line]:
    """The sentence of the best span; of an answer of several parts those of the others, too; and what else answers."""
    chosen = best.ranked[0]
    spans = [chosen.span] if chosen.span else []
    if asked.kind in _PARTS:
        own = [each for each in best.ranked if each.article.id == chosen.article.id]
        for each in own:
            if each is chosen or each.reading.chance >= _PART:
                spans += [piece for piece in each.reading.pieces if piece not in spans]
        spans += [each for each in chosen.reading.spans[1:] if each.score > chosen.reading.spans[0].score - _FURTHER]
    lines = _quoted(chosen, spans[: 3 * _PARTS.get(asked.kind, 1)])[: _PARTS.get(asked.kind, 1)]
    if asked.kind == "fact" and best.confidence >= _SURE:
        return lines
    overruled = {id(each) for each in best.older}
    for other in best.ranked[1:]:
        near = other.score >= chosen.score - _ALSO and not other.guards and id(other) not in overruled
        if near and other.span and not any(_within(other, line) for line in lines):
            more = [line for line in _quoted(other, [other.span]) if not _held(line, lines)]
            return lines + more[:1]
    return lines


def _quoted(candidate: Candidate, spans: Sequence[Span]) -> list[Line]:
    """The sentences that hold the spans, in the order of the text, one before it where a sentence leans on it."""
    article = candidate.article
    sentences = sentence_spans(article.text)
    held: dict[int, list[Span]] = {}
    for span in spans:
        for at, (low, high) in enumerate(sentences):
            if low < span.end and span.start < high:
                held.setdefault(at, []).append(span)
    return [Line(article, *sentences[at], marked=_inside(own, sentences[at])) for at, own in sorted(held.items())]


def _inside(spans: Sequence[Span], sentence: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    low, high = sentence
    return tuple(sorted({(each.start, each.end) for each in spans if low <= each.start and each.end <= high}))


def _line_of(candidate: Candidate, before: str = "") -> Line:
    """The sentence of a candidate's best span, else its first."""
    lines = _quoted(candidate, [candidate.span] if candidate.span else [])
    window = candidate.reading.window
    first = sentence_spans(window.text) or [(0, len(window.text))]
    line = lines[0] if lines else Line(candidate.article, window.start + first[0][0], window.start + first[0][1])
    return replace(line, before=before)


def _older_lead(candidate: Candidate) -> str:
    return f"（{candidate.article.date}的报道写的是：）"


def _within(candidate: Candidate, line: Line) -> bool:
    span = candidate.span
    return span is not None and line.article.id == candidate.article.id and line.start <= span.start < line.end


def _held(line: Line, lines: Sequence[Line]) -> bool:
    """Whether one of some lines says what a line says."""
    return any(_repeats(line, other) for other in lines)


def _repeats(one: Line, other: Line) -> bool:
    quoted = one.article.text[one.start : one.end]
    return quoted in other.article.text[other.start : other.end] or (
        one.article.id == other.article.id and one.start < other.end and other.start < one.end
    )


def _marked(line: Line) -> str:
    shown, at, text = "", line.start, line.article.text
    marks = dict(line.marked)
    for match in _RELATIVE.finditer(text, line.start, line.end):
        if not any(start <= match.start() < end for start, end in line.marked):
            marks.setdefault(match.start(), -match.end())
    for start, end in sorted(marks.items()):
        if start < at:
            continue
        words = text[start : abs(end)]
        note = printed(words, line.article.date) if _RELATIVE_DAY.fullmatch(words) else ""
        shown += text[at:start] + (f"**{words}**" if end > 0 else words) + (f"〔{note}〕" if note and end > 0 else "")
        at = abs(end)
    return shown + text[at : line.end]


def _short(asked: Question, best: Best) -> str:
    """The words that answer, where they are few."""
    chosen = best.ranked[0]
    if asked.kind in ("list", "compare", "summary", "reports") or not chosen.span:
        return ""
    match = CHANGE.search(chosen.words)
    words = match["new"] if match else chosen.words
    return words if len(words) <= _SHORT else ""


def _changed_to(sentence: str, value: str) -> bool:
    """Whether a sentence says that something was changed to this value, from another one before it."""
    match = CHANGE.search(sentence)
    return bool(value and match and value in match["new"] and any(char.isdigit() for char in sentence[: match.start()]))


def _verdict(asked: Question, best: Best) -> tuple[Verdict, str]:
    """("yes" or "no", what begins the answer) where that is asked and the reader is sure; else two times ""."""
    entailed, contradicted, _ = best.ranked[0].reading.support
    if asked.kind != "yesno" or max(entailed, contradicted) < _SAID:
        return "", ""
    typed = asked.typed
    verb = next((verb for form, verb in _POSITIVE if form in typed), "是")
    if re.search(r"是不是|是否|对[吗吧不]|属实|真的", typed) or f"不{verb}" in typed.replace(f"{verb}不{verb}", ""):
        verb = "是"  # what is asked is whether the statement holds, denied or not
    return ("yes", f"{verb}。\n") if entailed > contradicted else ("no", f"{_NEGATIVE[verb]}。\n")


def together(asked: Question, sides: Sequence[Best]) -> Answer | None:
    """What is told of each of two things; None where one sentence tells both: the whole question finds it as well."""
    lines = [line for side in sides for line in _quoted(side.ranked[0], side.ranked[0].reading.spans[:1])]
    if len(lines) < len(sides) or _repeats(lines[0], lines[-1]):
        return None
    short = _reckoned(asked, [side.ranked[0].words for side in sides])
    lead = f"{short}。\n" if short else ""
    return replace(said(lines, lead=lead), confidence=min(side.confidence for side in sides), short=short)


def several(parts: Sequence[tuple[Question, Best]], refuse_below: float) -> Answer:
    """What answers each of several questions, one after the other; it is said how many of them are not answered."""
    lines: list[Line] = []
    answered = [(part, best) for part, best in parts if best.confidence >= refuse_below]
    for part, best in answered:
        lines += [line for line in _lines(part, best) if not _held(line, lines)]
    missing = len(parts) - len(answered)
    notice = f"其中{missing}个问题报道没有回答。" if missing else ""
    return replace(said(lines), confidence=min(best.confidence for _, best in answered), notice=notice)


def _reckoned(asked: Question, words: Sequence[str]) -> str:
    """The difference of two figures, or the name of the thing whose figure is the greater or smaller, if that is asked.

    "" where the two are no figures of one unit: what cannot be reckoned is quoted only.
    """
    readable = [[(each.value, each.unit) for each in figures(text) if each.value is not None] for text in words]
    if not all(readable) or readable[0][0][1] != readable[1][0][1]:
        return ""
    (one, unit), (other, _) = readable[0][0], readable[1][0]
    if re.search(r"(?:差|[多少高低大小长短早晚快慢出])了?(?:多少|几)", asked.text):
        return f"相差{shown(abs(one - other), unit)}"
    if one == other or not re.search(r"哪|谁", asked.text):
        return ""
    least = re.search(r"[少小低短早快先近轻便]", asked.text[asked.text.find(asked.sides[1].name) :]) is not None
    return asked.sides[0 if (one < other) == least else 1].name
