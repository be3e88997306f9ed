"""Adapting the encoder to an archive of sixty invented articles: what is better is kept, or nothing changes."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tiny_models import sentence_transformer
from tokenizers import Tokenizer, models

import ui.cli
from embeddings.chunks import split_article
from embeddings.encoder import StaticEncoder, load_encoder
from embeddings.errors import CorpusError, ModelError
from embeddings.records import Article
from embeddings.settings import ChunkSettings, EncoderSettings
from embeddings.train.export import save_model
from embeddings.train.mining import WordSearch
from embeddings.train.subwords import subword_tokenizer
from qa.language.synonyms import Synonyms
from qa.measure.significance import Difference
from qa.settings import RetrievalSettings, Settings
from qa.train.adapt import Outcome, Plan, adapt
from qa.train.archive import Asked, holding, is_judged_by, read_archive, rewording
from qa.train.exam import Exam, Sheet, changes
from qa.train.keeping import check_place, keep

TOWNS = ["青塘", "云杉", "石桥", "柳溪", "白鹭", "东渡", "南浦", "北冈", "梅岭", "松口", "沙洲", "竹园"]
THINGS = [
    ("泵站扩建工程", "汛期排涝的能力翻了一番。"),
    ("养老服务中心", "老人在家门口就能吃上热饭。"),
    ("光伏产业基地", "屋顶的电板一年发电不少。"),
    ("少年科技展馆", "孩子们围着机器人看个不停。"),
    ("中心卫生院", "病床和医生都比往年多了。"),
]


def article(number: int) -> Article:
    town, (thing, told) = TOWNS[number % 12], THINGS[number % 5]
    name = f"{town}镇{thing}项目"
    lines = (
        f"{name}昨天在当地动工。{name}总投资{number + 2}亿元,设计方案由专家审定。",
        f"{told}" * 8,
        f"{name}占地{number + 130}亩,附近的居民早就盼着这一天。{name}预计于2026年{number % 12 + 1}月建成。",
    )
    return Article("\n".join(lines), headline=f"{name}动工")


ARTICLES = [article(number) for number in range(60)]
CHUNKS = ChunkSettings(size=120, overlap=0)


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder of vectors by chance, in which commoner subwords do not weigh less."""
    folder = tmp_path_factory.mktemp("bad")
    tokenizer = subword_tokenizer([each.text for each in ARTICLES] * 5, 500)
    rows = np.random.default_rng(0).normal(size=(tokenizer.get_vocab_size(), 8)).astype(np.float32)
    save_model(folder, tokenizer, rows)
    return folder


def settings(model: Path | str, dense_weight: float) -> Settings:
    return Settings(
        encoder=EncoderSettings(model=str(model)),
        chunks=CHUNKS,
        retrieval=RetrievalSettings(dense_weight=dense_weight),
    )


@pytest.fixture(scope="module")
def better(bad: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Path]:
    out = tmp_path_factory.mktemp("better") / "models/adapted"
    return adapt(ARTICLES, out, settings(bad, 0.9), Plan(steps=100), command="wenbao adapt 报纸"), out


def test_what_is_better_is_kept_with_its_card(better: tuple[Outcome, Path], bad: Path) -> None:
    outcome, out = better
    assert outcome.kept and outcome.alone.low > 0 and outcome.fused.value >= 0
    assert outcome.articles == 60 and 35 <= outcome.learned <= 49 and outcome.steps == 100
    measured = {(each.way, each.depth): (each.before, each.after) for each in outcome.changes}
    assert measured.keys() == {("encoder", 1), ("encoder", 5), ("fused", 1), ("fused", 5)}
    before, after = measured["encoder", 5]
    assert after > before
    model = load_encoder(str(out))
    assert model.name != load_encoder(str(bad)).name and model.dimension == 8
    card = (out / "README.md").read_text("utf-8")
    for said in (str(bad), "    wenbao adapt 报纸", f"{before:.3f} | {after:.3f}", "sha256", "Of 60 articles"):
        assert said in card
    assert [path.name for path in out.parent.iterdir()] == ["adapted"]


def test_the_same_articles_give_the_same_weights(better: tuple[Outcome, Path], bad: Path, tmp_path: Path) -> None:
    adapt(ARTICLES, tmp_path / "again", settings(bad, 0.9), Plan(steps=100, minutes=60))
    one, two = (load_file(folder / "model.safetensors") for folder in (better[1], tmp_path / "again"))
    assert all((one[name] == two[name]).all() for name in one)


