// The functions of libpq that we call. Each goes on to the one of the same name in the library, which is opened when it
// is wanted and not linked. The compiler checks that they are what the library's header says, because two declarations
// of one name have to agree.

#include "CLibPQ.h"

#include <dlfcn.h>
#include <stddef.h>

// That of PostgreSQL 14 is the oldest with all of them: pipelines came with it.

#define FUNCTIONS(F) \
    F(int, PQbackendPID, (const PGconn *connection), (connection)) \
    F(void, PQclear, (PGresult *result), (result)) \
    F(char *, PQcmdStatus, (PGresult *result), (result)) \
    F(char *, PQcmdTuples, (PGresult *result), (result)) \
    F(PGconn *, PQconnectdbParams, (const char *const *keywords, const char *const *values, int expand), \
        (keywords, values, expand)) \
    F(int, PQconnectionNeedsPassword, (const PGconn *connection), (connection)) \
    F(void, PQconninfoFree, (PQconninfoOption *options), (options)) \
    F(PQconninfoOption *, PQconninfoParse, (const char *text, char **error), (text, error)) \
    F(int, PQconsumeInput, (PGconn *connection), (connection)) \
    F(int, PQenterPipelineMode, (PGconn *connection), (connection)) \
    F(char *, PQerrorMessage, (const PGconn *connection), (connection)) \
    F(int, PQexitPipelineMode, (PGconn *connection), (connection)) \
    F(void, PQfinish, (PGconn *connection), (connection)) \
    F(int, PQflush, (PGconn *connection), (connection)) \
    F(void, PQfreemem, (void *memory), (memory)) \
    F(Oid, PQftype, (const PGresult *result, int column), (result, column)) \
    F(int, PQgetCopyData, (PGconn *connection, char **buffer, int async), (connection, buffer, async)) \
    F(int, PQgetisnull, (const PGresult *result, int row, int column), (result, row, column)) \
    F(PGresult *, PQgetResult, (PGconn *connection), (connection)) \
    F(char *, PQgetvalue, (const PGresult *result, int row, int column), (result, row, column)) \
    F(int, PQisBusy, (PGconn *connection), (connection)) \
    F(int, PQnfields, (const PGresult *result), (result)) \
    F(PGnotify *, PQnotifies, (PGconn *connection), (connection)) \
    F(int, PQntuples, (const PGresult *result), (result)) \
    F(const char *, PQparameterStatus, (const PGconn *connection, const char *name), (connection, name)) \
    F(PGpipelineStatus, PQpipelineStatus, (const PGconn *connection), (connection)) \
    F(int, PQpipelineSync, (PGconn *connection), (connection)) \
    F(int, PQputCopyData, (PGconn *connection, const char *bytes, int length), (connection, bytes, length)) \
    F(int, PQputCopyEnd, (PGconn *connection, const char *error), (connection, error)) \
    F(void, PQreset, (PGconn *connection), (connection)) \
    F(char *, PQresultErrorField, (const PGresult *result, int field), (result, field)) \
    F(ExecStatusType, PQresultStatus, (const PGresult *result), (result)) \
    F(int, PQsendPrepare, \
        (PGconn *connection, const char *name, const char *text, int count, const Oid *types), \
        (connection, name, text, count, types)) \
    F(int, PQsendQuery, (PGconn *connection, const char *text), (connection, text)) \
    F(int, PQsendQueryParams, \
        (PGconn *connection, const char *text, int count, const Oid *types, const char *const *values, \
            const int *lengths, const int *formats, int result_format), \
        (connection, text, count, types, values, lengths, formats, result_format)) \
    F(int, PQsendQueryPrepared, \
        (PGconn *connection, const char *name, int count, const char *const *values, const int *lengths, \
            const int *formats, int result_format), \
        (connection, name, count, values, lengths, formats, result_format)) \
    F(PGVerbosity, PQsetErrorVerbosity, (PGconn *connection, PGVerbosity verbosity), (connection, verbosity)) \
    F(int, PQsetnonblocking, (PGconn *connection, int value), (connection, value)) \
    F(PQnoticeReceiver, PQsetNoticeReceiver, (PGconn *connection, PQnoticeReceiver receiver, void *context), \
        (connection, receiver, context)) \
    F(int, PQsocket, (const PGconn *connection), (connection)) \
    F(ConnStatusType, PQstatus, (const PGconn *connection), (connection)) \
    F(PGTransactionStatusType, PQtransactionStatus, (const PGconn *connection), (connection))

static struct {
#define POINTER(type, name, parameters, arguments) __typeof__(name) *name;
    FUNCTIONS(POINTER)
} found;

#define CALL(type, name, parameters, arguments) \
    type name parameters { return found.name arguments; }
FUNCTIONS(CALL)

const char *libpq_load(void) {
    void *library = dlopen("libpq.so.5", RTLD_NOW);
    if (library == NULL) return dlerror();
#define FIND(type, name, parameters, arguments) \
    found.name = (__typeof__(name) *)dlsym(library, #name); \
    if (found.name == NULL) return dlerror();
    FUNCTIONS(FIND)
    return NULL;
}
