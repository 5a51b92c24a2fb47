"""A server that is killed, starved, frozen and robbed while callers go on: `script/chaos`, and its short form as a test.

A scenario is a file: it disturbs. What callers were told is kept in a ledger, and judged against what is there after.
"""
