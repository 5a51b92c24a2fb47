// What Interposition.c needs of Lending.c, and the test of both. Every function speaks of the calling thread only.

#ifndef C_HASHING_MEMORY_LENDING_H
#define C_HASHING_MEMORY_LENDING_H

#include <stdbool.h>
#include <stddef.h>

/// Smaller mappings are somebody else's, or not worth keeping.
#define SMALLEST_HASHING_MEMORY ((size_t)1 << 20)

/// Whether the thread keeps memory and has not lent it already.
bool hashing_memory_can_lend(void);

/// Readable and writable private memory: what is kept where it has the size, new otherwise. NULL, with `errno`, when
/// the kernel has none. Its content is whatever the last hash left there.
void *hashing_memory_lend(size_t size);

/// False when this is not what was lent, in its whole size.
bool hashing_memory_take_back(void *start, size_t size);

#endif
