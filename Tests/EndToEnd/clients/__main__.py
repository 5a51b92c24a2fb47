import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from clients.plays import ALL, QUICK, Played, play_all
from support.server import BINARY


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="script/oauth-clients",
        description="Real clients log in to the real binary by configuration alone; exits with 1 if one cannot.",
    )
    parser.add_argument("--all", action="store_true", help="also those that script/test leaves out")
    parser.add_argument("--only", action="append", choices=ALL, metavar="NAME", help=f"of {', '.join(ALL)}")
    arguments = parser.parse_args()
    if not os.access(BINARY, os.X_OK):
        print(f"{BINARY} is missing: build it, or name another in JWKS_SERVER", file=sys.stderr)
        return 1
    names = arguments.only or list(ALL if arguments.all else QUICK)
    directory = Path(tempfile.mkdtemp(prefix="oauth-clients-"))

    def told(played: Played) -> None:
        print(played, flush=True)

    failures = play_all(directory, names, told)
    if failures:
        print(f"{', '.join(failures)} failed; the servers' logs are in {directory}", file=sys.stderr)
        return 1
    shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
