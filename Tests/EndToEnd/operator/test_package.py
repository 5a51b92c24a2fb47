"""The packages: what is in them, and that what they install starts."""

import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from support.manager import Notifications
from support.needs import skip_without
from support.server import BINARY, REPOSITORY, MakeServer

PACKAGING = REPOSITORY / "packaging"
UNIT = PACKAGING / "systemd" / "jwks-server.service"
# When the sources are from, in these tests.
EPOCH = {"SOURCE_DATE_EPOCH": "1790000000"}


# What makes them small takes most of the time.
QUICKLY = {"deb": ("--compression", "none"), "oci": ("--level", "0")}


def make(what: str, binary: Path, folder: Path) -> Path:
    command = [sys.executable, PACKAGING / f"{what}.py", binary, folder, *QUICKLY[what]]
    result = subprocess.run(command, env=os.environ | EPOCH, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return Path(result.stdout.strip())


@pytest.fixture(scope="module")
def stripped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for need in ("dpkg-deb", "dpkg-shlibdeps", "strip"):
        if shutil.which(need) is None:
            skip_without(need)
    binary = tmp_path_factory.mktemp("stripped") / "jwks-server"
    subprocess.run(["strip", "-o", binary, BINARY], check=True)
    return binary


@pytest.fixture(scope="module")
def deb(stripped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make("deb", stripped, tmp_path_factory.mktemp("deb"))


@pytest.fixture(scope="module")
def image(stripped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make("oci", stripped, tmp_path_factory.mktemp("oci") / "image")


class Installation:
    """A folder that the package is installed to, as `dpkg --root` does; its scripts are told by DPKG_ROOT."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "var/lib/dpkg/info").mkdir(parents=True)
        (root / "var/lib/dpkg/updates").mkdir()
        (root / "var/lib/dpkg/status").touch()
        self.key = root / "etc/jwks-server/not-my-key"
        self.state = root / "var/lib/jwks-server"

    def dpkg(self, *arguments: str | Path) -> str:
        force = ["--force-not-root", "--force-depends", "--force-script-chrootless"]
        command = ["dpkg", f"--root={self.root}", f"--log={self.root}/dpkg.log", *force, *arguments]
        result = subprocess.run(
            command, capture_output=True, text=True, env=os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout


def of_unit(name: str) -> list[str]:
    """The values of a setting of the unit file."""
    lines = UNIT.read_text().splitlines()
    return [value for line in lines if line.startswith(f"{name}=") for value in [line.removeprefix(f"{name}=")]]


def test_what_is_installed_starts_as_the_unit_says(deb: Path, prepared_server: MakeServer, tmp_path: Path) -> None:
    installed = Installation(tmp_path / "root")
    assert "JWKS_ISSUER" in installed.dpkg("--install", deb)
    assert installed.key.stat().st_mode & 0o777 == 0o600
    secret = installed.key.read_text()
    assert len(secret.strip()) == 44
    examples = installed.root / "usr/share/doc/jwks-server/examples/fail2ban"
    for name in ("filter.d/jwks-server.conf", "jail.d/jwks-server.conf"):
        assert (examples / name).read_bytes() == (PACKAGING / "fail2ban" / name).read_bytes()
    # What systemd would do: the state folder, a copy of the secret, the variables, and to wait for READY=1.
    installed.state.mkdir(mode=0o700)
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (given,) = of_unit("LoadCredential")
    name, path = given.split(":")
    (credentials / name).write_bytes((installed.root / path.lstrip("/")).read_bytes())
    (credentials / name).chmod(0o400)
    (variable,) = of_unit("Environment")
    variable = variable.replace("%d", str(credentials))
    program, *arguments = shlex.split(of_unit("ExecStart")[0])
    with closing(Notifications(str(tmp_path / "notify"))) as told:
        environment = dict([variable.split("=", 1)]) | {"NOTIFY_SOCKET": told.name, "NOT_MY_KEY": None}
        server = prepared_server(installed.state, **environment)
        server.binary = installed.root / program.lstrip("/")
        server.arguments = tuple(arguments)
        server.start()
        told.wait_for("READY=1")
        password = server.client.new_user("alice")
        assert server.client.login("alice", password).status == 200
        server.stop()
        assert "WARNING" not in server.log.read_text()
        # A second version: the secret and the settings stay, and the database opens.
        settings = installed.root / "etc/jwks-server/jwks-server.env"
        settings.write_text("JWKS_ISSUER=https://tokens.example.com\n")
        installed.dpkg("--install", deb)
        assert installed.key.read_text() == secret
        assert settings.read_text() == "JWKS_ISSUER=https://tokens.example.com\n"
        server.start()
        assert server.client.login("alice", password).status == 200
        server.stop()
    # The secret goes when nothing is left that it opens.
    assert "are left" in installed.dpkg("--purge", "jwks-server")
    assert installed.key.read_text() == secret and not server.binary.exists()
    # Nor is another made beside a database that lost its own.
    installed.key.unlink()
    installed.dpkg("--install", deb)
    assert not installed.key.exists()


def test_a_purge_without_a_database_leaves_nothing(deb: Path, tmp_path: Path) -> None:
    installed = Installation(tmp_path / "root")
    installed.dpkg("--install", deb)
    installed.dpkg("--purge", "jwks-server")
    assert not (installed.root / "etc/jwks-server").exists()


def test_the_package_names_what_it_needs(deb: Path) -> None:
    fields = subprocess.run(["dpkg-deb", "--field", deb], check=True, capture_output=True, text=True).stdout
    (depends,) = re.findall("^Depends: (.*)$", fields, re.MULTILINE)
    for need in ("libc6", "libsodium23", "libsqlite3-0"):
        assert need in depends
    # Only PostgreSQL wants it.
    assert "libpq5" not in depends and "libpq5" in re.findall("^Recommends: (.*)$", fields, re.MULTILINE)[0]
    # Packed relocations: an older loader does not start the program.
    (glibc,) = re.findall(r"libc6 \(>= ([\d.]+)\)", depends)
    assert [int(part) for part in glibc.split(".")] >= [2, 36]
    version = subprocess.run([BINARY, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    assert f"Version: {version}\n" in fields
    assert (deb.parent / "jwks-server.debug").exists()


def test_the_unit_file_is_closed_and_right(deb: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        skip_without("systemd-analyze: apt install systemd")
    # Exposure is in tenths.
    security = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", UNIT]
    result = subprocess.run(security, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout[-200:]
    installed = Installation(tmp_path / "root")
    installed.dpkg("--install", deb)
    units = sorted((installed.root / "lib/systemd/system").iterdir())
    for unit in units:
        # The program is where this test has put it.
        unit.write_text(unit.read_text().replace("=/usr/bin/", f"={installed.root}/usr/bin/"))
    verify = ["systemd-analyze", "verify", "--man=no", *units]
    result = subprocess.run(verify, capture_output=True, text=True)
    # Debian's kill(1) is in a package that a container may lack, a host not.
    ours = [line for line in result.stderr.splitlines() if "jwks-server" in line and "/bin/kill" not in line]
    assert len(units) == 2 and ours == []


def test_the_unit_allows_what_the_server_wants_of_the_system() -> None:
    """Without setpriority(2) every hash would run beside what serves the JWK Set; without clock_adjtime(2) no wall clock
    would be believed after a reboot."""
    if shutil.which("systemd-analyze") is None:
        skip_without("systemd-analyze: apt install systemd")

    def calls(group: str) -> set[str]:
        command = ["systemd-analyze", "syscall-filter", group]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[1:]
        names = {line.strip() for line in lines if line.strip() and not line.strip().startswith("#")}
        nested = [calls(name) for name in names if name.startswith("@")]
        return set().union({name for name in names if not name.startswith("@")}, *nested)

    allowed: set[str] = set()
    for value in of_unit("SystemCallFilter"):
        names = value.removeprefix("~").split()
        listed = set().union(*(calls(name) if name.startswith("@") else {name} for name in names))
        allowed = allowed - listed if value.startswith("~") else allowed | listed
    assert {"setpriority", "clock_adjtime"} <= allowed
    assert not {"clock_settime", "mount", "chown", "ptrace"} & allowed
    assert "yes" not in of_unit("ProtectClock") and of_unit("CapabilityBoundingSet") == [""]


def blob(image: Path, described: dict[str, object]) -> bytes:
    algorithm, digest = str(described["digest"]).split(":")
    content = (image / "blobs" / algorithm / digest).read_bytes()
    assert hashlib.sha256(content).hexdigest() == digest and len(content) == described["size"]
    return content


def test_the_image_is_an_image_and_its_files_run(image: Path, prepared_server: MakeServer, tmp_path: Path) -> None:
    assert json.loads((image / "oci-layout").read_text()) == {"imageLayoutVersion": "1.0.0"}
    (described,) = json.loads((image / "index.json").read_text())["manifests"]
    manifest = json.loads(blob(image, described))
    configuration = json.loads(blob(image, manifest["config"]))
    (layer,) = manifest["layers"]
    (tmp_path / "layer").write_bytes(blob(image, layer))
    root = tmp_path / "root"
    with tarfile.open(tmp_path / "layer", "r:gz") as archive:
        names = archive.getnames()
        archive.extractall(root)
    assert names == sorted(names) and "data" in names
    config = configuration["config"]
    assert config["User"] == "65532:65532" and config["WorkingDir"] == "/data"
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        skip_without("root that may mount: the image's files are run in a chroot")
    server = prepared_server(root / "data", **dict(pair.split("=") for pair in config["Env"]))
    user, group = map(int, config["User"].split(":"))
    chroot = tmp_path / "start"
    # As a runtime does it: its root, its user, its working directory, and /proc, without which libdispatch now and then
    # traps.
    (root / "proc").mkdir()
    run = f"mount --bind /proc {root}/proc && exec chroot --userspec={user}:{group} {root} {config['Entrypoint'][0]}"
    chroot.write_text(f"#!/bin/sh\nexec unshare --mount sh -c '{run} \"$@\"' sh \"$@\"\n")
    chroot.chmod(0o755)
    server.binary = chroot
    # libpq is there with all that it needs, and missed for PostgreSQL only.
    (libpq,), (loader,) = root.rglob("libpq.so.5"), root.rglob("ld-linux*")
    inside = [f"/{file.relative_to(root)}" for file in (loader, libpq)]
    subprocess.run(["chroot", root, inside[0], "--list", inside[1]], check=True)
    libpq.unlink()
    server.settings["JWKS_DATABASE"] = "postgres://someone@127.0.0.1/db"
    assert "apt-get install libpq5" in server.refusal()[1]
    server.settings["JWKS_DATABASE"] = "sqlite:/data/tokens.db"
    server.start()
    password = server.client.new_user("alice")
    assert server.client.login("alice", password).status == 200
    assert (root / "data/tokens.db").stat().st_uid == user
    assert server.end(signal.SIGTERM) == 0


def test_the_same_binary_makes_the_same_packages(deb: Path, image: Path, stripped: Path, tmp_path: Path) -> None:
    again = make("deb", stripped, tmp_path / "deb")
    assert again.read_bytes() == deb.read_bytes()
    other = make("oci", stripped, tmp_path / "image")
    assert (other / "index.json").read_bytes() == (image / "index.json").read_bytes()
