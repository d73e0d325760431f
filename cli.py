"""The console script `opsflow`: every step of `make run`, one command each. `docs/reference/cli.md` lists them."""

import logging
import os
import secrets
import signal
import socket
import sys
import tempfile
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import click
import sqlalchemy.exc
from prometheus_client import start_http_server
from sqlalchemy import select

import composition
import diagnosis
import forms
import processes as house_processes
import proving
import safekeeping
from background import run_worker
from engine import clock, logs, metrics
from engine.actors import system
from engine.commands.deployments import deploy as deploy_files
from engine.commands.identities import create_first_administrator
from engine.commands.sessions import create_token
from engine.persistence.embedded import revive_embedded
from engine.persistence.embedded_cluster import EmbeddedServerFailed
from engine.persistence.migrations.upgrade import is_current, migrate
from engine.persistence.tables.identities import person
from engine.persistence.transactions import reading, transaction
from engine.queries.identities import find_person_by_user_name
from engine.queries.journal import public_key
from engine.settings import Environment, Settings, load_settings
from operations.demo_cases import play_demo_cases
from operations.demo_people import PEOPLE, actor_of, create_demo_people
from operations.seed import seed
from refusals import explanation_of, fail, require_current
from retiring import remove_history
from supervision import ChildSpec, stop_with_parent, supervise

ACTOR = system("cli")
DEPLOYABLE = {".bpmn", ".dmn", ".form"}
SERVERS = click.Choice(["granian", "waitress"])

log = logging.getLogger("opsflow.cli")


def main() -> None:
    """Run one command; what the reader can mend is said in one line, never as a traceback."""
    signal.signal(signal.SIGTERM, _end)
    logs.configure(is_json=os.environ.get("OPSFLOW_ENV") == Environment.PRODUCTION)
    try:
        opsflow(prog_name="opsflow")
    except Exception as error:  # what has no explanation is raised again
        sentence = explanation_of(error)
        if sentence is None:
            raise
        fail(sentence)


@click.group(help="Opsflow: 运营流程服务 / operations processes that run, and prove that they ran.")
def opsflow() -> None:
    """Only groups the commands."""


@opsflow.command(name="migrate", help="建立或升级数据库结构 / create or upgrade the database schema.")
def migrate_database() -> None:
    """Create or upgrade the schema and the registers' defaults."""
    service = composition.open_service(load_settings(os.environ))
    _migrate(service)
    click.echo("数据库已是最新 / the database is up to date")


@opsflow.command(help="部署流程、决策与表单 / deploy process, decision and form files.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--draft", is_flag=True, help="只存为草稿 / store as drafts, to be published later.")
def deploy(paths: tuple[Path, ...], *, draft: bool) -> None:
    """Deploy files, and folders with everything deployable in them, as one deployment."""
    service = composition.open_service(load_settings(os.environ))
    _deploy(service, paths, is_draft=draft or service.settings.is_published_apart, is_house=False)


@opsflow.group(help="管理员 / administrators.")
def admin() -> None:
    """Only groups the commands."""


@admin.command(name="create", help="创建首位管理员（只能一次）/ create the first administrator (once).")
@click.argument("user_name")
@click.option("--name", "display_name", help="显示名 / display name (default: the user name).")
@click.option("--password-stdin", is_flag=True, help="从标准输入读取密码 / read the password from standard input.")
def create_administrator(user_name: str, display_name: str | None, *, password_stdin: bool) -> None:
    """Create the first administrator; the password is asked for unless it comes on standard input."""
    composition.open_service(load_settings(os.environ))
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("密码 / password", hide_input=True, confirmation_prompt=True)
    with transaction() as tx:
        create_first_administrator(tx, user_name, display_name or user_name, password, actor=ACTOR, now=clock.now())
    click.echo(f"已创建管理员 / administrator created: {user_name}")


