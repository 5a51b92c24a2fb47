"""The measurements: each function takes a Bench, makes its rows and says in its docstring how."""
