#ifndef C_HASHING_MEMORY_H
#define C_HASHING_MEMORY_H

#include <stdbool.h>

/// Whether this build stands before `mmap` and `munmap` at all: false under a sanitizer, which stands there itself.
bool hashing_memory_can_be_kept(void);

/// From now on the calling thread keeps the memory that libsodium maps for a hash, and lends it to the next hash of the
/// same size instead of mapping it anew. At most one mapping is kept for a thread.
void hashing_memory_keep(void);

/// Gives back what the calling thread keeps, and with it everything that the last hash left there; the heap gives back
/// what it does not use. Keeping goes on.
void hashing_memory_release(void);

/// The bytes of the hash whose memory the calling thread keeps: 0 before its first hash and after a release.
unsigned long hashing_memory_kept(void);

/// Whether the kernel gave what the calling thread keeps in huge pages; false where nothing is kept.
bool hashing_memory_is_huge(void);

#endif
