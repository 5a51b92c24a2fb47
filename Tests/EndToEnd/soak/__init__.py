"""Load for minutes while the server is disturbed: `soak.rotation` with one server, `soak.fleet` with three.

A run loads, disturbs and judges; what both runs share lies beside them. Their short forms are tests.
"""
