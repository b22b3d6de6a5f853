// Prints its arguments and environment as length and bytes.
#include <stdio.h>
#include <string.h>

extern char **environ;

static void show(const char *what, const char *s)
{
	printf("%s %zu ", what, strlen(s));
	for (; *s; s++)
		printf("%02x", (unsigned char)*s);
	printf("\n");
}

int main(int argc, char **argv)
{
	printf("argc %d\n", argc);
	for (int i = 1; i < argc; i++)
		show("arg", argv[i]);
	for (char **e = environ; *e; e++)
		show("env", *e);
	return 0;
}
