"""The machine and the programs that a table was measured with."""

import os
import platform
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


def output_of(*command: str) -> str:
    """The first line that a command prints, or a word for why there is none."""
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=30)
    except OSError:
        return "not installed"
    lines = (result.stdout + result.stderr).strip().splitlines()
    return lines[0].strip() if lines and (result.returncode == 0 or command[0] == "wrk") else "unknown"


def _match(pattern: str, text: str, otherwise: str = "unknown") -> str:
    found = re.search(pattern, text, re.MULTILINE)
    return found.group(1).strip().strip('"') if found else otherwise


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def description(server: Path, repository: Path) -> list[tuple[str, str]]:
    """What a reader needs to know to judge or repeat a table, as names and values."""
    processor = _read("/proc/cpuinfo")
    model = _match(r"^model name\s*:\s*(.*)$", processor, otherwise=platform.machine())
    cores = len(os.sched_getaffinity(0))
    memory = int(_match(r"^MemTotal:\s*(\d+)", _read("/proc/meminfo"), otherwise="0")) // 1024
    governor = _read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").strip() or "not visible"
    sodium = output_of("pkg-config", "--modversion", "libsodium")
    commit = output_of("git", "-C", str(repository), "rev-parse", "--short", "HEAD")
    changed = output_of("git", "-C", str(repository), "status", "--porcelain") != "unknown"
    return [
        ("processor", f"{model}, {cores} cores usable, {memory} MiB of memory, frequency governor {governor}"),
        ("system", f"{_match(r'^PRETTY_NAME=(.*)$', _read('/etc/os-release'))}, Linux {platform.release()}"),
        ("server", f"{output_of(str(server), '--version')}, commit {commit}{' with changes' if changed else ''}"),
        (
            "controls",
            f"nginx {_match(r'nginx/(.*)$', output_of('nginx', '-v'))}, libsodium {sodium}",
        ),
        ("load", f"{_match(r'^(wrk [^ ]+)', output_of('wrk', '-v'))}, http-load of this folder"),
    ]


@dataclass(frozen=True)
class Ticks:
    """How the time of one core, or of all, has been spent until now."""

    busy: int
    stolen: int
    total: int

    @staticmethod
    def now(core: int | None = None) -> "Ticks":
        name = "cpu" if core is None else f"cpu{core}"
        line = _match(rf"^{name} (.*)$", _read("/proc/stat"))
        user, nice, system, idle, wait, interrupts, soft, stolen = map(int, line.split()[:8])
        return Ticks(
            busy=user + nice + system + interrupts + soft,
            stolen=stolen,
            total=user + nice + system + idle + wait + interrupts + soft + stolen,
        )

    def since(self, earlier: "Ticks") -> tuple[float, float]:
        """The busy and the stolen share."""
        total = max(1, self.total - earlier.total)
        return (self.busy - earlier.busy) / total, (self.stolen - earlier.stolen) / total


def busy_share(seconds: float) -> float:
    """What everything on this machine takes of all cores just now."""
    before = Ticks.now()
    time.sleep(seconds)
    return Ticks.now().since(before)[0]


def connections_accepted() -> int:
    """TCP connections that all servers of this machine have accepted since it started."""
    names, values = (line.split()[1:] for line in _read("/proc/net/snmp").splitlines() if line.startswith("Tcp:"))
    return int(values[names.index("PassiveOpens")])


def memory_of(pid: int) -> dict[str, int]:
    """What is resident of a process (VmRSS) and what it owns of that (RssAnon), in bytes."""
    status = _read(f"/proc/{pid}/status")
    return {name: int(_match(rf"^{name}:\s*(\d+)", status)) * 1024 for name in ("VmRSS", "RssAnon")}
