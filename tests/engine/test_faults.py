import re
import subprocess
import sys
from pathlib import Path

import psutil

from engine import faults

ROOT = Path(__file__).resolve().parents[2]
PASSING = """
import sys
from pathlib import Path
from engine import faults
faults.configure(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
faults.reach("command.ran")
print("passed")
"""


def passing(*folder: Path) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", PASSING, *map(str, folder)]
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_without_a_folder_every_point_is_passed():
    process = passing()

    assert process.communicate() == ("passed\n", None)
    assert process.returncode == 0


def test_a_fault_kills_the_first_process_that_gets_there_and_nobody_after_it(tmp_path: Path):
    (tmp_path / "command.ran").write_text("kill")
    (tmp_path / "command.locked").write_text("kill")

    first, second = passing(tmp_path), None
    first.communicate()
    second = passing(tmp_path)

    assert (first.returncode, second.communicate()[0]) == (-9, "passed\n")
    assert (tmp_path / "command.ran.reached").read_text().split()[0] == str(first.pid)
    assert (tmp_path / "command.locked").exists()


def test_a_frozen_process_goes_on_when_it_is_thawed(tmp_path: Path):
    (tmp_path / "command.ran").write_text("freeze")
    process = passing(tmp_path)
    while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
        pass

    psutil.Process(process.pid).resume()

    assert process.communicate()[0] == "passed\n"


def test_every_point_is_passed_somewhere():
    rooms = ("engine", "operations", "api")
    sources = [path.read_text() for room in rooms for path in (ROOT / room).rglob("*.py")]

    passed = {name for source in sources for name in re.findall(r'faults\.reach\("([a-z_.]+)"\)', source)}

    assert passed == set(faults.POINTS)
