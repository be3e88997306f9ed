"""`wenbao doctor`: what was found, as a record and as the Chinese lines that say it.

In: what `ui.checkup` puts into a `Report`. Out: plain values for JSON, lines for people. Knows nothing about how things
are found out.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ui.models import ROLES
from ui.plain import one_line

_SHOWN = ("python", "torch", "transformers", "sentence-transformers", "faiss-cpu", "tantivy", "gradio")


@dataclass(frozen=True)
class Problem:
    """Something that stands in the way, and what to do; a fatal one keeps questions from being answered."""

    what: str
    remedy: str
    fatal: bool = False


@dataclass
class Report:
    """What was found. Sizes are in GB; None is what is not known."""

    packages: dict[str, str] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    index: dict[str, Any] = field(default_factory=dict)
    models: list[dict[str, Any]] = field(default_factory=list)
    machine: dict[str, Any] = field(default_factory=dict)
    uses: dict[str, str] = field(default_factory=dict)
    local: list[dict[str, Any]] = field(default_factory=list)  # language models that could be used: see ui.local_models
    seconds: float | None = None  # that the question asked at the end took
    problems: list[Problem] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        """Whether a question can be answered."""
        return not any(problem.fatal for problem in self.problems)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"ready": self.ready, **asdict(self)}

    def add(self, what: str, remedy: str, *, fatal: bool = False) -> None:
        self.problems.append(Problem(what, remedy, fatal))


def lines(report: Report) -> str:
    """The report for people: what there is, what will be used, what is wrong, and the verdict."""
    out = [f"装着：{'，'.join(f'{name} {report.packages[name]}' for name in _SHOWN if name in report.packages)}"]
    out += [_config(report.config)] if report.config else []
    out += [_index(report.index)] if report.index else []
    out += [_model(each) for each in report.models]
    out += _machine(report.machine) if report.machine else []
    out += [_uses(report)] if report.uses else []
    if report.local:
        out.append("本机有这些语言模型，写进 config.yaml 就能用来作答：")
        out += [
            f"  {each['config']}（{each['gb']:.1f} GB，只用 CPU 约 {each['first']} 秒出字）" for each in report.local
        ]
    if report.problems:
        out.append("问题：")
        out += [f"  {at}. {each.what}。办法：{each.remedy}" for at, each in enumerate(report.problems, 1)]
    asked = f"（试问了一次，{report.seconds:.2f} 秒）" if report.seconds is not None else ""
    out.append(f"结论：可以提问{asked}" if report.ready else "结论：还不能提问")
    return "\n".join(one_line(line) if not line.startswith("  ") else f"  {one_line(line)}" for line in out)


def _config(config: dict[str, Any]) -> str:
    kept = f"；自己写了 {'、'.join(config['kept'])}，不随 profile" if config["kept"] else ""
    return f"设置：profile {config['profile']}{kept}"


def _index(index: dict[str, Any]) -> str:
    if "generation" not in index:
        return f"索引：在 {index['store']} 里"
    fits = {True: "与编码模型相符", False: "与编码模型不符", None: "编码模型不在本机，无法对照"}[index["fits"]]
    counts = f"{index['articles']} 篇、{index['chunks']} 段"
    return f"索引：第 {index['generation']} 代，{counts}，{index['built'][:10]} 建；{fits}"


def _model(model: dict[str, Any]) -> str:
    size = f"{model['gb']:.2f} GB" if model["gb"] is not None else "大小未知"
    return f"模型：{ROLES[model['use']]} {model['model']}，{size}，{'已在本机' if model['folder'] else '没有下载'}"


def _machine(found: dict[str, Any]) -> list[str]:
    gpu = (
        f"显卡 {found['gpu']}" + (f"（{found['gpu_gb']} GB）" if found["gpu_gb"] else "")
        if found["gpu"]
        else "没有显卡"
    )
    need = f"约需 {found['memory_needed_gb']} GB，" if found.get("memory_needed_gb") else ""
    memory = (
        f"本机 {found['memory_gb']} GB，空闲 {found['memory_free_gb']} GB" if found["memory_gb"] else "本机多少未知"
    )
    index = f"；索引处剩 {found['index_free_gb']} GB" if "index_free_gb" in found else ""
    return [
        f"机器：{found['cores']} 核，{gpu}",
        f"内存：{need}{memory}",
        f"磁盘：模型缓存 {found['cache']} 剩 {found['cache_free_gb']} GB{index}",
    ]


def _uses(report: Report) -> str:
    uses = {role: report.uses.get(section) or "不用" for section, role in ROLES.items()}
    uses["作答"] = uses["作答"].replace("reader", "reader（引用原句）")
    return "提问时用：" + "，".join(f"{role} {model}" for role, model in uses.items())
