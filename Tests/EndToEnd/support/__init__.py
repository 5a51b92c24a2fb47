"""The server and what is around it, as the tests, the soaks and the benchmarks see them.

Nothing here decides what is right, except that an error has one shape (`client.assert_error`). Nothing that the
benchmarks import may need a package that is not in Python itself.
"""