def test_what_is_not_better_is_not_kept(bad: Path, tmp_path: Path) -> None:
    outcome = adapt(ARTICLES, tmp_path / "models/adapted", settings(bad, 0.9), Plan(steps=1))
    assert not outcome.kept  # one step moves next to nothing
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_model_stays_where_nothing_is_better(bad: Path, tmp_path: Path) -> None:
    keep(bad, tmp_path / "adapted", better_values(), "bundled", "wenbao adapt")
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    adapt(ARTICLES, tmp_path / "adapted", settings(bad, 0.9), Plan(steps=1))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == kept


def better_values() -> dict[str, object]:
    """An outcome as plain values."""
    by = {"value": 0.02, "low": 0.01, "high": 0.03, "p": 0.01, "n": 40}
    rank = {"encoder": by, "fused": by}
    recall = [{"way": "fused", "depth": 5, "before": 0.5, "after": 0.75, "by": by}]
    return {"articles": 9, "learned": 7, "pairs": 8, "steps": 3, "seconds": 90, "rank": rank, "recall": recall}


def test_a_new_model_takes_the_place_of_the_old(bad: Path, tmp_path: Path) -> None:
    out = tmp_path / "adapted"
    for _ in range(2):
        keep(bad, out, better_values(), "bundled", "wenbao adapt")
        (out / "old").touch()
    keep(bad, out, better_values(), "bundled", "wenbao adapt")
    assert not (out / "old").exists() and [path.name for path in tmp_path.iterdir()] == ["adapted"]
    assert "| 5, fused with words | 0.500 | 0.750 | +0.020 [+0.010, +0.030] |" in (out / "README.md").read_text("utf-8")


def test_a_folder_of_something_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    check_place(tmp_path / "corpus")  # nothing is lost there
    (tmp_path / "corpus/page.txt").touch()
    with pytest.raises(ModelError, match="is no model folder"):
        adapt(ARTICLES, tmp_path / "corpus", settings("bundled", 0.3))
    with pytest.raises(ModelError, match="is no model folder"):
        check_place(tmp_path / "corpus/page.txt")


def test_few_articles_are_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="49 articles are too few"):
        adapt([*ARTICLES[:49], *ARTICLES[:49]], tmp_path / "out", settings("bundled", 0.3))
    dull = [Article(f"天气不错,大家高兴。第{number}回。") for number in range(60)]
    with pytest.raises(CorpusError, match="too few questions could be made"):
        adapt(dull, tmp_path / "out", settings("bundled", 0.3))


def test_only_static_encoders_are_adapted(tmp_path: Path) -> None:
    model = sentence_transformer(tmp_path / "model")
    with pytest.raises(ModelError, match="is no static encoder") as caught:
        adapt(ARTICLES, tmp_path / "out", settings(model, 0.3))
    assert "\n" not in str(caught.value)


def test_of_many_articles_some_are_drawn(bad: Path, tmp_path: Path) -> None:
    outcome = adapt(
        [article(number) for number in range(90)], tmp_path / "out", settings(bad, 0.9), Plan(steps=1, most=70)
    )
    assert outcome.articles == 70


def test_what_is_judged_by_is_not_learned_from() -> None:
    archive = read_archive(ARTICLES, CHUNKS, 1, lambda done, total: None)
    asked = archive.judging
    held = {archive.chunks[row].article.text for each in asked for row in each.right}
    assert held and not held & set(archive.learned)
    assert not {pair.passage for pair in archive.questions} & {
        archive.chunks[row].passage for each in asked for row in each.right
    }
    assert not any(pair.passage in text for text in held for pair in archive.openings)
    for each in asked:
        assert all(each.answer in archive.chunks[row].text for row in each.right)
    judged = sum(map(is_judged_by, ARTICLES))
    assert 6 < judged < 30 and len(archive.learned) == 60 - judged


def test_the_chunk_that_answers_holds_the_words_of_the_question_too() -> None:
    text = "公园占地30亩,种树千棵。泵站工程占地30亩,年底通水。学校占地70亩。"
    chunks = split_article(Article(text), 15, 0)
    assert [chunks[at].text for at in holding(chunks, "泵站工程占地多少亩？", "30亩")] == [
        "泵站工程占地30亩,年底通水。"
    ]
    assert holding(chunks, "泵站工程占地多少亩？", "90亩") == []


def test_a_reader_says_it_in_other_words_but_asks_for_the_same() -> None:
    vectors = np.array([[127, 0], [127, 0]], np.int8)
    reword = rewording(Synonyms(["动工", "开工"], vectors), random.Random(0))
    said = {reword("项目什么时候动工？") for _ in range(60)}
    assert said == {f"{what}什么时候{does}？" for what in ("项目", "") for does in ("动工", "开工", "")}


