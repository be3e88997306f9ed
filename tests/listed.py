"""The list that a question gets from an index, as the answerer would ask for it."""

from __future__ import annotations

from reading import NO_SYNONYMS, ranker

from embeddings.index import Index
from qa.asked.question import understand
from qa.language.rarity import Rarity
from qa.lists import lists
from qa.lists.listing import Listing
from qa.ranking.evidence import Lexicon
from qa.ranking.retrieve import gather
from qa.settings import Settings


def listing_of(index: Index, asked: str) -> Listing | None:
    """The list, None where the question is read like any other; every line quotes its article."""
    question, settings = understand(asked), Settings()
    lexicon = Lexicon(Rarity(len(index), index.frequency), NO_SYNONYMS)
    evidence = gather(index, question, lexicon, settings.retrieval)
    listing = lists.find(index, question, ranker({"words": 1.0}).rank(evidence), settings)
    assert listing is None or all(0 <= each.start < each.end <= len(each.article.text) for each in listing.lines)
    return listing
