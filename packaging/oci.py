"""Makes an OCI image of a binary, without a daemon: python3 packaging/oci.py BINARY FOLDER [--level 1]

The image has one layer: the binary, the libraries that it is linked with, and libpq, as they are on this machine, and no
shell. The same input gives the same bytes.
"""

import argparse
import gzip
import hashlib
import io
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import payload

# A user of nobody's on the host; the database is its own.
USER = 65_532
DATA = "data"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def output(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def libraries(binary: Path) -> list[Path]:
    """Those that the loader finds, and the loader: for the binary, and for libpq, which it opens for PostgreSQL."""
    found = re.search(r"^\s*libpq\.so\.5 .*=> (/\S+)$", output("/sbin/ldconfig", "-p"), re.MULTILINE)
    if not found:
        raise SystemExit("packaging/oci.py: there is no libpq.so.5 for the image: apt-get install libpq5")
    needed = re.findall(r"(?:=>\s+|^\s+)(/\S+)", output("ldd", binary, found[1]), re.MULTILINE)
    return sorted({Path(path) for path in [*needed, found[1]]})


def stage(binary: Path, root: Path) -> None:
    payload.stage(binary, root)
    for library in libraries(binary):
        payload.place(root, str(library).lstrip("/"), library.read_bytes(), 0o755)
        owner = subprocess.run(["dpkg", "-S", library.resolve()], capture_output=True, text=True).stdout.split(":")[0]
        terms = Path("/usr/share/doc") / owner / "copyright"
        if owner and terms.exists():
            payload.place(root, str(terms).lstrip("/"), terms.read_bytes())
    payload.place(root, "etc/passwd", f"jwks:x:{USER}:{USER}::/{DATA}:/nonexistent\n".encode())
    payload.place(root, "etc/group", f"jwks:x:{USER}:\n".encode())
    payload.place(root, "etc/nsswitch.conf", b"hosts: files dns\n")
    if CERTIFICATES.exists():
        payload.place(root, str(CERTIFICATES).lstrip("/"), CERTIFICATES.read_bytes())
    (root / DATA).mkdir()
    (root / "tmp").mkdir()


def layer(root: Path, epoch: int) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(root.rglob("*")):
            name = str(path.relative_to(root))
            entry = archive.gettarinfo(path, name)
            entry.uid = entry.gid = USER if name == DATA else 0
            entry.uname = entry.gname = ""
            entry.mtime = epoch
            if path.is_dir():
                entry.mode = {DATA: 0o700, "tmp": 0o1777}.get(name, 0o755)
                archive.addfile(entry)
            else:
                with path.open("rb") as content:
                    archive.addfile(entry, content)
    return buffer.getvalue()


class Layout:
    """An image layout (OCI image-spec): a folder of blobs, and an index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "blobs" / "sha256").mkdir(parents=True)
        self.write("oci-layout", {"imageLayoutVersion": "1.0.0"})

    def write(self, name: str, value: object) -> None:
        (self.folder / name).write_text(json.dumps(value, sort_keys=True))

    def add(self, media_type: str, content: bytes) -> dict[str, object]:
        digest = hashlib.sha256(content).hexdigest()
        (self.folder / "blobs" / "sha256" / digest).write_bytes(content)
        return {"mediaType": f"application/vnd.oci.image.{media_type}", "digest": f"sha256:{digest}", "size": len(content)}

    def add_json(self, media_type: str, value: object) -> dict[str, object]:
        return self.add(media_type, json.dumps(value, sort_keys=True).encode())


def build(binary: Path, folder: Path, level: int) -> None:
    epoch = payload.source_date_epoch()
    version = payload.version(binary)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "root"
        stage(binary, root)
        content = layer(root, epoch)
    created = datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    machine = output("uname", "-m").strip()
    image = {
        "created": created,
        "architecture": MACHINES.get(machine, machine),
        "os": "linux",
        "config": {
            "User": f"{USER}:{USER}",
            "Entrypoint": ["/usr/bin/jwks-server"],
            # Only what reaches the container reaches the server; what is published is the operator's choice.
            "Env": ["JWKS_HOST=0.0.0.0"],
            "ExposedPorts": {"8080/tcp": {}},
            "Volumes": {f"/{DATA}": {}},
            "WorkingDir": f"/{DATA}",
            "StopSignal": "SIGTERM",
            "Labels": {"org.opencontainers.image.title": "jwks-server", "org.opencontainers.image.version": version},
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(content).hexdigest()}"]},
        "history": [{"created": created, "created_by": "packaging/oci.py"}],
    }
    layout = Layout(folder)
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": layout.add_json("config.v1+json", image),
        "layers": [layout.add("layer.v1.tar+gzip", gzip.compress(content, level, mtime=0))],
    }
    described = layout.add_json("manifest.v1+json", manifest)
    described["annotations"] = {"org.opencontainers.image.ref.name": version}
    layout.write("index.json", {"schemaVersion": 2, "manifests": [described]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--level", type=int, default=6, help="of gzip (6)")
    arguments = parser.parse_args()
    build(arguments.binary.resolve(), arguments.folder.resolve(), arguments.level)
    print(arguments.folder)


if __name__ == "__main__":
    main()
