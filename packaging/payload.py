"""What is installed, whichever package carries it: staged in a folder, the same bytes for the same sources.

The binary is stripped; its symbols go beside the packages, for `gdb` and `addr2line`.
"""

import gzip
import hashlib
import os
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGING = REPOSITORY / "packaging"
PAGES = ("clients", "key-lifecycle", "operations", "scaling")
DOCUMENTS = [
    *("CHANGELOG.md", "README.md", "packaging/prometheus/alerts.yml", "packaging/prometheus/grafana-dashboard.json"),
    *(f"docs/{name}.md" for name in PAGES),
]


def place(root: Path, path: str, content: bytes, mode: int = 0o644) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    target.chmod(mode)


def compressed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


# What the compiler compares with its next run, and nothing reads afterwards: it is another one at each clean build.
HASHES_OF_MODULES = ".swift_modhash"
BUILD_ID = ".note.gnu.build-id"


def strip(binary: Path, stripped: Path, symbols: Path | None) -> None:
    stripped.parent.mkdir(parents=True, exist_ok=True)
    sections = ["--remove-section", HASHES_OF_MODULES, "--remove-section", BUILD_ID]
    subprocess.run(["strip", "--strip-all", *sections, "-o", stripped, binary], check=True)
    # The linker's name of the build covers those hashes; this one is that of what is shipped.
    digest = hashlib.sha256(stripped.read_bytes()).digest()[:20]
    subprocess.run(["strip", "--strip-all", "--remove-section", HASHES_OF_MODULES, "-o", stripped, binary], check=True)
    name_build(stripped, digest)
    stripped.chmod(0o755)
    if symbols:
        subprocess.run(["objcopy", "--only-keep-debug", "--compress-debug-sections", binary, symbols], check=True)
        name_build(symbols, digest)


def name_build(file: Path, digest: bytes) -> None:
    """Gives a binary this build id, by which a debugger finds the symbols of a program."""
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder) / "note"
        note.write_bytes(struct.pack("<III4s", 4, len(digest), 3, b"GNU\0") + digest)
        subprocess.run(["objcopy", "--update-section", f"{BUILD_ID}={note}", file], check=True)


def licences(checkouts: Path) -> bytes:
    """Those of everything that is linked into the binary: their terms want them to go with it."""
    texts = []
    for name in ("LICENSE", "NOTICE"):
        for file in sorted(checkouts.glob(f"*/{name}*")):
            texts.append(f"==== {file.parent.name}: {file.name}\n\n{file.read_text()}")
    swift = shutil.which("swiftc")
    runtime = Path(swift).resolve().parent.parent / "share/swift/LICENSE.txt" if swift else None
    if runtime and runtime.exists():
        texts.append(f"==== Swift and Foundation: {runtime.name}\n\n{runtime.read_text()}")
    return "\n\n".join(texts).encode()


def copyright_file() -> bytes:
    """debian/copyright in its machine-readable form, from the licence itself."""
    heading, holder, terms = (REPOSITORY / "LICENSE").read_text().split("\n\n", 2)
    indented = "\n".join(f" {line}" if line else " ." for line in terms.strip().splitlines())
    return "\n".join(
        [
            "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
            "Upstream-Name: jwks-server",
            "Comment: The binary contains other software: third-party-licences.gz has its terms.",
            "",
            "Files: *",
            f"Copyright: {holder.removeprefix('Copyright (c) ')}",
            "License: Expat",
            indented,
            "",
        ]
    ).encode()


def stage(binary: Path, root: Path, symbols: Path | None = None) -> None:
    """Lays out below `root` what both packages have; `symbols` is where those of the binary go."""
    documents = "usr/share/doc/jwks-server"
    strip(binary, root / "usr/bin/jwks-server", symbols)
    place(root, f"{documents}/copyright", copyright_file())
    place(root, f"{documents}/third-party-licences.gz", compressed(licences(REPOSITORY / ".build" / "checkouts")))
    for name in DOCUMENTS:
        place(root, f"{documents}/{Path(name).name}", (REPOSITORY / name).read_bytes())


def version(binary: Path) -> str:
    result = subprocess.run([binary, "--version"], check=True, capture_output=True, text=True)
    return result.stdout.strip()


def source_date_epoch() -> int:
    """When the sources are from: of the variable of that name, else the time of the last commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    command = ["git", "-C", str(REPOSITORY), "log", "-1", "--format=%ct"]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
