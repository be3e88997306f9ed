"""How the names of a question are spelled in an archive of a few invented articles."""

from __future__ import annotations

import pytest
from reading import NO_SYNONYMS
from toy import Paper

from embeddings.index import Index
from qa import Answerer
from qa.asked.question import Question, understand
from qa.asked.spellings import spelled
from qa.language.rarity import Rarity
from qa.ranking.evidence import Lexicon
from qa.ranking.retrieve import gather, search
from qa.settings import RetrievalSettings

WORDS_ONLY = RetrievalSettings(dense_weight=0)
ARTICLES = (
    "清淤|漏湖清淤昨天开始,工期三年。负责清淤的是林小末。",
    "看鸟|市民到滆湖,看白鹭。",
    "投运|青塘第二污水处理厂投运,投资6亿元。",
    "会议|区委全面深化改革委员会昨天开会。区人大常委会派人列席。",
    "云杉|云杉站换了路灯。今日无气味扰民。",
    "渡口|老渡囗的灯光昨天亮起。",
    "芯谷|青城芯谷开园,投资机构有六家。负责人是乔文杰。",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    paper = Paper(tmp_path_factory.mktemp("spellings") / "paper")
    paper.write("a.jsonl", *ARTICLES)
    paper.build()
    return paper.open()


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("滆湖清淤何时结束？", "滆湖〔漏湖〕清淤何时结束？"),  # the one article is misread, the other is not
        ("漏湖有什么鸟？", "漏湖〔滆湖〕有什么鸟？"),
        ("林小未负责什么？", "林小未〔林小末〕负责什么？"),
        ("青塘二厂投资多少？", "青塘二厂〔青塘第二污水处理厂〕投资多少？"),
        ("深改委何时开会？", "深改委〔全面深化改革委员会〕何时开会？"),
        ("区人民代表大会常务委员会列席了吗？", "区人民代表大会常务委员会〔人大常委会〕列席了吗？"),
        ("云杉站换了什么？", "云杉站换了什么？"),
        ("天气怎么样？", "天气怎么样？"),  # a common word that the paper does not use; 无气 is no word of its own
        ("火星基地在哪里？", "火星基地在哪里？"),
        ("青成芯谷什么时候开园？", "青成芯谷〔青城芯谷〕什么时候开园？"),
        ("青成芯谷总投资多少？", "青成芯谷〔青城芯谷〕总投资多少？"),
        ("青塘青成芯谷有几家机构？", "青塘青成芯谷〔青城芯谷〕有几家机构？"),  # two names in one breath
        ("乔文洁负责什么？", "乔文洁〔乔文杰〕负责什么？"),
        ("乔闻杰负责什么？", "乔闻杰〔乔文杰〕负责什么？"),
        ("乔稳金负责什么？", "乔稳金负责什么？"),  # two characters are others
        ("头资机构有几家？", "头资〔投资〕机构有几家？"),
        ("头资是什么？", "头资是什么？"),  # two characters alone are like too many words
    ],
)
def test_the_question_shows_what_is_looked_for(index: Index, asked: str, shown: str) -> None:
    assert spelled(understand(asked), index).shown == shown


def test_a_name_of_two_characters_is_not_taken_for_another(index: Index) -> None:
    assert spelled(understand("林末负责什么？"), index).printed == ()


def test_both_spellings_find_their_articles(index: Index) -> None:
    found = {hit.article.headline for hit in search(index, understand("滆湖"), 2, WORDS_ONLY)}
    assert found == {"清淤", "看鸟"}


def test_every_article_is_read_in_its_own_spelling(index: Index) -> None:
    lexicon = Lexicon(Rarity(len(index), index.frequency), NO_SYNONYMS)
    evidence = {seen.article.headline: seen for seen in gather(index, understand("滆湖清淤"), lexicon, WORDS_ONLY)}
    for headline in ("清淤", "看鸟"):
        assert evidence[headline].covered[:, 0].max() == 1, headline
    assert len({seen.covered.shape[1] for seen in evidence.values()}) == 1


def test_a_question_without_another_spelling_stays_as_it_is() -> None:
    question = Question("滆湖在哪里？", "place")
    assert question.spelled_as("漏湖") is question
    assert question.shown == question.text
    assert question.wanted == question.content


def test_print_may_say_in_one_word_what_is_asked_in_two() -> None:
    asked = understand("人民代表大会常务委员会在哪里？")
    printed = Question(asked.text, asked.kind, printed=(("人民代表大会常务委员会", ("人大常委会",)),))
    assert len(printed.words) == len(asked.words)
    assert all(word for word, _ in printed.words)


def test_a_refusal_of_a_respelled_question_says_why(answerer: Answerer) -> None:
    for asked in ("武南二厂的股票代码是多少？", "挥淇丞的股票代码是多少？"):
        answer = answerer.answer(asked)
        assert answer.refused and "股票代码" in answer.text
