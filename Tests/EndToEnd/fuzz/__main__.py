import argparse
import sys
from pathlib import Path

from fuzz import case
from fuzz.answers import Wrong
from fuzz.run import Result, fuzz, new_seed
from soak.command import carry_out
from support.server import Server


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="script/fuzz", description="Sends damaged requests to a server of its own; exits with 1 for a finding."
    )
    parser.add_argument("--seconds", type=float, default=600, help="how long (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="of every choice (default: a new one, which is printed)")
    parser.add_argument("--case", type=int, help="only the case with this number of the seed")
    arguments = parser.parse_args()
    seed = new_seed() if arguments.seed is None else arguments.seed

    def run(directory: Path) -> Result:
        (directory / "server").mkdir()
        server = Server(directory / "server", {})
        try:
            return fuzz(server, arguments.seconds, seed) if arguments.case is None else one(server)
        finally:
            if server.process is not None:
                server.kill()

    def one(server: Server) -> Result:
        server.settings["JWKS_RATE_LIMIT"] = "0"
        server.start()
        result = Result(seed, cases=1)
        try:
            result.statuses.update(case.run(server.port, seed, arguments.case))
        except Wrong as wrong:
            result.failures.append(f"case {arguments.case}: {wrong}")
        return result

    return carry_out("fuzz", run)


if __name__ == "__main__":
    sys.exit(main())
