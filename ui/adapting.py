"""`wenbao adapt`: the user's articles make the encoder better, or nothing changes.

In: settings, a folder of articles, where the model is to go. Out: what came of it as plain values, and the Chinese
lines that say it. The only place of the program that reaches for training, and only when it is asked to. Knows nothing
about how an encoder learns.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.inputs import list_inputs, scan
from embeddings.records import Article
from ui.faults import Told
from ui.terminal import Bars

if TYPE_CHECKING:
    from embeddings.staged import Progress
    from qa.settings import Settings

STAGES = {"questions": "出题", "search": "找相近的段落", "train": "微调", "judge": "评判"}
WAYS = {"encoder": "只用向量", "fused": "与词融合"}


def run(settings: Settings, folder: Path, out: Path, root: Path, minutes: float, seed: int) -> dict[str, Any]:
    """Adapt the encoder of the settings to a folder, with progress bars; `root` is the folder of config.yaml.

    Raises:
        Told: a package of the extra `train` is missing.
        CorpusError, ModelError: see `qa.train.adapt.adapt`.
    """
    try:
        from qa.train.adapt import Plan, adapt
    except ModuleNotFoundError as error:
        raise Told(
            f"少了 {error.name}；先运行 pip install 'wenbao[train]'",
            f"{error.name} is missing; run: pip install 'wenbao[train]'",
        ) from None
    command = shlex.join(["wenbao", "adapt", str(folder), "--out", str(out), "--seed", str(seed)])
    with Bars() as bars:
        articles = read(folder, settings, bars)
        plan = Plan(minutes=minutes, seed=seed)
        outcome = adapt(
            articles, out, settings, plan, command, lambda stage, *done: bars(STAGES.get(stage, stage), *done)
        )
    place = out.relative_to(root) if out.is_relative_to(root) else out
    return outcome.as_dict() | {"model": str(place) if outcome.kept else None}


def read(folder: Path, settings: Settings, progress: Progress) -> list[Article]:
    """The articles of a folder; what cannot be read is left out, as `wenbao build` tells in detail."""
    total = sum(map(len, list_inputs(folder)))
    found: list[Article] = []
    for done, (_, content) in enumerate(scan(folder, settings.fields), 1):
        found += content.articles
        progress("read", done, total)
    return found


def lines(outcome: dict[str, Any]) -> str:
    """What came of it, for people: one line where nothing is better."""
    ranks = "，".join(f"{WAYS[way]} {_change(by)}" for way, by in outcome["rank"].items())
    gain = f"{outcome['rank']['fused']['n']} 个留出的问题，正确段落的倒数排名（95% 区间）：{ranks}"
    if not outcome["kept"]:
        return f"没有变好，什么也没有改。{gain}"
    said = [f"变好了。{gain}", f"学了 {outcome['learned']} 篇、{outcome['pairs']} 对，用时 {outcome['seconds']:.0f} 秒"]
    said += [f"  {_recall(each)}" for each in outcome["recall"]]
    if outcome["rank"]["fused"]["low"] <= 0:
        said.append("与词融合还看不出差别：搜索多半靠词就找到了，换上以后好在词对不上的问题。")
    said += ["要用它，在 config.yaml 里写：", "encoder:", f"  model: {outcome['model']}", "再运行 wenbao build"]
    return "\n".join(said)


def _recall(change: dict[str, Any]) -> str:
    """'与词融合，前 5 段里有正确的：0.950 -> 0.962，+0.012（+0.003 到 +0.021）'."""
    return (
        f"{WAYS[change['way']]}，前 {change['depth']} 段里有正确的："
        f"{change['before']:.3f} -> {change['after']:.3f}，{_change(change['by'])}"
    )


def _change(by: dict[str, float]) -> str:
    """{"value": 0.012, "low": 0.003, "high": 0.021} -> '+0.012（+0.003 到 +0.021）'."""
    return f"{by['value']:+.3f}（{by['low']:+.3f} 到 {by['high']:+.3f}）"
