"""How nice the server's threads are, as the kernel knows them."""

from pathlib import Path

from support.server import MakeServer, Server

HASHES = 3
OF_THE_SERVICE = 5


def levels(server: Server) -> set[int]:
    """The niceness of every thread, once there was a login."""
    assert server.process is not None
    password = server.client.new_user("alice")
    assert server.client.login("alice", password).status == 200
    tasks = Path(f"/proc/{server.process.pid}/task").glob("*/stat")
    # proc_pid_stat(5): behind the name in brackets come the fields from the third on; niceness is the 19th.
    return {int(task.read_text().rpartition(") ")[2].split()[16]) for task in tasks}


def test_a_niceness_of_the_service_is_where_the_threads_count_from(prepared_server: MakeServer, tmp_path: Path) -> None:
    """systemd's `Nice=`: hashes would stand beside the event loops, or before them."""
    usual, niced = prepared_server(), prepared_server()
    wrapper = tmp_path / "niced"
    wrapper.write_text(f'#!/bin/sh\nexec nice -n {OF_THE_SERVICE} {niced.binary} "$@"\n')
    wrapper.chmod(0o755)
    niced.binary = wrapper
    usual.start()
    niced.start()
    # Those of libdispatch have what it gives them, where it may.
    ours = {0, HASHES}
    assert ours <= levels(usual)
    found = levels(niced)
    assert {level + OF_THE_SERVICE for level in ours} <= found and HASHES not in found
