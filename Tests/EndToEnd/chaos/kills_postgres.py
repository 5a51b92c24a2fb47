"""The same with a PostgreSQL behind the server, which is killed at times as well."""

import time

from chaos.judge import Judge
from chaos.kills import start_with_a_secret, one_round
from chaos.stage import GoneWrong, Stage
from chaos.witness import PostgresWitness
from support.cluster import Cluster, cluster
from support.postgres import program

NAME = "kills-postgres"


def play(stage: Stage) -> None:
    if program("initdb") is None:
        stage.tally.lacking = "PostgreSQL"
        return
    with cluster(max_connections="200") as made:
        stage.server.settings["JWKS_DATABASE"] = made.database.url
        stage.witness = PostgresWitness(made.database)
        try:
            _with(stage, made)
        finally:
            if stage.server.process is not None:
                stage.server.kill()


def _with(stage: Stage, made: Cluster) -> None:
    judge = Judge(stage)
    with stage.callers():
        while stage.tally.disturbances < stage.form.postgres_kills:
            one_round(stage, judge)
            if stage.server.process is not None and stage.chance.random() < 0.3:
                _crash(stage, made)
        if stage.server.process is None and not start_with_a_secret(stage):
            raise GoneWrong
        stage.calls_succeed()
    judge.all()


def _crash(stage: Stage, made: Cluster) -> None:
    """`pg_ctl stop -m immediate`, and a start while callers go on."""
    time.sleep(stage.chance.uniform(0, 0.2))
    stage.tally.disturbances += 1
    made.stop(immediately=True)
    stage.until("not ready without PostgreSQL", lambda: stage.readiness() == 503)
    made.start()
    stage.until("ready again", lambda: stage.readiness() == 200)
    stage.calls_succeed()
