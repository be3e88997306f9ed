"""`wenbao doctor`: can a question be answered here, with what, and what stands in the way?

Nothing is fetched and nothing is changed; what is broken is reported, not raised. At the end one question is really
asked, of the reader, unless it is known already that it cannot be answered.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings import generations, hub
from embeddings.encoder import BUNDLED
from embeddings.errors import ConfigError, ModelError, WenbaoError, first_line
from embeddings.store import Store
from qa.profiles import OFFLINE, kept
from qa.reader import MODEL as READER
from ui.models import ROLES, in_force, local_models, published
from ui.plain import one_line
from ui.words import told

if TYPE_CHECKING:
    from qa.settings import AnswererSettings, Settings

QUESTION = "最近有什么消息？"
_SHOWN = ("python", "torch", "transformers", "sentence-transformers", "faiss-cpu", "tantivy", "gradio")
_PROCESS = 1.0  # GB that Python and the index of a middling archive take
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")  # of a container
_SERVER_SECONDS = 3.0
_BUNDLED = {"encoder": BUNDLED, "reader": READER.parent}
_STAND_INS = {"reader": "bundled", "reranker": "", "answerer": "reader"}  # for what is not on this machine


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
    local: list[dict[str, Any]] = field(default_factory=list)  # language models that could be used
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

    @contextmanager
    def looking(self, *, fatal: bool = False) -> Iterator[None]:
        """One look; whatever it raises is a problem to report, with the remedy that an error names last."""
        try:
            yield
        except WenbaoError as error:
            what, _, remedy = told(error).rpartition("；")
            self.add(what or remedy, remedy if what else "照这句话说的做", fatal=fatal)
        except Exception as error:  # whatever breaks here is what the doctor is asked about
            fault = f"没能查完：{type(error).__name__}（{first_line(error)}）"
            self.add(fault, "重装依赖：pip install -e .", fatal=fatal)


def examine(settings_of: Callable[[], Settings], index: Path | None = None) -> Report:
    """Look at everything that a question needs; `index` wins over the index folder of the settings."""
    report = Report()
    with report.looking():
        _look_at_packages(report)
    with report.looking():
        report.machine = _machine_of()
    try:
        settings = settings_of()
    except ConfigError as error:
        report.add(f"设置读不了：{error.chinese}", "照它说的改 config.yaml", fatal=True)
        return report
    settings = settings.model_copy(update={"index": index or settings.index})
    report.config = {"profile": settings.profile or OFFLINE[1], "kept": kept(settings)}
    for look in (_look_at_models, _look_for_room, _look_at_answerer):
        with report.looking():
            look(report, settings)
    with report.looking(fatal=True):
        _look_at_index(report, settings)
    with report.looking():
        report.local = [asdict(each) for each in local_models() if each.model != settings.answerer.model]
    if report.ready:
        with report.looking(fatal=True):
            _ask(report, settings)
    return report


def _look_at_packages(report: Report) -> None:
    """The versions of what Wenbao needs, and of what the extra `models` brings, which is missed nowhere."""
    from packaging.requirements import Requirement

    report.packages["python"] = platform.python_version()
    for each in map(Requirement, importlib.metadata.requires("wenbao") or []):
        wanted, optional = (not each.marker or each.marker.evaluate({"extra": extra}) for extra in ("", "models"))
        try:
            installed = importlib.metadata.version(each.name)
        except importlib.metadata.PackageNotFoundError:
            installed = ""
        if installed and optional:
            report.packages[each.name] = installed
        if wanted and not (installed and each.specifier.contains(installed, prereleases=True)):
            report.add(f"没有装好：{each.name}{each.specifier}", "pip install -e .")


def _machine_of() -> dict[str, Any]:
    """Cores, the GPU that torch sees, memory (less in a container that has a limit), and the room for models."""
    total, free = memory()
    gpu, gpu_bytes = "", 0
    if find_spec("torch"):  # it comes with the extra `models`
        import torch

        if torch.cuda.is_available():
            device = torch.cuda.get_device_properties(0)
            gpu, gpu_bytes = str(device.name), int(device.total_memory)
        elif torch.backends.mps.is_available():  # it shares the machine's memory
            gpu = "Apple MPS"
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "gpu": gpu or None,
        "gpu_gb": round(gpu_bytes / 1e9, 1) or None,
        "memory_gb": total and round(total / 1e9, 1),
        "memory_free_gb": free and round(free / 1e9, 1),
        "cache": str(hub.cache_folder()),
        "cache_free_gb": _free_gb(hub.cache_folder()),
    }


def memory() -> tuple[int, int] | tuple[None, None]:
    """Bytes of memory, and of them those that are free for a program."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        known = {path: Path(path).read_text() for path in (*_LIMITS, "/proc/meminfo") if Path(path).is_file()}
    except (AttributeError, ValueError, OSError):  # Windows
        return None, None
    total = min([total, *(int(text) for path, text in known.items() if path in _LIMITS and text.strip().isdigit())])
    available = re.search(r"^MemAvailable:\s+(\d+) kB", known.get("/proc/meminfo", ""), re.M)
    return total, min(total, int(available[1]) * 1024) if available else total