@opsflow.command(help="为脚本签发令牌（只显示一次）/ print a bearer token for scripts (shown once).")
@click.option("--user", "user_name", required=True, help="用户名 / user name.")
@click.option("--name", default="cli", show_default=True, help="令牌名称 / what the token is for.")
def token(user_name: str, name: str) -> None:
    """Print a bearer token of a person; journalled."""
    composition.open_service(load_settings(os.environ))
    with transaction() as tx:
        person = find_person_by_user_name(tx, user_name, actor=ACTOR)
        made = create_token(tx, person.id, name, actor=ACTOR, now=clock.now())
    click.echo(made.token)


@opsflow.command(help="演示人员与示例（仅开发环境、空库）/ demo people and cases (development, empty database).")
def demo() -> None:
    """Create the demo people and example cases; `deploy` comes first."""
    service = composition.open_service(load_settings(os.environ))
    if not service.settings.is_development:
        fail("the demo exists in development only (OPSFLOW_ENV=development)")
    if not _is_without_people():
        fail("there are people in this database already; the demo is for an empty one")
    _demo()


@opsflow.command(help="启动 API 与后台进程 / serve the API and the worker.")
@click.option("--no-worker", is_flag=True, help="不启动后台进程 / without the worker process.")
@click.option(
    "--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="网页进程数 / web processes."
)
@click.option("--server", default="granian", show_default=True, type=SERVERS, help="网页服务器 / web server.")
def serve(*, no_worker: bool, processes: int, server: str) -> None:
    """Serve until SIGTERM; production never migrates by itself."""
    if server == "waitress" and processes > 1:
        fail("waitress serves from one process: start more nodes instead")
    settings = load_settings(os.environ)
    _require_free_port(settings)
    service = composition.open_service(settings)
    _serve(service, with_worker=not no_worker, processes=processes, server=server)


@opsflow.command(help="准备并启动一切（make run）/ prepare and serve everything (make run).")
def run() -> None:
    """Migrate, deploy the house's processes, add the demo to an empty development database, serve."""
    settings = load_settings(os.environ)
    _require_free_port(settings)
    service = composition.open_service(settings)
    click.echo("· 数据库 / database")
    _migrate(service)
    click.echo("· 流程与表单 / processes and forms")
    _deploy(service, tuple(Path(folder) for room in (house_processes, forms) for folder in room.__path__))
    if settings.is_development and _is_without_people():
        click.echo("· 演示人员与示例工单 / demo people and example cases")
        _demo()
    _serve(service, with_worker=True, processes=1)


@opsflow.command(help="只运行后台进程 / run the worker only.")
@click.option("--metrics-port", type=click.IntRange(1, 65_535), help="在此端口提供指标 / serve metrics on this port.")
@click.option("--stop-with-parent", "has_parent", is_flag=True, hidden=True)
def worker(*, metrics_port: int | None, has_parent: bool) -> None:
    """Timers, deliveries and jobs, until SIGTERM."""
    if has_parent:
        stop_with_parent()
    service = composition.open_service(load_settings(os.environ))
    require_current(service)
    if metrics_port is not None:
        start_http_server(metrics_port, service.settings.host, metrics.REGISTRY)
    sys.exit(run_worker(service))


@opsflow.command(hidden=True)
@click.option("--processes", default=1, type=int)
@click.option("--server", default="granian", type=SERVERS)
@click.option("--stop-with-parent", "has_parent", is_flag=True)
def web(*, processes: int, server: str, has_parent: bool) -> None:
    """The web server alone, as `serve` starts it."""
    import web_servers  # noqa: PLC0415 - half of what there is to load, and no other command needs it

    if has_parent:
        stop_with_parent()
    settings = load_settings(os.environ)
    if server == "waitress":
        web_servers.serve_with_waitress(settings)
    else:
        web_servers.serve_with_granian(settings, processes=processes)


