"""More connections than there are descriptors, all idle, under callers who go on."""

import socket
import time
from contextlib import ExitStack, closing

from chaos.judge import Judge
from chaos.stage import Stage
from support.client import JWKS_PATH, NO_ANSWER

NAME = "descriptors"
LIMITS = (64, 200)
# What is idle for 5 s makes room, looked at every 5 s; a machine that is busy.
ROOM_WITHIN = 60


def play(stage: Stage) -> None:
    judge = Judge(stage)
    program = stage.server.binary
    for _ in range(stage.form.rounds):
        limit = stage.chance.randint(*LIMITS)
        wrapper = stage.server.directory.with_suffix(".limited")
        wrapper.write_text(f'#!/bin/sh\nexec prlimit --nofile={limit}:{limit} {program} "$@"\n')
        wrapper.chmod(0o700)
        stage.server.binary = wrapper
        stage.must_start()
        _exhaust(stage, limit)
        judge.tokens()
        stage.stop()
        judge.database(settled=True)
    stage.server.binary = program
    stage.must_start()
    judge.all()


def _exhaust(stage: Stage, limit: int) -> None:
    stage.may_be_silent = False
    with stage.callers():
        stage.calls_succeed()
        before = stage.resources()
        with stage.disturbed(may_be_silent=True), ExitStack() as idle:
            kept = idle.enter_context(closing(stage.server.client.connect()))
            for _ in range(limit):
                idle.enter_context(closing(socket.create_connection(("127.0.0.1", stage.server.port), 10)))
            # Whoever is there is answered, and newcomers get the places of those who are idle for longest.
            end = time.monotonic() + ROOM_WITHIN
            registered = len(stage.ledger.accounts)
            while len(stage.ledger.accounts) < registered + 5 and time.monotonic() < end and stage.still_runs():
                try:
                    kept.request("GET", JWKS_PATH)
                    kept.getresponse().read()
                except NO_ANSWER as error:
                    stage.tally.find(f"a connection that is used was closed: {error!r}")
                    break
                time.sleep(0.1)
            if len(stage.ledger.accounts) < registered + 5:
                stage.tally.find(f"no newcomer was served within {ROOM_WITHIN} s at {limit} descriptors")
        stage.until("ready again", lambda: stage.readiness() == 200)
        stage.calls_succeed()
        stage.resources_come_back(before)
    if " no more connections" not in stage.said:
        stage.tally.find("the log does not say that there are no more connections")
