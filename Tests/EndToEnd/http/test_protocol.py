"""HTTP/1.1 as such: connections that stay, requests that follow one another, older clients."""

from support.client import JWKS_PATH, login_request, send
from support.raw import RawConnection, head, post_json
from support.server import Server


def test_a_connection_stays_open(unlimited: Server) -> None:
    connection = unlimited.client.connect()
    first_socket = connection.sock
    for _ in range(3):
        assert send(connection, login_request("nobody", "wrong")).status == 401
    assert connection.sock is first_socket
    connection.close()


def test_pipelined_requests_are_answered_in_order(unlimited: Server) -> None:
    with RawConnection(unlimited.port) as connection:
        connection.send(head("GET", "/ping") * 2 + head("GET", JWKS_PATH))
        answers = [connection.read_response() for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert [set(answer.json()) for answer in answers] == [{"message"}, {"message"}, {"keys"}]


def test_a_slow_answer_keeps_its_place(unlimited: Server) -> None:
    login = post_json("/auth", b'{"username":"nobody","password":"wrong"}')
    with RawConnection(unlimited.port) as connection:
        connection.send(login + head("GET", "/ping") + head("HEAD", JWKS_PATH) + login)
        statuses = [connection.read_response(to_head=to_head).status for to_head in (False, False, True, False)]
    assert statuses == [401, 200, 200, 401]


def test_a_request_in_many_pieces(unlimited: Server) -> None:
    with RawConnection(unlimited.port) as connection:
        for byte in post_json("/auth", b'{"username":"nobody","password":"wrong"}'):
            connection.send(bytes([byte]))
        assert connection.read_response().status == 401


def test_a_chunked_request(unlimited: Server) -> None:
    body = b'{"username":"nobody",', b'"password":"wrong"}'
    with RawConnection(unlimited.port) as connection:
        connection.send(head("POST", "/auth", "Content-Type: application/json", "Transfer-Encoding: chunked"))
        connection.send(b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in body) + b"0\r\n\r\n")
        assert connection.read_response().status == 401


def test_a_client_that_wants_to_close(unlimited: Server) -> None:
    with RawConnection(unlimited.port) as connection:
        connection.send(head("GET", "/ping", "Connection: close"))
        assert connection.read_response().status == 200
        assert connection.is_closed_by_server()


def test_http_1_0(unlimited: Server) -> None:
    with RawConnection(unlimited.port) as connection:
        connection.send(head("GET", "/ping", version="1.0"))
        answer = connection.read_response()
        assert (answer.status, answer.body) == (200, b'{"message":"project 3 jwks server alive"}')
        assert connection.is_closed_by_server()


def test_a_client_that_goes_away(unlimited: Server) -> None:
    for _ in range(20):
        with RawConnection(unlimited.port) as connection:
            connection.send(post_json("/auth", b'{"username":"nobody","password":"wrong"}'))
    assert unlimited.client.login("nobody", "wrong").status == 401
