"""The program `wenbao`: words typed in a terminal in, lines or one JSON document out, an exit code.

An error is one line on standard error that says what, where and the remedy, and exit code 1. Whatever is heavy is
imported by the command that needs it, so that `wenbao --help` is quick.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from embeddings.errors import BrokenIndexError, WenbaoError
from ui.plain import escaped_json, one_line
from ui.words import Told, told

if TYPE_CHECKING:
    from qa import Answerer
    from qa.settings import Settings


def settings_of(config: Path | None) -> Settings:
    """The settings of a config file; of ./config.yaml where none is named; the defaults where there is none."""
    from qa.settings import Settings

    config = config or (Path("config.yaml") if Path("config.yaml").exists() else None)
    return Settings.load(config) if config else Settings().anchored(Path.cwd())


def with_options(settings: Settings, host: str, auth: str, password: str) -> Settings:
    """The settings with what the command line or the environment says instead, "" where it says nothing.

    Raises:
        Told: `auth` is not "name:password".
    """
    from pydantic import SecretStr

    if auth and not all(auth.partition(":")):
        raise Told("--auth 要写成 名字:口令，例如 --auth reader:芝麻开门（或写在 WENBAO_AUTH 里）")
    chat: dict[str, Any] = {"host": host} if host else {}
    chat |= {"auth": SecretStr(auth)} if auth else {}
    admin = {"password": SecretStr(password)} if password else {}
    sections = {"chat": settings.chat.model_copy(update=chat), "admin": settings.admin.model_copy(update=admin)}
    return settings.model_copy(update=sections)


def open_answerer(settings: Settings, index: Path | None) -> Answerer:
    """The answerer over an index folder (the settings' where none is named)."""
    from qa import Answerer

    return Answerer.open(config=settings, index=index)


def run_build(settings: Settings, corpus: Path, index: Path, *, full: bool = False) -> Any:
    """Build with progress bars; returns the `Receipt`."""
    from ui.building import build_index
    from ui.terminal import Bars

    with Bars() as bars:
        return build_index(settings.model_copy(update={"corpus": corpus, "index": index}), full=full, progress=bars)


_EXTRA = re.compile(r"unexpected extra argument.*? \((.*)\)$")


def usage_fault(error: typer.TyperException) -> str:
    """The line; its remedy is the help of the command that was meant."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "wenbao"
    return one_line(f"{command} {_what(error)}；用法见 {command} --help")


def _what(error: typer.TyperException) -> str:
    """What is wrong, to follow the command: '没有 --nope 这个选项'."""
    said: str = error.format_message()
    match type(error).__name__, getattr(error, "param", None):
        case "NoSuchOption", _:
            near = sorted(getattr(error, "possibilities", None) or ())
            return f"没有 {getattr(error, 'option_name', said)} 这个选项" + (f"（是不是 {near[0]}？）" if near else "")
        case "MissingParameter", param if param:
            return f"缺少“{_name(param)}”"
        case "BadParameter", param if param:
            return f"的 {_name(param)} {_unfit(error) or f'写得不对（{said}）'}"
        case "BadOptionUsage", _:
            return f"的 {getattr(error, 'option_name', '')} 后面要有一个值"
    extra = _EXTRA.search(said)
    return f"多出了“{extra[1]}”" if extra else f"写得不对（{said}）"


def _name(param: Any) -> str:
    """An option as it is written, an argument as the help shows it."""
    return str(param.opts[0]) if param.param_type_name == "option" else str(param.metavar or param.name).strip("[]")


def _unfit(error: typer.TyperException) -> str:
    """Why a value does not do, from what pydantic said of it: '不能小于 1，写的是 0'; "" where it said nothing."""
    from pydantic import ValidationError

    from qa.settings import unfit

    return unfit(error.__cause__.errors()[0]) if isinstance(error.__cause__, ValidationError) else ""


_SETTLED = 1_600  # milliseconds without a change before a watched folder is read again


app = typer.Typer(
    help='问报：向报纸提问，得到可以核对的回答。直接写 wenbao "问题" 就是提问。',
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Config = Annotated[
    Path | None,
    typer.Option("--config", help="配置文件；不写则用当前文件夹的 config.yaml，没有就用默认值"),
]
Index = Annotated[
    Path | None,
    typer.Option("--index", help="索引文件夹；不写则用配置里的 index"),
]
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
    keep: Annotated[
        int | None,
        typer.Option("--keep", min=1, help="保留几代索引；不写则用配置里的 keep"),
    ] = None,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="建好后守着文件夹，一有变动就再建，直到 Ctrl-C"),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="不建，只看每个文件读成什么、字段怎么对应")] = False,
    as_json: Json = False,
) -> None:
    from ui.terminal import receipt_lines, split_lines

    settings = settings_of(config)
    if dry_run:
        from embeddings.inputs import scan

        for path, content in scan(folder or settings.corpus, settings.fields):
            _say(split_lines(path.name, content))
        return
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


@app.command(help="看一个文件读成哪些报道：标题、记者、日期、版次、字数，和没有读的部分。")
def inspect(file: Annotated[Path, typer.Argument(metavar="文件", show_default=False)], config: Config = None) -> None:
    from embeddings.inputs import read_file
    from ui.terminal import split_lines

    _say(split_lines(file.name, read_file(file, fields=settings_of(config).fields)))


@app.command(help="提问：回答的每一句都注明出处。")
def ask(words: Words, index: Index = None, config: Config = None, as_json: Json = False) -> None:
    from ui.conversation import question_of
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
    from ui.conversation import question_of
    from ui.terminal import passage_dict, passage_lines

    settings = settings_of(config)
    question = question_of(" ".join(words), settings.answer.longest_question)
    passages = open_answerer(settings, index).search(question, k=k)
    _say([passage_dict(passage) for passage in passages] if as_json else passage_lines(passages))


@app.command(help="打开网页对话；还没有索引就先建。")
def chat(
    host: Annotated[
        str | None,
        typer.Option("--host", help="监听的地址；不写则用配置里的 chat.host"),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", min=1, max=65535, help="端口；不写则用 chat.port"),
    ] = None,
    auth: Annotated[
        str,
        typer.Option("--auth", envvar="WENBAO_AUTH", metavar="名字:口令", help="来人要先登录；不写则用 chat.auth"),
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
        from ui.chat import build_page
        from ui.conversation import watched

        answerer = watched(open_answerer(settings, folder))

        serve(build_page(answerer), listener, ready=lambda address: _say(f"问报已开：{address}"), answerer=answerer)


@app.command(help="用一份有答案的题目，量一量答得对不对、引得准不准、该不该拒答。")
def evaluate(
    questions: Annotated[Path, typer.Argument(metavar="题目.jsonl", show_default=False)],
    index: Index = None,
    config: Config = None,
    as_json: Json = False,
    compare: Annotated[
        Path | None,
        typer.Option("--compare", help="与以前 --json 的结果比较"),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="只问前几题")] = None,
    unanswerable: Annotated[bool, typer.Option("--unanswerable", help="每一题都该拒答")] = False,
    curve: Annotated[
        Path | None,
        typer.Option("--curve", help="把误答与误拒的曲线画成 SVG"),
    ] = None,
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


INTERRUPTED = 130
OF_MODELS = ("torch", "transformers", "sentence_transformers", "accelerate")  # what the extra `models` brings


ENGLISH = {  # the help where the locale is not Chinese, by command and by option
    "wenbao": 'Wenbao: ask a newspaper, get answers you can check. wenbao "question" asks.',
    "build": "Read a folder of newspaper pages; make or update the index.",
    "inspect": "See what a file is read as: articles, fields, and what was left out.",
    "ask": "Ask: every sentence of the answer is cited.",
    "search": "Find passages of reports, without an answer.",
    "chat": "Serve the chat page; makes the index first where there is none.",
    "evaluate": "Measure answers, citations and refusals on questions whose answers are known.",
    "feedback": "What readers think: wenbao feedback export writes one JSON a line.",
    "models": "Models: list profiles and what is here; wenbao models pull NAME fetches and checks.",
    "doctor": "Check packages, index, models, memory and disk; exit code 1 where something is missing.",
    "--config": "the configuration; else config.yaml of this folder, else the defaults",
    "--index": "the folder of the index; else index of the configuration",
    "--json": "write one JSON document",
    "--version": "the version",
    "--full": "recompute all, without the old index",
    "--rollback": "build nothing, go back one generation",
    "--keep": "how many generations to keep; else keep of the configuration",
    "--dry-run": "build nothing, show what each file is read as",
    "--watch": "then build again whenever the folder changes, until Ctrl-C",
    "-k": "at most so many passages",
    "--host": "the address to listen on; else chat.host of the configuration",
    "--port": "the port; else chat.port",
    "--auth": "readers have to log in; else chat.auth",
    "--compare": "compare with an earlier result of --json",
    "--limit": "ask only the first so many",
    "--unanswerable": "every question should be refused",
    "--curve": "draw false answers against false refusals, as SVG",
}


def program() -> Any:
    """The commands, their help in the language of the locale: Chinese for LANG=zh_CN.UTF-8, else English."""
    group: Any = typer.main.get_command(app)
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    if not locale.lower().startswith("zh"):
        for name, command in {"wenbao": group, **group.commands}.items():
            command.help = ENGLISH.get(name, command.help)
            for each in command.params:
                if each.param_type_name == "option" and each.opts[0] in ENGLISH:
                    each.help = ENGLISH[each.opts[0]]
    return group


def with_command(arguments: Sequence[str]) -> list[str]:
    """The arguments with `ask` put in front where the first word is no command: ["问题"] -> ["ask", "问题"].

    Raises:
        Told: the first word looks like a mistyped command.
    """
    if not arguments or arguments[0] in ("--help", "-h"):
        return ["--help"]
    if arguments[0] in ("--version", "-V", "version"):
        return ["--version"]
    first = arguments[0]
    commands = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
    if first in commands:
        return list(arguments)
    if first.isascii() and (near := difflib.get_close_matches(first, commands, n=1, cutoff=0.75)):
        raise Told(f"没有“{first}”这个命令；是不是 wenbao {near[0]}？（提问请写 wenbao ask {first}）")
    return ["ask", *arguments]


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code. Errors become one line on standard error."""
    try:
        code = program().main(args=with_command(arguments), prog_name="wenbao", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except WenbaoError as error:
        return _fail(told(error) + (_unsettled(arguments) if isinstance(error, BrokenIndexError) else ""))
    except typer.TyperException as error:
        return _fail(usage_fault(error))
    except ModuleNotFoundError as error:
        if error.name not in OF_MODELS:
            raise
        return _fail(f"config.yaml 里的模型要用 {error.name}，没有装；请运行 pip install 'wenbao[models]'")
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED


def _unsettled(arguments: Sequence[str]) -> str:
    """Where nobody said which paper is meant, that there is no config here: it may well be the wrong folder."""
    named = any(word.startswith(("--config", "--index")) for word in arguments)
    if named or Path("config.yaml").exists():
        return ""
    return "。这里没有 config.yaml，用的是默认设置；它在别处的话，请到那里去问，或用 --config 指明"


def _fail(message: str) -> int:
    typer.echo(f"错误：{message}", err=True)
    return 1


def main() -> None:
    """The program `wenbao`."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
