/*
 * User-Mode Linux sets the registers of its processes by ptrace(2), from a buffer with room for AVX-512 (until Linux
 * 6.13). Where a processor has more, as with AMX, the host takes nothing less than the whole (xstateregs_set() in
 * arch/x86/kernel/fpu/regset.c: EFAULT), and no process starts. This stands before ptrace() of the C library
 * (LD_PRELOAD) and completes what is short by what the process has now. A processor without more never notices.
 *
 * No header is included, so that a compiler is all that it takes.
 */
enum { PTRACE_GETREGSET = 0x4204, PTRACE_SETREGSET = 0x4205, NT_X86_XSTATE = 0x202 };

struct iovec {
	void *base;
	unsigned long length;
};

extern void *dlsym(void *handle, const char *name);
static void *const next_object = (void *)-1; /* RTLD_NEXT */

/* Not on the stack: a kernel's is small. Its one thread at a time is who asks. */
static unsigned char whole[65536] __attribute__((aligned(64)));

long ptrace(long request, long pid, void *address, void *data)
{
	static long (*library)(long, long, void *, void *);
	const struct iovec *given = data;
	struct iovec all = { whole, sizeof(whole) };
	unsigned long at;

	if (!library)
		library = (long (*)(long, long, void *, void *))dlsym(next_object, "ptrace");
	if (request != PTRACE_SETREGSET || (long)address != NT_X86_XSTATE)
		return library(request, pid, address, data);
	if (library(PTRACE_GETREGSET, pid, address, &all) != 0 || given->length >= all.length)
		return library(request, pid, address, data);
	for (at = 0; at < given->length; at++)
		whole[at] = ((const unsigned char *)given->base)[at];
	return library(request, pid, address, &all);
}
