import argparse
import faulthandler
import os
import signal
import sys
import time
from pathlib import Path

from chaos.run import SCENARIOS, chaos
from chaos.stage import SHORT, Form
from chaos.tally import Result, Tally
from fuzz.run import new_seed
from soak.command import carry_out


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="script/chaos",
        description="Kills, starves, freezes and robs servers of its own; exits with 1 for a finding.",
    )
    parser.add_argument("--seed", type=int, help="of every choice (default: a new one, which is printed)")
    parser.add_argument("--kills", type=int, help="how many SIGKILLs on SQLite (default: 1000); a tenth on PostgreSQL")
    parser.add_argument("--only", action="append", choices=SCENARIOS, metavar="NAME", help=f"of {', '.join(SCENARIOS)}")
    parser.add_argument("--minutes", type=float, default=0, help="again and again, with the next seed, for so long")
    parser.add_argument("--short", action="store_true", help="what script/test does")
    arguments = parser.parse_args()
    faulthandler.register(signal.SIGUSR1)
    # A proxy of the machine has no part in talking to 127.0.0.1.
    os.environ["no_proxy"] = "127.0.0.1"
    form = SHORT if arguments.short else Form()
    if arguments.kills is not None:
        form = Form(arguments.kills, max(1, arguments.kills // 10), form.locked, form.frozen, form.rounds)
    seed = new_seed() if arguments.seed is None else arguments.seed
    names = arguments.only or list(SCENARIOS)

    def told(tally: Tally) -> None:
        counts = f"{tally.disturbances} disturbances, {len(tally.findings)} findings"
        print(f"{tally.name}: {counts} in {tally.seconds:.0f} s", file=sys.stderr)

    def run(directory: Path) -> Result:
        end = time.monotonic() + 60 * arguments.minutes
        tallies: list[Tally] = []
        number = seed
        while True:
            place = directory / str(number)
            place.mkdir()
            tallies += chaos(place, number, form, names, done=told).tallies
            if time.monotonic() >= end:
                return Result(seed, tallies)
            number += 1

    return carry_out("chaos", run)


if __name__ == "__main__":
    sys.exit(main())
