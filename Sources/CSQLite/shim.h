// CSQLite owns the one call of SQLite that Swift cannot make: sqlite3_config, which is variadic. It must not decide
// anything.

#pragma once
#include <sqlite3.h>

// To be called before anything else of SQLite, once in the life of a process.
static inline int sqlite3_config_memory_status(int counts) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, counts); }
