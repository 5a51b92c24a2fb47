"""Codes and refresh tokens over three servers of one PostgreSQL: once is once."""

from concurrent.futures import ThreadPoolExecutor

from support.oauth import CALLBACK, App, code_sql
from support.postgres import Database
from support.rotation import command
from support.server import Server


def test_three_nodes_give_one_successor(three: list[Server], empty_database: Database) -> None:
    three[0].client.new_user("alice")
    command(three[0], "clients", "create", "App", "--redirect-uri", CALLBACK, "--id", "app", "--public")
    app = App("app")

    def new_code() -> str:
        code, statements = code_sql(app, 1, "openid", hexadecimal=r"'\x{}'::bytea")
        empty_database.psql("; ".join(statements))
        return code

    assert empty_database.value("SELECT count(*) FROM token_secrets") == 1
    code = new_code()
    with ThreadPoolExecutor(30) as threads:
        answers = list(threads.map(lambda number: app.redeem(three[number % 3], code), range(30)))
    assert sorted(answer.status for answer in answers) == [200] + [400] * 29

    token = app.redeem(three[0], new_code()).json()["refresh_token"]
    for _ in range(3):
        with ThreadPoolExecutor(30) as threads:
            answers = list(
                threads.map(lambda number, brought=token: app.refresh(three[number % 3], brought), range(30))
            )
        assert {answer.status for answer in answers} == {200}
        [token] = {answer.json()["refresh_token"] for answer in answers}
    access = app.refresh(three[0], token).json()["access_token"]
    bearer = {"Authorization": f"Bearer {access}"}
    assert three[1].client.get("/userinfo", bearer).json() == {"sub": "1"}
    assert app.post(three[2], "/revoke", token=access).status == 200
    assert three[1].client.get("/userinfo", bearer).status == 401
