"""How the words of a question are spelled in this archive: 漏湖 where a page reader mistook 滆湖, 深改委 in full,
龙城芯谷 where a reader typed 龙成芯谷.

In: a question and an index. Out: for its rare words, the spellings that stand in print. Only words that the news does
not know are looked up, in practice names; what is common is absent from an archive because it is not told there. Knows
nothing about answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Protocol

import rjieba

from embeddings.index import Hit
from embeddings.words import normalise
from qa.asked.asking import is_person
from qa.asked.question import Question
from qa.language.lookalikes import respellings
from qa.language.rarity import background
from qa.language.soundalikes import resounding, same

_RUNS = 6  # parts of a rare word that are looked up
_MOST = 3  # words of a question that are looked up
_READ = 20  # passages in which their spellings are looked for
_SKIPPED = 3  # words of a name that its short form may leave out
_LONGEST = 12  # characters of a name
_COMMON = 3  # articles that hold a word of the dictionary: whoever prints it so often means it, 浦口 and not 湘口
_HAN = re.compile(r"[一-鿿]+")
_NO_NAME = frozenset(
    "的和与在是有及或了去来到由被把对为从向给请将会能可有没不都也还又再已做办建后前上下里内外中时年月日"
)
# What the law calls a body, and what everybody does.
_SHORT = {
    "人民代表大会常务委员会": "人大常委会", "人民代表大会": "人大", "政治协商会议": "政协", "人民政府": "政府",
    "全面深化改革委员会": "深改委", "发展和改革委员会": "发改委", "卫生健康委员会": "卫健委", "常务委员会": "常委会",
    "高新技术产业开发区": "高新区", "经济技术开发区": "经开区", "经济开发区": "经开区", "长江三角洲": "长三角",
    "住房和城乡建设局": "住建局", "人力资源和社会保障局": "人社局", "工业和信息化局": "工信局",
    "市场监督管理局": "市场监管局",
}  # fmt: skip


class Archive(Protocol):
    """What is asked of an index."""

    def frequency(self, word: str) -> int: ...
    def search(self, text: str, k: int = 10, dense_weight: float = 0.1, article_weight: float = 0.3) -> list[Hit]: ...


def spelled(question: Question, archive: Archive) -> Question:
    """The question with the spellings of its rare words in print, where they are others than its own."""
    found = []
    for word in _rare_words(question.content)[:_MOST]:
        forms = _in_print(word, archive)
        if forms:
            found += [(word, tuple(forms))] if forms != [word] else []
            continue
        read = ((part, _mended(part, word, question.content, archive)) for part in _parts(word))
        found += [(part, tuple(forms)) for part, forms in read if forms][:1]
    return replace(question, printed=tuple(found)) if found else question


def _rare_words(content: str) -> list[str]:
    """The words that the news does not know, with the single characters beside them: 漕溪 and 浜 are one name.

    >>> _rare_words("漕溪浜在武进 清淤")
    ['漕溪浜']
    """
    found = [long for long in _SHORT if long in content][:1]
    for part in content.split():
        run: list[str] = []
        for word in [*rjieba.cut(part), ""]:
            if _HAN.fullmatch(word) and (len(word) == 1 or word not in background()):
                run.append(word)
                continue
            while run and run[0] in _NO_NAME:
                run = run[1:]
            while run and run[-1] in _NO_NAME:
                run = run[:-1]
            found.append("".join(run))
            run = []
    names = (word for word in dict.fromkeys(found) if 2 <= len(word) <= _LONGEST)
    return [word for word in names if word in _SHORT or word not in background()]


def _in_print(word: str, archive: Archive) -> list[str]:
    """The spellings of a word that stand in the archive, the word itself first."""
    stands = archive.frequency(word) > 0 or bool(_standing([word], archive, whole=False))
    if word in _SHORT or word in _SHORT.values():
        other = [_SHORT.get(word, ""), *(long for long, short in _SHORT.items() if short == word)]
        return [word] if stands else _standing([form for form in other if form], archive, whole=False)
    if stands and is_person(word):
        return [word]
    alike = respellings(word)
    if stands:  # of two words that the dictionary knows, neither is a slip
        own = rjieba.has_word(word)
        if own and archive.frequency(word) >= _COMMON:
            return [word]
        alike = [form for form in alike if form not in background() and not (own and rjieba.has_word(form))]
    if len(word) == 2 and is_person(word):
        alike = []  # 王朋 is not 王明, and two characters leave nothing to tell them by
    forms = _standing(alike, archive)[:2]
    if stands:
        return [word, *forms[:1]]
    return forms or _long_forms(word, archive)


def _parts(word: str) -> list[str]:
    """A rare word, and the runs of words in it, the longest first: 超簿导光板 in 奥智超簿导光板."""
    cut = rjieba.cut(word)
    runs = ("".join(cut[low:high]) for low, high in combinations(range(len(cut) + 1), 2))
    return [
        word,
        *sorted(
            (run for run in runs if 2 < len(run) < len(word) and not {run[0], run[-1]} & _NO_NAME),
            key=len,
            reverse=True,
        )[:_RUNS],
    ]


def _mended(part: str, word: str, content: str, archive: Archive) -> list[str]:
    """The spellings in print of a rare word that stands nowhere, or of a part of it; [] where that stands."""
    seen = _in_print(part, archive) if part != word else []
    return [] if part in seen else seen or _by_sound(part, content, archive)


def _by_sound(word: str, content: str, archive: Archive) -> list[str]:
    """The word in print that sounds as one which stands nowhere, but for one character.

    Names of persons sound the same, not nearly so. Two characters sound like many words: they must stand beside the
    same word as in the question, 头资机构 like 投资机构, or make a name that no news knows, or that of a place.
    """
    person = is_person(word)
    if rjieba.has_word(word) or word in _SHORT:
        return []
    pattern = resounding(word, nearly=not person)
    counts: Counter[str] = Counter()
    for wanted in (content, " ".join(_respoken(word, archive))):
        for text in _passages(wanted, archive, signed=True) if wanted and not counts else ():
            for form in set(pattern.findall(text)):
                together = _beside(word, form, content, text)
                if (together or _alone(word, form, person)) and (_is_whole(form, text) or (together and len(word) > 2)):
                    counts[form] += 1 + together
    return [form for form, _ in counts.most_common(1)]


def _alone(word: str, form: str, person: bool) -> bool:
    """Whether a form may be read for a word wherever it stands."""
    if len(word) > 2 or rjieba.tag(form) == [(form, "ns")]:
        return True
    return not person and form not in background() and not rjieba.has_word(form)


def _respoken(word: str, archive: Archive) -> list[str]:
    """The sound-alikes of a word that may stand in the archive: as words, or else as parts of words."""
    forms = [word[:at] + other + word[at + 1 :] for at, char in enumerate(word) for other in same(char)]
    known = [form for form in forms if archive.frequency(form)]
    return known or (forms if len(word) > 2 else [form for form in forms if form not in background()])


def _beside(word: str, form: str, content: str, text: str) -> bool:
    """Whether a form stands in a text beside the two characters that its word has next to it in the question."""
    for part in content.split():
        before, found, after = part.partition(word)
        if found and (
            (len(before) > 1 and before[-2:] + form in text) or (len(after) > 1 and form + after[:2] in text)
        ):
            return True
    return False


def _standing(forms: list[str], archive: Archive, whole: bool = True) -> list[str]:
    """Those of the forms that stand in the archive, most often found first; `whole`, not as parts of other words."""
    if not forms:
        return []
    counts: Counter[str] = Counter()
    for text in _passages(" ".join(forms), archive):
        here = [form for form in forms if form in text]
        counts.update(form for form in here if not whole or _is_whole(form, text))
    return [form for form, _ in counts.most_common()]


def _passages(wanted: str, archive: Archive, signed: bool = False) -> Iterator[str]:
    """The passages nearest to some words, each with its headline, and where it is `signed`, with its reporters."""
    for hit in archive.search(wanted, _READ, 0.0, 0.0):
        names = "\n".join(hit.article.reporters) if signed else ""
        yield normalise(f"{hit.article.headline}\n{hit.article.text[hit.start : hit.end]}\n{names}")


def _is_whole(form: str, text: str) -> bool:
    """Whether a form begins and ends with words somewhere in a text: 天气 does not stand in 今天气温."""
    for match in re.finditer(re.escape(form), text):
        low, high = max(0, match.start() - 10), match.end() + 10
        ends, at = {low}, low
        for word in rjieba.cut(text[low:high]):
            at += len(word)
            ends.add(at)
        if {match.start(), match.end()} <= ends:
            return True
    return False


def _long_forms(word: str, archive: Archive) -> list[str]:
    """The names in print that a word is short for: 武南二厂 → 武南第二污水处理厂."""
    if not 3 <= len(word) <= 5:
        return []
    pattern = re.compile(r"[一-鿿]{0,5}?".join(word) + r"[一-鿿]{0,2}")
    for text in _passages(word, archive):
        for match in pattern.finditer(text):
            if name := _name_of(word, rjieba.cut(match.group())):
                return [name]
    return []


def _name_of(short: str, words: list[str]) -> str:
    """The words of a name whose beginnings or ends make up its short form; "" where they do not.

    >>> _name_of("深改委", ["深化", "改革", "委员会"])
    '深化改革委员会'
    """
    rest, skipped = short, 0
    for at, word in enumerate(words):
        took = next((size for size in range(len(word), 0, -1) if rest.startswith(word[:size])), 0)
        took = took or next((size for size in range(len(word), 0, -1) if rest.startswith(word[-size:])), 0)
        skipped += not took
        rest = rest[took:]
        if not rest:
            name = "".join(words[: at + 1])
            return name if len(name) > len(short) else ""
        if skipped > _SKIPPED or (at == 0 and not took):
            break
    return ""
