"""A server that is killed, starved, frozen and robbed while callers go on: `script/chaos`; its short form is a test.

A scenario is a file: it disturbs. What callers were told is kept in a ledger, and judged by what is there afterwards.
"""
