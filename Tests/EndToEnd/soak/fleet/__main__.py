"""`script/fleet`."""

import argparse
import sys

from soak.command import carry_out
from soak.fleet.run import fleet, missing


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="script/fleet", description="Three nodes on PostgreSQL; exits with 1 if anything is lost."
    )
    parser.add_argument("--seconds", type=float, default=120, help="of load, at least (default: %(default)s)")
    parser.add_argument(
        "--frozen", type=float, default=10, help="seconds of each freeze, at least 5 (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: %(default)s)")
    arguments = parser.parse_args()
    if lacking := missing():
        print(f"not installed: {', '.join(lacking)}", file=sys.stderr)
        return 1
    return carry_out("fleet", lambda directory: fleet(directory, arguments.seconds, arguments.frozen, arguments.seed))


if __name__ == "__main__":
    sys.exit(main())