class Fixed:
    """Vectors by hand."""

    name, dimension = "fixed", 2

    def encode(self, texts: object, progress: object = None) -> np.ndarray:
        return np.array([[1, 0], [0.6, 0.8], [0, 1]], np.float32)

    def encode_query(self, text: str) -> np.ndarray:
        return np.array([0, 1], np.float32)


def test_ranks_alone_and_fused_by_hand() -> None:
    search = WordSearch(["泵站动工", "泵站占地", "公园"])
    asked = [Asked("泵站动工", "", [0]), Asked("泵站动工", "", [0, 1]), Asked("泵站动工", "", [2])]
    sheet = Exam(search, asked, 0.1).sit(Fixed())
    assert sheet.encoder.tolist() == [3, 2, 1]
    assert sheet.fused.tolist() == [1, 1, 3]
    assert sheet.marks("fused") == [1, 1, 1 / 3]
    assert Exam(search, asked, 1.0).sit(Fixed()).fused.tolist() == [3, 2, 1]


def outcome(alone: tuple[float, float], fused: float, p: float = 0.01) -> Outcome:
    """With the change of the vectors alone and its lower end, and the change of both."""
    changed = Difference(*alone, 0.5, p, 40), Difference(fused, fused - 0.1, fused + 0.1, 0.5, 40)
    return Outcome(*changed, (), learned=40, pairs=80)


def test_what_decides() -> None:
    assert outcome((0.1, 0.01), 0.0).kept
    assert not outcome((0.1, 0.0), 0.1).kept  # it may be chance
    assert not outcome((0.1, 0.01), 0.1, p=0.06).kept
    assert not outcome((0.1, 0.01), -0.001).kept  # readers search with both


def test_recall_before_and_after() -> None:
    before, after = (Sheet(np.array(ranks), np.array(ranks)) for ranks in ([1, 6, 9, 2], [1, 5, 1, 2]))
    found = {(each.way, each.depth): each for each in changes(before, after)}
    one, five = found["encoder", 1], found["fused", 5]
    assert (one.before, one.after, one.by.value) == (0.25, 0.5, 0.25)
    assert (five.before, five.after, five.by.n) == (0.5, 1.0, 4)


def corpus(folder: Path) -> Path:
    folder.mkdir()
    rows = [{"title": each.headline, "text": each.text} for each in ARTICLES]
    (folder / "news.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return folder


def test_the_command_says_how_to_use_what_it_made(
    bad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus(tmp_path / "报纸")
    config = tmp_path / "config.yaml"
    config.write_text(
        f"encoder: {{model: {bad}}}\nretrieval: {{dense_weight: 0.9}}\nchunks: {{size: 120, overlap: 0}}\n"
    )
    monkeypatch.chdir(tmp_path)
    assert ui.cli.run(["adapt", "报纸", "--seed", "1"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("变好了。") and err == ""
    assert out.endswith("要用它，在 config.yaml 里写：\nencoder:\n  model: models/adapted\n再运行 wenbao build\n")
    assert "与词融合，前 5 段里有正确的：" in out
    assert load_encoder("models/adapted").dimension == 8


def test_the_command_says_in_one_line_that_nothing_is_better(
    bad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.train.adapt.learned", lambda rows, *_: (rows, 0))  # a teacher who teaches nothing
    folder, config = corpus(tmp_path / "报纸"), tmp_path / "config.yaml"
    config.write_text(f"encoder: {{model: {bad}}}\nretrieval: {{dense_weight: 0.9}}\n")
    assert ui.cli.run(["adapt", str(folder), "--config", str(config)]) == 0
    out, _ = capsys.readouterr()
    assert out.startswith("没有变好，什么也没有改。") and out.count("\n") == 1
    assert ui.cli.run(["adapt", str(folder), "--config", str(config), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["kept"] is False and said["model"] is None and len(said["recall"]) == 4
    assert not (tmp_path / "models").exists()


def test_a_missing_package_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bm25s", None)
    for name in ("qa.train.adapt", "qa.train.exam", "embeddings.train.mining"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert ui.cli.run(["adapt", str(corpus(tmp_path / "报纸"))]) == 1
    assert capsys.readouterr().err == "错误：少了 bm25s；先运行 pip install 'wenbao[train]'\n"


def test_vectors_can_be_read_off_a_static_encoder() -> None:
    tokenizer = Tokenizer(models.Unigram([("<unk>", -9.0), ("甲", -1.0)], unk_id=0, byte_fallback=False))
    encoder = StaticEncoder(tokenizer, np.array([[0, 0], [3, 4]], np.float32), "by hand")
    assert encoder.rows.tolist() == [[0, 0], [3, 4]] and encoder.tokenizer is tokenizer
