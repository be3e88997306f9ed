"""Whether a word is a place, by the company that it keeps in the news: 常州 does, 中断 does not.

In: words. Out: yes or no. For what the dictionary of the word cutter gets wrong (武进 is no person). Knows nothing of
the sentence that the word stands in, nor of words that the news seldom uses.
"""

from __future__ import annotations

from functools import cache, lru_cache

from qa.language.synonyms import Synonyms

_PLACES = ("上海", "北京", "江苏", "武汉", "欧洲", "美国", "镇")
_PEOPLE = ("李明", "王强", "张伟", "刘洋", "陈静", "王磊", "李娜")
_PLACELIKE = 0.24
_SURELY = 0.3


@cache
def synonyms() -> Synonyms:
    """The vectors, loaded once."""
    return Synonyms.load()


@lru_cache(maxsize=4096)
def is_place(word: str) -> bool:
    """Whether a word that the dictionary has for a place may be one; what the news seldom uses may."""
    company = synonyms().nearness([word], _PLACES).max()
    return bool(company >= _PLACELIKE or not synonyms().nearness([word], [word])[0, 0])


@lru_cache(maxsize=4096)
def never_person(word: str) -> bool:
    """Whether a word that the dictionary has for a person is a place: 武进, 江阴."""
    near = synonyms().nearness([word], _PLACES).max()
    return bool(near >= _SURELY and near > synonyms().nearness([word], _PEOPLE).max())
