#pragma once

/* From now on this thread's hashes get one and the same memory, on huge pages where the kernel grants them. */
void memory_keep(void);

/* How often a hash was given that memory, by all threads. */
unsigned long memory_lent(void);
