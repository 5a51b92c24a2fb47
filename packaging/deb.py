"""Makes a .deb of a binary: python3 packaging/deb.py BINARY FOLDER [--compression zstd]"""

import argparse
import os
import re
import subprocess
import tempfile
from email.utils import formatdate
from pathlib import Path

import payload

CONFIGURATION = "etc/jwks-server/jwks-server.env"
CONTROL = """\
Package: jwks-server
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {size}
Depends: {depends}
Recommends: ca-certificates, libpq5 (>= 14~~)
Section: net
Priority: optional
Description: token issuer with its JWK Set
 Registers users, checks their passwords, issues JSON Web Tokens and publishes
 the keys that verify them as a JSON Web Key Set. SQLite is inside; PostgreSQL
 takes its place where one machine is not enough.
"""


# Of every package: what changed stands in CHANGELOG.md.
CHANGELOG = """\
jwks-server ({version}) stable; urgency=medium

  * See /usr/share/doc/jwks-server/CHANGELOG.md.

 -- {maintainer}  {date}
"""


def maintainer() -> str:
    """Of DEBFULLNAME and DEBEMAIL, as Debian's own tools have it."""
    name = os.environ.get("DEBFULLNAME", "jwks-server authors")
    return f"{name} <{os.environ.get('DEBEMAIL', 'jwks-server@example.org')}>"


def output(*command: str | Path, cwd: Path | None = None) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=cwd).stdout.strip()


# The oldest whose loader knows packed relocations, at which dpkg-shlibdeps does not look.
GLIBC = "2.36"


def depends(binary: Path) -> str:
    """The packages of the libraries that it is linked with, as this system names them."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder)
        payload.place(source, "debian/control", b"Source: jwks-server\n\nPackage: jwks-server\nArchitecture: any\n")
        found = output("dpkg-shlibdeps", "-O", binary, cwd=source)
    found = re.sub(r"(?<=libc6 \(>= )[\d.]+", lambda asked: max(asked[0], GLIBC, key=in_numbers), found)
    return found.removeprefix("shlibs:Depends=")


def in_numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def build(binary: Path, folder: Path, compression: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    version = payload.version(binary)
    architecture = output("dpkg", "--print-architecture")
    package = folder / f"jwks-server_{version}_{architecture}.deb"
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "root"
        root.mkdir(mode=0o755)
        payload.stage(binary, root, folder / "jwks-server.debug")
        for unit in sorted((payload.PACKAGING / "systemd").iterdir()):
            payload.place(root, f"lib/systemd/system/{unit.name}", unit.read_bytes())
        for example in sorted((payload.PACKAGING / "fail2ban").rglob("*.conf")):
            path = example.relative_to(payload.PACKAGING)
            payload.place(root, f"usr/share/doc/jwks-server/examples/{path}", example.read_bytes())
        payload.place(root, CONFIGURATION, (payload.PACKAGING / "jwks-server.env").read_bytes())
        manual = (payload.PACKAGING / "jwks-server.1").read_bytes()
        payload.place(root, "usr/share/man/man1/jwks-server.1.gz", payload.compressed(manual))
        epoch = payload.source_date_epoch()
        changelog = CHANGELOG.format(version=version, maintainer=maintainer(), date=formatdate(epoch))
        payload.place(root, "usr/share/doc/jwks-server/changelog.gz", payload.compressed(changelog.encode()))
        size = sum(file.stat().st_size for file in root.rglob("*") if file.is_file()) // 1024
        control = CONTROL.format(
            version=version,
            architecture=architecture,
            size=size,
            depends=depends(root / "usr/bin/jwks-server"),
            maintainer=maintainer(),
        )
        payload.place(root, "DEBIAN/control", control.encode())
        payload.place(root, "DEBIAN/conffiles", f"/{CONFIGURATION}\n".encode())
        for script in ("postinst", "prerm", "postrm"):
            payload.place(root, f"DEBIAN/{script}", (payload.PACKAGING / "debian" / script).read_bytes(), 0o755)
        files = sorted(file for file in root.rglob("*") if file.is_file() and "DEBIAN" not in file.parts)
        sums = output("md5sum", *(file.relative_to(root) for file in files), cwd=root)
        payload.place(root, "DEBIAN/md5sums", f"{sums}\n".encode())
        for path in root.rglob("*"):
            if path.is_dir():
                path.chmod(0o755)
            os.utime(path, (epoch, epoch))
        os.utime(root, (epoch, epoch))
        os.environ["SOURCE_DATE_EPOCH"] = str(epoch)
        output("dpkg-deb", "--root-owner-group", f"-Z{compression}", "--build", root, package)
    return package


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--compression", default="xz", help="of dpkg-deb (xz)")
    arguments = parser.parse_args()
    print(build(arguments.binary.resolve(), arguments.folder.resolve(), arguments.compression))


if __name__ == "__main__":
    main()
