"""What `wenbao build · ask · search · chat · evaluate · …` do, each in a few lines.

In: the options of a command. Out: Chinese lines or one JSON document on standard output. Knows nothing about how
questions are answered, nor how an error is shown (ui/cli.py); whatever is heavy is imported by the command that needs
it, so that `wenbao --help` is quick.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from embeddings.errors import WenbaoError
from ui.chosen import open_answerer, run_build, settings_of, with_options
from ui.faults import Told, told
from ui.plain import escaped_json

_SETTLED = 1_600  # milliseconds without a change before a watched folder is read again
app = typer.Typer(
    help='问报：向报纸提问，得到可以核对的回答。直接写 wenbao "问题" 就是提问。',
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Config = Annotated[
    Path | None, typer.Option("--config", help="配置文件；不写则用当前文件夹的 config.yaml，没有就用默认值")
]
Index = Annotated[Path | None, typer.Option("--index", help="索引文件夹；不写则用配置里的 index")]
Json = Annotated[bool, typer.Option("--json", help="标准输出只写一个 JSON 文档")]
Words = Annotated[list[str], typer.Argument(metavar="问题", show_default=False)]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        _say(f"wenbao {version('wenbao')}")
        raise typer.Exit


@app.callback()
def wenbao(
    version: Annotated[bool, typer.Option("--version", "-V", is_eager=True, callback=_version, help="版本号")] = False,
) -> None: ...


@app.command(help="读报纸文件夹，建立或更新索引。")
def build(
    folder: Annotated[Path | None, typer.Argument(metavar="[文件夹]", show_default=False)] = None,
    index: Index = None,
    config: Config = None,
    full: Annotated[bool, typer.Option("--full", help="不沿用旧索引，全部重算")] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help="不建，只退回上一代索引")] = False,
    keep: Annotated[int | None, typer.Option("--keep", min=1, help="保留几代索引；不写则用配置里的 keep")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="建好后守着文件夹，一有变动就再建，直到 Ctrl-C")] = False,
    as_json: Json = False,
) -> None:
    from ui.terminal import receipt_lines

    settings = settings_of(config)
    if rollback:
        from embeddings.stores import rollback as roll_back

        name = roll_back(index or settings.index, settings.store)
        _say({"generation": name} if as_json else f"已退回第 {name} 代")
        return
    settings = settings.model_copy(update={"keep": keep or settings.keep})
    corpus, target = folder or settings.corpus, index or settings.index

    def once(full: bool) -> None:
        receipt = run_build(settings, corpus, target, full=full)
        _say(receipt.as_dict() if as_json else receipt_lines(receipt, str(target)))

    once(full)
    if watch:
        from watchfiles import watch as changes

        for _ in changes(corpus, debounce=_SETTLED, raise_interrupt=True):
            try:
                once(False)
            except WenbaoError as error:  # the next change may mend it
                typer.echo(f"错误：{told(error)}", err=True)


@app.command(help="提问：回答的每一句都注明出处。")
def ask(words: Words, index: Index = None, config: Config = None, as_json: Json = False) -> None:
    from ui.question import question_of
    from ui.terminal import answer_lines

    settings = settings_of(config)
    question = question_of(" ".join(words), settings.answer.longest_question)
    answer = open_answerer(settings, index).answer(question)
    _say(answer.as_dict() if as_json else answer_lines(answer, question, bold=sys.stdout.isatty()))


@app.command(help="只找报道的段落，不作答。")
def search(
    words: Words,
    k: Annotated[int, typer.Option("-k", min=1, max=200, help="最多几段")] = 10,
    index: Index = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    from ui.question import question_of
    from ui.terminal import passage_dict, passage_lines

    settings = settings_of(config)
    question = question_of(" ".join(words), settings.answer.longest_question)
    passages = open_answerer(settings, index).search(question, k=k)
    _say([passage_dict(passage) for passage in passages] if as_json else passage_lines(passages))


@app.command(help="打开网页对话；还没有索引就先建。")
def chat(
    host: Annotated[str | None, typer.Option("--host", help="监听的地址；不写则用配置里的 chat.host")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="端口；不写则用 chat.port")] = None,
    auth: Annotated[
        str, typer.Option("--auth", envvar="WENBAO_AUTH", metavar="名字:口令", help="来人要先登录；不写则用 chat.auth")
    ] = "",
    index: Index = None,
    config: Config = None,
) -> None:
    from ui.serve import listen, serve, stay_offline

    settings = with_options(settings_of(config), host or "", auth, os.environ.get("WENBAO_ADMIN_PASSWORD", ""))
    folder = index or settings.index
    with listen(settings.chat.host, port or settings.chat.port) as listener:  # before anything slow
        if settings.store.kind == "local" and not (folder.is_dir() and any(folder.iterdir())):
            from ui.terminal import receipt_lines

            _say(receipt_lines(run_build(settings, settings.corpus, folder), str(folder)))
        stay_offline()
        from ui.calm import watched
        from ui.chat import build_page

        answerer = watched(open_answerer(settings, folder))

        serve(build_page(answerer), listener, ready=lambda address: _say(f"问报已开：{address}"), answerer=answerer)


@app.command(help="用一份有答案的题目，量一量答得对不对、引得准不准、该不该拒答。")
def evaluate(
    questions: Annotated[Path, typer.Argument(metavar="题目.jsonl", show_default=False)],
    index: Index = None,
    config: Config = None,
    as_json: Json = False,
    compare: Annotated[Path | None, typer.Option("--compare", help="与以前 --json 的结果比较")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="只问前几题")] = None,
    unanswerable: Annotated[bool, typer.Option("--unanswerable", help="每一题都该拒答")] = False,
    curve: Annotated[Path | None, typer.Option("--curve", help="把误答与误拒的曲线画成 SVG")] = None,
) -> None:
    from ui import scores

    answerer = open_answerer(settings_of(config), index)
    report = scores.run(answerer, questions, limit, unanswerable)
    comparison = scores.contrast(report, compare)
    if curve:
        scores.write_curve(report, curve)
    _say(scores.as_dict(report, comparison) if as_json else scores.lines(report, comparison))


@app.command(help="读者的评价：wenbao feedback export 一行写出一条 JSON。")
def feedback(
    action: Annotated[str, typer.Argument(metavar="export")] = "export", index: Index = None, config: Config = None
) -> None:
    from ui.feedback import FILE, Feedback

    if action != "export":
        raise Told(f"wenbao feedback 没有“{action}”；请写 wenbao feedback export")
    settings = settings_of(config)
    for row in Feedback((index or settings.index).parent / FILE).rows():
        _say(escaped_json(json.dumps(row, ensure_ascii=False)))


@app.command(help="语言模型：列出 profile 和已下载的模型；wenbao models pull 名字 下载并核对。")
def models(
    action: Annotated[str, typer.Argument(metavar="[pull]", show_default=False)] = "",
    name: Annotated[str, typer.Argument(metavar="[profile 或模型]", show_default=False)] = "",
    config: Config = None,
    as_json: Json = False,
) -> None:
    from ui import models

    if action not in ("", "pull"):
        raise Told(f"wenbao models 没有“{action}”；请写 wenbao models，或 wenbao models pull 名字")
    settings = settings_of(config)
    if action:
        fetched = models.fetch(name, settings, (lambda line: None) if as_json else _say)
        _say(fetched) if as_json else None
    else:
        _say(models.listing(settings) if as_json else models.lines(models.listing(settings)))


@app.command(help="检查：装了什么，索引、模型、内存、磁盘够不够，能不能提问；不能就给出办法，退出码 1。")
def doctor(index: Index = None, config: Config = None, as_json: Json = False) -> None:
    from ui.checkup import examine
    from ui.doctor import lines

    report = examine(lambda: settings_of(config), index)
    _say(report.as_dict() if as_json else lines(report))
    raise typer.Exit(0 if report.ready else 1)


def _say(content: Any) -> None:
    """Text as it is; anything else as one JSON document."""
    if not isinstance(content, str):
        content = escaped_json(json.dumps(content, ensure_ascii=False, indent=2))
    typer.echo(content)