def _free_gb(folder: Path) -> float:
    """GB free where a folder lies, or will lie."""
    folder = folder.absolute()
    return round(shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists())).free / 1e9, 1)


def _look_at_models(report: Report, settings: Settings) -> None:
    """The models that are loaded into this process: whether they are here, and in order.

    What asking does without one: a folder that is missing or damaged is an error; where a model of the hub is not here,
    the bundled reader reads, the passages keep their order, and the reader answers; only the encoder must be there.
    """
    for section, model in in_force(settings).items():
        folder = _BUNDLED[section] if model == "bundled" else hub.cached(model)
        gb = hub.size(folder) / 1e9 if folder else published(model)
        report.models.append(
            {"use": section, "model": model, "folder": str(folder) if folder else None, "gb": gb and round(gb, 3)}
        )
        report.uses[section] = model if folder else _STAND_INS.get(section, model)
        a_folder = hub.looks_like_path(model)
        if folder is None:
            remedy = "把文件夹放好，或改 config.yaml" if a_folder else "wenbao models pull"
            needed = section == "encoder" or (a_folder and section != "answerer")
            report.add(f"{ROLES[section]}模型不在本机：{section}.model 里的 {model}", remedy, fatal=needed)
        elif model != "bundled":
            try:
                hub.check(folder)
            except ModelError as error:
                remedy = "重新拷贝文件夹，或改 config.yaml" if Path(model).is_dir() else f"wenbao models pull {model}"
                report.add(f"{ROLES[section]}模型打不开：{told(error)}", remedy, fatal=section != "answerer")
    file = Path(settings.answerer.model).expanduser()
    if settings.answerer.kind == "llama" and file.is_file():
        gb = round(file.stat().st_size / 1e9, 3)
        report.models.append({"use": "answerer", "model": settings.answerer.model, "folder": str(file), "gb": gb})


def _look_for_room(report: Report, settings: Settings) -> None:
    """Whether memory and disk hold the models; memory where the size of each is known."""
    here = report.machine
    here["index_free_gb"] = _free_gb(settings.index)
    if all(each["gb"] is not None for each in report.models):
        weights = (each["gb"] * (_growth(settings) if each["use"] == "answerer" else 1) for each in report.models)
        here["memory_needed_gb"] = round(_PROCESS + sum(weights), 1)
        room = here["gpu_gb"] or here["memory_gb"]
        if room and here["memory_needed_gb"] > room:
            fault = f"内存不够：约需 {here['memory_needed_gb']} GB，这里有 {room} GB"
            report.add(fault, "换小一点的模型，例如四位量化的 GGUF（kind: llama）")
    missing = sum(each["gb"] or 0 for each in report.models if not each["folder"])
    if missing > here["cache_free_gb"]:
        report.add(f"磁盘不够：还要下载 {missing:.1f} GB", "腾出地方，或用 HF_HOME 换一个文件夹")


def _growth(settings: Settings) -> float:
    """Memory of a language model as a share of its file: 1.2 with what it reads and writes, as docs/models.md says."""
    answerer = settings.answerer
    if answerer.kind == "llama" or answerer.bits < 16:
        return 1.2 * answerer.bits / 16
    from qa.writing.transformers_model import chosen_device, chosen_dtype

    return 1.2 * float(chosen_dtype(answerer.dtype, chosen_device(answerer.device)).itemsize) / 2


def _look_at_index(report: Report, settings: Settings) -> None:
    """The live generation, read through; whether it fits the encoder is seen when the question is asked."""
    if settings.store.kind != "local":
        report.index = {"store": settings.store.kind}
        return
    folder = generations.live(settings.index)
    manifest = generations.verify(folder)
    with Store(folder / "store.sqlite") as store:
        counts = store.counts()
    report.index = {"generation": folder.name, **counts, "built": manifest["built"]}
    report.index["encoder"] = manifest["encoder"]["name"]