@opsflow.command(help="备份数据库与附件 / back up database and attachments.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--without-attachments", is_flag=True, help="不含附件 / leave the attachments out.")
def backup(file: Path, *, without_attachments: bool) -> None:
    """Write one encrypted file while the service runs; journalled."""
    service = composition.open_service(load_settings(os.environ))
    require_current(service)
    made = safekeeping.back_up(service, file, with_attachments=not without_attachments, actor=ACTOR)
    click.echo(f"已备份 / backed up: {len(made.tables)} tables, {made.rows} rows, {len(made.attachments)} attachments")
    for missing in made.missing:
        click.echo(f"  附件缺失 / attachment missing: {missing}", err=True)


@opsflow.command(help="从备份恢复到空数据库 / restore a backup into an empty database.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def restore(file: Path) -> None:
    """Fill an empty database and compare it with the backup, then with its own journal."""
    service = composition.open_service(load_settings(os.environ))
    made = safekeeping.restore(service, file, actor=ACTOR)
    click.echo(f"已恢复 / restored: {len(made.tables)} tables, {made.rows} rows, {len(made.attachments)} attachments")
    if not proving.report_instances():
        sys.exit(1)


@opsflow.command(
    help="核对备份，或核对审计日志与检查点并重放全部实例 / check a backup, or the journal and every instance."
)
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="在别处保存的检查点文件或文件夹 / checkpoints kept elsewhere: files, or folders of them.",
)
@click.option("--key", help="检查点的公钥（默认：本服务的）/ the checkpoints' verifier key (default: this service's).")
def verify(file: Path | None, checkpoints: tuple[Path, ...], key: str | None) -> None:
    """With a file: is the backup whole? Without: is the journal as it was sealed, and gives every stored state?"""
    service = composition.open_service(load_settings(os.environ))
    if file is None:
        require_current(service)
        verdicts = [proving.report_journal(checkpoints, key), proving.report_instances()]
        if not all(verdicts):
            sys.exit(1)
        return
    found = safekeeping.examine_backup(file)
    for fault in found.faults:
        click.echo(f"  ✘ {fault}", err=True)
    click.echo(f"{found.manifest.created_at.isoformat()}: {found.manifest.rows} rows, {len(found.faults)} faults")
    if found.faults:
        sys.exit(1)


