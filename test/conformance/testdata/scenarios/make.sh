# make with its jobserver, gcc with -pipe, as, ld, ar; what they made runs.
set -e
mkdir /tmp/p; cd /tmp/p
for i in 1 2 3 4 5 6; do echo "int f$i(int n) { return n + $i; }" >f$i.c; done
cat >main.c <<'A'
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
int f1(int), f2(int), f3(int), f4(int), f5(int), f6(int);
static __thread int local = 1;
static void *work(void *arg) { local += *(int *)arg; return (void *)(long)local; }
int main(int argc, char **argv)
{
	pthread_t t[4];
	long sum = 0;
	int n[4] = {1, 2, 3, 4};
	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, work, &n[i]);
	for (int i = 0; i < 4; i++) {
		void *r;
		pthread_join(t[i], &r);
		sum += (long)r;
	}
	printf("%d %ld %d %.3f\n", f1(f2(f3(f4(f5(f6(0)))))), sum, local, sqrt(argc + 1));
	return argc;
}
A
cat >Makefile <<'A'
CFLAGS = -O1 -Wall -pipe -MMD
objects = f1.o f2.o f3.o f4.o f5.o f6.o
all: dynamic static pie
libf.a: $(objects); ar rcs $@ $^
libf.so: $(objects:.o=.pic); $(CC) -shared -o $@ $^
%.pic: %.c; $(CC) $(CFLAGS) -fPIC -c -o $@ $<
dynamic: main.o libf.so; $(CC) -no-pie -pthread -o $@ main.o -L. -lf -lm -Wl,-rpath,/tmp/p
static: main.o libf.a; $(CC) -static -pthread -o $@ $^ -lm
pie: main.o libf.a; $(CC) -pie -pthread -o $@ $^ -lm
sub: ; $(MAKE) -C . CC=gcc all
fails: ; false
clean: ; rm -f *.o *.pic *.d libf.* dynamic static pie
-include *.d
.PHONY: all sub fails clean
A
make -s -j4 CC=gcc
for p in ./dynamic ./static "./pie a"; do $p || echo $?; done
make -j4 CC=gcc; touch f3.c; make -n -j4 CC=gcc | sort
make -s -j4 sub >/dev/null; make -s clean; ls
make -s -j2 -k CC=gcc fails pie 2>/dev/null || echo failed $?; ./pie | head -n 1
gcc -E -dM -x c /dev/null | grep -c __x86_64__; echo 'int x' | gcc -x c -fsyntax-only - 2>&1 | grep -c error:
objdump -d f1.o | grep -c ret; nm libf.a | grep -c ' T '; strip -o s pie; ./s || echo $?; size s | wc -l; readelf -h pie | grep Type | sed 's/  */ /g'
