// Checks the auxiliary vector (getauxval(3)) and the shape of the initial stack.
#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

extern void _start(void);

int main(int argc, char **argv)
{
	const unsigned char *random = (void *)getauxval(AT_RANDOM);
	const ElfW(Ehdr) *vdso = (void *)getauxval(AT_SYSINFO_EHDR);
	const ElfW(Phdr) *ph = (void *)getauxval(AT_PHDR);
	int zeros = 0, loads = 0;

	for (int i = 0; i < 16; i++)
		zeros += random[i] == 0;
	for (size_t i = 0; i < getauxval(AT_PHNUM); i++)
		loads += ph[i].p_type == PT_LOAD;
	printf("page size %lu\n", getauxval(AT_PAGESZ));
	printf("program header size %lu, readable %d\n", getauxval(AT_PHENT), loads > 0);
	printf("entry is ours %d\n", getauxval(AT_ENTRY) == (uintptr_t)_start);
	printf("interpreter %d\n", getauxval(AT_BASE) != 0);
	printf("ids %lu %lu %lu %lu\n", getauxval(AT_UID), getauxval(AT_EUID), getauxval(AT_GID), getauxval(AT_EGID));
	printf("secure %lu, clock ticks %lu\n", getauxval(AT_SECURE), getauxval(AT_CLKTCK));
	printf("random bytes %d\n", zeros < 16);
	printf("platform %s\n", (char *)getauxval(AT_PLATFORM));
	printf("name is argv[0] %d\n", !strcmp((char *)getauxval(AT_EXECFN), argv[0]));
	printf("vdso %d\n", vdso && !memcmp(vdso->e_ident, ELFMAG, SELFMAG) && vdso->e_type == ET_DYN);
	printf("hwcap %d\n", getauxval(AT_HWCAP) != 0);
	printf("stack aligned %d\n", ((uintptr_t)argv & 7) == 0);
	printf("pages free of surprises %ld\n", sysconf(_SC_PAGESIZE));
	return 0;
}