@opsflow.command(
    help="导出审计日志及签名检查点，供独立核验 / export the journal with a signed checkpoint, to be verified offline."
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(file: Path) -> None:
    """Write every event and deployed file; `engine/history/verifier.py` checks it with the public key only."""
    service = composition.open_service(load_settings(os.environ))
    require_current(service)
    click.echo(f"已导出 / exported: {proving.export(file, actor=ACTOR)} bytes")
    click.echo(f"公钥 / verifier key: {public_key().verifier_key}")


opsflow.add_command(remove_history)


@opsflow.command(help="检查安装与配置 / check installation and settings.")
def doctor() -> None:
    """Say what is right and what is not; status 1 when the service could not run."""
    findings = diagnosis.examine(os.environ)
    for finding in findings:
        click.echo(f"{finding.mark} {finding.text}")
    if not all(finding.is_bearable for finding in findings):
        sys.exit(1)


def _migrate(service: composition.Service) -> None:
    role = sqlalchemy.make_url(service.databases.url).username or ""
    migrate(service.databases.migration_url, service_role=role)
    if service.databases.migration_url == service.databases.url:
        click.echo(
            "注意 / note: DATABASE_MIGRATION_URL 未设置，审计日志不受数据库权限保护 / is not set: the journal is "
            "not protected from the service's own role",
            err=True,
        )
    with transaction() as tx:
        seed(tx, actor=ACTOR, now=clock.now())


def _deploy(
    service: composition.Service, paths: tuple[Path, ...], *, is_draft: bool = False, is_house: bool = True
) -> None:
    files, needs = _deployable(paths), service.settings.requires_performers and not is_house
    with transaction() as tx:
        made = deploy_files(
            tx, files, name="opsflow deploy", is_draft=is_draft, requires_performers=needs, actor=ACTOR, now=clock.now()
        )
    for warning in made.warnings:
        place = f"{warning.file}:{warning.line} {warning.element_id or ''}"
        click.echo(f"  {place} {warning.message_zh} / {warning.message_en}", err=True)
    for definition in made.process_definitions:
        click.echo(f"  {definition.key} v{definition.version}")
    if made.state == "draft":
        click.echo(f"  草稿，待发布 / drafts, to be published: {made.id}")
    if not made.is_new:
        click.echo("  没有变化 / nothing changed")


def _deployable(paths: tuple[Path, ...]) -> dict[str, bytes]:
    """Content by file name: the files named, and those in the folders named, at every depth."""
    found: dict[str, Path] = {}
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix not in DEPLOYABLE:
                continue
            if found.setdefault(file.name, file) != file:
                fail(f"two files are called {file.name}: {found[file.name]} and {file}")
    if not found:
        fail(f"nothing to deploy: no {', '.join(sorted(DEPLOYABLE))} file here")
    return {name: file.read_bytes() for name, file in found.items()}


def _demo() -> None:
    """People and cases in one transaction, so that a second try finds the database empty again."""
    passwords = {each.user_name: secrets.token_urlsafe(12) for each in PEOPLE}
    now = clock.now()
    with transaction() as tx:
        people = create_demo_people(tx, passwords, actor=ACTOR, now=now)
        cases = play_demo_cases(tx, [actor_of(each) for each in people], now=now)
    for each in PEOPLE:
        click.echo(f"  {each.user_name:<12} {passwords[each.user_name]}   {each.display_name}")
    click.echo(f"  密码只显示这一次 / the passwords are shown this once; {len(cases)} 个示例工单 / example cases")


def _is_without_people() -> bool:
    with reading() as tx:
        return tx.scalar(select(person.c.id).limit(1)) is None


def _serve(service: composition.Service, *, with_worker: bool, processes: int, server: str = "granian") -> None:
    if service.settings.is_development:
        if not is_current(service.databases.migration_url):
            _migrate(service)
    else:
        require_current(service)
    answered = threading.Event()
    children = [ChildSpec("web", _command("web", "--processes", str(processes), "--server", server), answered.is_set)]
    if with_worker:
        children.append(ChildSpec("worker", _command("worker"), lambda: True))
    threading.Thread(target=_announce, args=(service.settings, answered), daemon=True).start()
    is_embedded = service.settings.database_url is None
    upkeep = partial(_keep_database, service.settings.var) if is_embedded else None
    with tempfile.TemporaryDirectory(prefix="opsflow-metrics-") as folder:
        os.environ.setdefault(metrics.FOLDER, folder)  # for the children: they are asked as one
        status = supervise(children, upkeep=upkeep)
    if status:
        sys.exit(status)


def _announce(settings: Settings, answered: threading.Event) -> None:
    """Say the address once somebody answers there, not before."""
    while True:
        with suppress(OSError), socket.create_connection((settings.host, settings.port), timeout=1):
            answered.set()
            click.echo(f"Opsflow: {settings.public_url}  (Ctrl-C 停止 / stops)")
            return
        time.sleep(0.02)  # a server that dies before it was seen up takes the service down


def _keep_database(var: Path) -> None:
    """The embedded PostgreSQL is ours to look after: start it again when somebody killed it."""
    try:
        if revive_embedded(var):
            log.warning("the embedded PostgreSQL had ended; it was started again")
    except EmbeddedServerFailed as error:
        log.warning("the embedded PostgreSQL has ended: %s", error)


def _command(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "cli", *arguments, "--stop-with-parent")


def _require_free_port(settings: Settings) -> None:
    """Granian would share a port with whoever listens there already."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            fail(f"cannot serve on {settings.host}:{settings.port}: {error.strerror}; choose another OPSFLOW_PORT")


def _end(_number: int, _frame: object) -> None:
    sys.exit(128 + signal.SIGTERM)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
