#ifndef C_HASHING_MEMORY_H
#define C_HASHING_MEMORY_H

/// From now on the calling thread keeps the memory that libsodium maps for a hash, and lends it to the next hash of the
/// same size instead of mapping it anew. At most one mapping is kept for a thread.
void hashing_memory_keep(void);

/// Gives back what the calling thread keeps, and with it everything that the last hash left there; the heap gives back
/// what it does not use. Keeping goes on.
void hashing_memory_release(void);

/// The bytes that the calling thread keeps: 0 before its first hash and after a release.
unsigned long hashing_memory_kept(void);

#endif
