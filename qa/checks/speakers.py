"""Who said it? A saying that the cited words put into somebody else's mouth.

In: the readings of a sentence and of what it cites, and the names of persons in both. Out: the speakers of the sentence
whose words are another's. A speech goes on until somebody else speaks, or the paragraph ends. Knows nothing about what
is said, nor about speech without a verb of saying.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qa.checks.claims import Reading
from qa.language.tokens import PERSON_TAGS, SAYING, Token, weight

_SAYS = re.compile(
    r"(?:表示|说|称(?!为|号|赞|道)|指出|认为|强调|介绍|透露|要求|希望|提出|建议|回应|评价|坦言|鼓励|勉励|叮嘱|承诺|提醒|看来"
    r"|谈到|谈了|感谢|表态|呼吁|致辞|看好|主张|赞赏|称赞|寄语|嘱咐|回答|盼)(?!的)"
)
_PRONOUNS = ("他", "她")
_REACH = 12  # characters from a name to its verb
_OTHERS = 0.6  # share of a saying that stands in another's mouth
_OWN = 0.4  # share of that which may stand in one's own


@dataclass(frozen=True, slots=True)
class _Speech:
    """`start:end` is what somebody says, the name included."""

    speaker: Token
    start: int
    end: int


def misattributed(said: Reading, cited: Reading, people: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """The speakers of the sentence, with their places, whose words are another's."""
    names = set(people)
    there = list(_speeches(cited, cited.mentions(names)))
    for speech in _speeches(said, said.mentions(names)):
        words = [
            word.text
            for word in said.words
            if speech.start <= word.start < speech.end and word.tag not in PERSON_TAGS and word.text not in SAYING
        ]
        words = [
            word for word in dict.fromkeys(words) if len(word) > 1 and not _SAYS.search(word) and word in cited.text
        ]
        total = sum(map(weight, words))
        own = sum(weight(word) for word in words if _heard(word, speech.speaker.text, there, cited))
        rivals = {other.speaker.text for other in there if not _same(other.speaker.text, speech.speaker.text)}
        best = max(
            (sum(weight(word) for word in words if _heard(word, rival, there, cited)) for rival in rivals), default=0
        )
        if speech.speaker.text in _PRONOUNS:
            continue
        if total > 1 and best >= _OTHERS * total and own < _OWN * best and speech.speaker.text in cited.text:
            yield speech.speaker.text, speech.speaker.start, speech.speaker.end


def _heard(word: str, speaker: str, speeches: Sequence[_Speech], cited: Reading) -> bool:
    """Whether somebody says a word."""
    return any(word in cited.text[one.start : one.end] for one in speeches if _same(one.speaker.text, speaker))


def _speeches(reading: Reading, people: Sequence[Token]) -> Iterator[_Speech]:
    """What each speaker says, one after the other."""
    speakers = list(_speakers(reading, people))
    for at, speaker in enumerate(speakers):
        low = next((start for start, end in reading.sentences if start <= speaker.start < end), speaker.start)
        if at and speakers[at - 1].start >= low:
            low = speaker.start
        following = speakers[at + 1].start if at + 1 < len(speakers) else len(reading.text)
        line = reading.text.find("\n", speaker.start)
        yield _Speech(speaker, low, min(following, line if line >= 0 else following))


def _speakers(reading: Reading, people: Sequence[Token]) -> Iterator[Token]:
    """The persons before a verb of saying; 他 is who was named last."""
    pronouns = [token for token in reading.tokens if token.text in _PRONOUNS]
    last = ""
    mentions = sorted([*people, *pronouns], key=lambda token: token.start)
    for at, token in enumerate(mentions):
        last = last if token.text in _PRONOUNS else token.text
        stop = mentions[at + 1].start if at + 1 < len(mentions) else len(reading.text)
        after = re.split("[。;、\n]", reading.text[token.end : min(stop, token.end + _REACH)])[0]
        if _SAYS.search(after):  # 他 without a name before it is at least nobody who is named later
            yield Token(last or token.text, "nr", token.start, token.end)


def _same(one: str, other: str) -> bool:
    return one in other or other in one