def _look_at_answerer(report: Report, settings: Settings) -> None:
    """Who will answer. The reader stands in for a language model that fails, so only wrong settings are fatal."""
    answerer, here = settings.answerer, report.uses.get("answerer") != "reader"
    report.uses.setdefault("reranker", "")
    report.uses["answerer"] = "reader"
    if answerer.kind == "reader":
        return
    if not answerer.model.strip() or answerer.kind == "openai":
        from qa.writing.model import open_model

        with report.looking(fatal=True):
            open_model(answerer).close()  # asks no server; says what is wrong with the settings
            if fault := _server_fault(answerer):
                report.add(fault, "启动模型服务器，或改 answerer；在那之前由 reader 引用原句作答")
            else:
                report.uses["answerer"] = answerer.model
        return
    if answerer.kind == "llama":
        from qa.writing.llama_model import check_llama

        check_llama(answerer)
    elif here:
        from qa.writing.transformers_model import check_causal

        check_causal(answerer)
    if here:
        report.uses["answerer"] = answerer.model


def _server_fault(answerer: AnswererSettings) -> str:
    """What is wrong with the model server; "" where it answers and knows the model."""
    import httpx

    key = os.environ.get(answerer.key_env, "") if answerer.key_env else ""
    here = httpx.URL(answerer.url).host in ("localhost", "127.0.0.1", "::1")
    try:
        with httpx.Client(timeout=_SERVER_SECONDS, trust_env=not here) as client:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            reply = client.get(f"{answerer.url.rstrip('/')}/models", headers=headers)
        names = [str(each["id"]) for each in reply.raise_for_status().json()["data"]]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        return f"模型服务器 {answerer.url} 没有回应（{first_line(error)}）"
    return "" if answerer.model in names else f"模型服务器没有 {answerer.model}，有的是：{'、'.join(names[:5])}"


def _ask(report: Report, settings: Settings) -> None:
    """Ask one question of the reader, with what is used of the settings: nothing is fetched from the hub for it."""
    from qa import Answerer
    from qa.settings import AnswererSettings, ReaderSettings, RerankerSettings

    here = {each["use"] for each in report.models if each["folder"]}
    used: dict[str, Any] = {"answerer": AnswererSettings()}
    used |= {} if "reader" in here else {"reader": ReaderSettings()}
    used |= {} if "reranker" in here else {"reranker": RerankerSettings()}
    answerer = Answerer.open(settings.model_copy(update=used))
    started = time.perf_counter()
    answerer.answer(QUESTION)
    report.seconds = round(time.perf_counter() - started, 3)


def lines(report: Report) -> str:
    """The report for people: what there is, what will be used, what is wrong, and the verdict."""
    out = [f"装着：{'，'.join(f'{name} {report.packages[name]}' for name in _SHOWN if name in report.packages)}"]
    if report.config:
        kept = f"；自己写了 {'、'.join(report.config['kept'])}，不随 profile" if report.config["kept"] else ""
        out.append(f"设置：profile {report.config['profile']}{kept}")
    if "store" in report.index:
        out.append(f"索引：在 {report.index['store']} 里")
    elif report.index:
        out.append("索引：第 {generation} 代，{articles} 篇、{chunks} 段，{built:.10} 建".format(**report.index))
    for model in report.models:
        size = f"{model['gb']:.2f} GB" if model["gb"] is not None else "大小未知"
        here = "已在本机" if model["folder"] else "没有下载"
        out.append(f"模型：{ROLES[model['use']]} {model['model']}，{size}，{here}")
    out += _machine_lines(report.machine) if report.machine else []
    if report.uses:
        uses = (f"{role} {report.uses.get(section) or '不用'}" for section, role in ROLES.items())
        out.append("提问时用：" + "，".join(uses).replace("作答 reader", "作答 reader（引用原句）"))
    if report.local:
        out.append("本机有这些语言模型，写进 config.yaml 就能用来作答：")
        out += [f"  {each['config']}（{each['gb']:.1f} GB）" for each in report.local]
    if report.problems:
        out.append("问题：")
        out += [f"  {at}. {each.what}。办法：{each.remedy}" for at, each in enumerate(report.problems, 1)]
    asked = f"（试问了一次，{report.seconds:.2f} 秒）" if report.seconds is not None else ""
    out.append(f"结论：可以提问{asked}" if report.ready else "结论：还不能提问")
    return "\n".join(f"  {one_line(line)}" if line.startswith("  ") else one_line(line) for line in out)


def _machine_lines(found: dict[str, Any]) -> list[str]:
    gpu = f"显卡 {found['gpu']}" if found["gpu"] else "没有显卡"
    gpu += f"（{found['gpu_gb']} GB）" if found["gpu_gb"] else ""
    need = f"约需 {found['memory_needed_gb']} GB，" if found.get("memory_needed_gb") else ""
    memory = f"本机 {found['memory_gb'] or '?'} GB，空闲 {found['memory_free_gb'] or '?'} GB"
    index = f"；索引处剩 {found['index_free_gb']} GB" if "index_free_gb" in found else ""
    disk = f"磁盘：模型缓存 {found['cache']} 剩 {found['cache_free_gb']} GB{index}"
    return [f"机器：{found['cores']} 核，{gpu}", f"内存：{need}{memory}", disk]
