"""The people, organisations and projects that articles name, and how many articles there are on something."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import rjieba

from embeddings.names import surnamed
from embeddings.records import Article
from embeddings.store import Store

_ENDS = re.compile(r"(?:公司|集团|银行|医院|大学|项目|工程)$")
_VAGUE = re.compile(r"重点|重大|政府投资|^[省市区县].{0,4}(?:项目|工程)|^(?:数字|科技|股份|有限|实业|投资|建设|控股)")
_PLACE = re.compile(r"[镇乡村区县市路街]$")
SHORTEST, LONGEST = 5, 20  # characters of an organisation or a project that is told from others by its name


def named(text: str) -> list[str]:
    """Names in a text, each once. A person has a surname and is no word of the dictionary; others end in what they are.

    >>> named("区委书记乔俊杰说，科恩新能源智能装备项目由中岳隧建集团承建。")
    ['乔俊杰', '科恩新能源智能装备项目', '中岳隧建集团']
    """
    found: dict[str, None] = {}
    run = ""  # of nouns, up to here
    for (before, kind), (word, tag) in pairwise([("", ""), *rjieba.tag(text)]):
        noun = tag[0] in "nbzj" or tag in ("eng", "l", "vn") or (run and tag in ("m", "i"))
        run = run + word if noun else ""
        name = word.removesuffix("说") if tag == "nr" else ""  # the cutter may take it for a part of the name,
        if name and len(before) == 1 and surnamed(before) and kind not in ("p", "c", "v"):  # or cut the surname off
            name = before + name
        if 2 <= len(name) <= 4 and surnamed(name) and not rjieba.has_word(name) and not _PLACE.search(name):
            found[name] = None
        elif noun and _ENDS.search(word) and SHORTEST <= len(run) <= LONGEST and not _VAGUE.search(run):
            found[run] = None
    return list(found)


def counted(store: Any, articles: Iterable[Article], most: int) -> tuple[tuple[str, int], ...]:
    """The names that stand in most of some articles, with how many of all articles have them: at least two."""
    names = Counter(name for article in articles for name in named(article.text))
    common = [(name, number_of(store, contains=name) or seen) for name, seen in names.most_common(most)]
    return tuple(sorted((each for each in common if each[1] > 1), key=lambda each: -each[1]))


def number_of(store: Any, **conditions: Any) -> int | None:
    """How many articles meet the conditions of `Store.select`; None where the store is far away."""
    return store.count(**conditions) if isinstance(store, Store) else None
