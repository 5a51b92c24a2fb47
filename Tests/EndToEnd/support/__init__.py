"""The server and what is around it, as the tests, the soaks and the benchmarks see them.

Little here decides what is right: what all errors and all pages have, and what a client has to verify. Nothing that the
benchmarks import may need a package that is not in Python itself.
"""
