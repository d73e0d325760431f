"""
The engine's suite against another SpiffWorkflow: `make upgrade-drill SPIFF=3.1.2`.

Nothing is installed: the other version lies in a folder of its own before everything else on the path. What
`tests/spiff/test_upstream.py` says upstream does wrong and no longer does tells which overrides may go; everything else
that fails, and holds with the version we have, tells what an upgrade would break.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
SUITE = ("tests/spiff", "tests/bpmn", "tests/tokengame", "tests/processes", "tests/replay")
UPSTREAM = "test_upstream"
MOST_SHOWN = 8
_SEED = re.compile(r"\[.*\]$")


def main(arguments: list[str]) -> int:
    """Run the drill; 0 when nothing breaks."""
    if len(arguments) != 1 or not re.fullmatch(r"[0-9][0-9.]*", arguments[0]):
        print("upgrade-drill: say which version, e.g. make upgrade-drill SPIFF=3.1.2", file=sys.stderr)
        return 2
    version = arguments[0]
    with tempfile.TemporaryDirectory(prefix="opsflow-upgrade-") as folder:
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target", folder]
        if subprocess.run([sys.executable, *install, f"SpiffWorkflow=={version}"], check=False).returncode:
            return 2
        report = Path(folder, "report.xml")
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join([folder, str(ROOT)])}
        cases = _run(report, environ, SUITE)
        if not cases:
            print(f"SpiffWorkflow {version}: the suite does not even begin; nothing was run.")
            return 1
        failed = [each for each in cases if _has_failed(each)]
        ours = {**os.environ, "PYTHONPATH": str(ROOT)}
        before = _run(report, ours, sorted({_address(each) for each in failed})) if failed else []
        broken_before = {_address(each) for each in before if _has_failed(each)}
        return _tell(version, cases, [each for each in failed if _address(each) not in broken_before])


def _run(report: Path, environ: dict[str, str], wanted: Sequence[str]) -> list[ElementTree.Element]:
    report.unlink(missing_ok=True)
    command = ["-m", "pytest", "-q", "--tb=no", "--no-header", "-n", "2", f"--junitxml={report}", *wanted]
    subprocess.run([sys.executable, *command], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, check=False)
    return list(ElementTree.parse(report).getroot().iter("testcase")) if report.exists() else []


def _has_failed(case: ElementTree.Element) -> bool:
    return case.find("failure") is not None or case.find("error") is not None


def _address(case: ElementTree.Element) -> str:
    return f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '')}"


def _tell(version: str, cases: Sequence[ElementTree.Element], failed: Sequence[ElementTree.Element]) -> int:
    gone = [each for each in failed if UPSTREAM in each.get("classname", "")]
    broke = [each for each in failed if each not in gone]
    print(f"SpiffWorkflow {version}: {len(cases) - len(failed)} of {len(cases)} tests hold.")
    print(f"\nUpstream no longer does this; its override may go, or must be looked at again ({len(gone)}):")
    for each in gone:
        print(f"  {_sentence(each)}: {_why(each)}")
    print(f"\nAn upgrade would break this ({len(broke)}):")
    for (file, why), count in Counter((each.get("classname", ""), _why(each)) for each in broke).most_common():
        named = [_sentence(each) for each in broke if (each.get("classname", ""), _why(each)) == (file, why)]
        names = list(dict.fromkeys(named))
        print(f"  {file}: {count} × {why}")
        for name in names[:MOST_SHOWN]:
            print(f"    {name}")
        if len(names) > MOST_SHOWN:
            print(f"    … and {len(names) - MOST_SHOWN} more")
    return bool(broke)


def _sentence(case: ElementTree.Element) -> str:
    return _SEED.sub("", case.get("name", "")).removeprefix("test_").replace("_", " ")


def _why(case: ElementTree.Element) -> str:
    found = case.find("failure") if case.find("error") is None else case.find("error")
    lines = (found.get("message", "") if found is not None else "").splitlines()
    return lines[0][:160] if lines else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
