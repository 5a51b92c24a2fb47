// libpq as its own header declares it. What of it is called is in LibPQ.c, which finds it when PostgreSQL is asked for:
// a server with SQLite needs no libpq, nor the twenty libraries that it brings along.

#ifndef CLIBPQ_H
#define CLIBPQ_H

// Debian has it in a folder of its own.
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif

/// Finds the library, and every function of it that LibPQ.c names. Nothing else here may be called before this has
/// answered NULL; that is so for the whole process then.
///
/// Otherwise it answers what the loader says is missing.
const char *libpq_load(void);

#endif
