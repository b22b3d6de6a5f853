// futex(2): errors, waking, requeueing, locks with an owner; robust lists; futex_waitv(2).
#include "common.h"
#include <linux/futex.h>
#include <sys/mman.h>

#define P FUTEX_PRIVATE_FLAG
#define R FUTEX_CLOCK_REALTIME

static volatile int *w;	       // in memory that processes share
static volatile int pi, cond;  // of this process
static volatile int done, last; // threads that have gone on; the last one made

static char note[4096];
static int notes;

static int self(void) { return syscall(SYS_gettid); }

static long fx(volatile void *a, int op, int v, const void *t, volatile void *b, int v3) {
	return syscall(SYS_futex, a, op, v, t, b, v3); }

static void later(int clock, struct timespec *t)
{
	clock_gettime(clock, t);
	if ((t->tv_nsec += 20000000) > 999999999)
		t->tv_sec++, t->tv_nsec -= 1000000000;
}

static void *waiter(void *a)
{
	last = self();
	fx(w, FUTEX_WAIT | P, 0, 0, 0, 0);
	__sync_fetch_and_add(&done, 1);
	return a;
}

static void *bit_waiter(void *a)
{
	last = self();
	fx(w, FUTEX_WAIT_BITSET | P, 0, 0, 0, (long)a);
	__sync_fetch_and_add(&done, 1);
	return a;
}

// word notes what came of a call for the lock, to be shown by join, and gives the lock up.
static void word(const char *what, long r)
{
	static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
	int e = errno;
	pthread_mutex_lock(&m);
	notes += sprintf(note + notes, "  %s: %s mine %d waiters %d died %d\n", what, r ? ename(e) : "ok",
		(pi & FUTEX_TID_MASK) == self(),
		!!(pi & FUTEX_WAITERS), !!(pi & FUTEX_OWNER_DIED));
	pthread_mutex_unlock(&m);
	if (r == 0)
		fx(&pi, FUTEX_UNLOCK_PI | P, 0, 0, 0, 0);
}

static void *locker(void *a)
{
	last = self();
	word("locked", fx(&pi, FUTEX_LOCK_PI | P, 0, a, 0, 0));
	return NULL;
}

static void *dying_owner(void *a)
{
	fx(&pi, FUTEX_LOCK_PI | P, 0, 0, 0, 0);
	last = self();
	while (!(pi & FUTEX_WAITERS))
		sleep_ms(1);
	return NULL;
}

static void *requeued(void *a)
{
	last = self();
	word("requeued", fx(&cond, FUTEX_WAIT_REQUEUE_PI | P, 0, a, &pi, 0));
	return NULL;
}

// make makes n threads, each of which waits before the next is made.
static void make(pthread_t *t, int n, void *(*f)(void *), int bits)
{
	done = 0;
	for (long i = 0; i < n; i++) {
		last = 0;
		pthread_create(&t[i], NULL, f, bits ? (void *)(1L << i) : NULL);
		await_thread(&last);
	}
}

static void join(pthread_t *t, int n)
{
	while (n--)
		pthread_join(t[n], NULL);
	printf("%s", note);
	note[notes = 0] = 0;
}

// gone waits until n threads have gone on.
static void gone(int n)
{
	for (int i = 0; i < 5000 && done < n; i++)
		sleep_ms(1);
	printf("  %d went on\n", done);
}

static void errors(void)
{
	struct timespec z = {0, 0}, bad = {0, 1000000000}, neg = {-1, 0}, sh = {0, 10000000};
	CHECK(fx(w, 99, 0, 0, 0, 0)); CHECK(fx(w, FUTEX_FD, 0, 0, 0, 0)); CHECK(fx(w, FUTEX_WAIT, 1, 0, 0, 0));
		CHECK(fx((char *)w + 1, FUTEX_WAIT, 0, 0, 0, 0)); CHECK(fx((void *)8, FUTEX_WAIT, 0, 0, 0, 0));
		CHECK(fx((void *)8, FUTEX_WAIT | P, 0, 0, 0, 0)); CHECK(fx((void *)8, FUTEX_WAKE, 1, 0, 0, 0));
		CHECK(fx((void *)8, FUTEX_WAKE | P, 1, 0, 0, 0));
		CHECK(fx((void *)0xffffffff81000000, FUTEX_WAKE | P, 1, 0, 0, 0));
		CHECK(fx((char *)w + 2, FUTEX_WAKE, 1, 0, 0, 0)); CHECK(fx((char *)w + 2, FUTEX_WAKE | P, 1, 0, 0, 0));
	CHECK(fx(w, FUTEX_WAIT, 0, &z, 0, 0)); CHECK(fx(w, FUTEX_WAIT, 0, &bad, 0, 0));
		CHECK(fx(w, FUTEX_WAIT, 0, &neg, 0, 0)); CHECK(fx(w, FUTEX_WAIT, 0, (void *)8, 0, 0));
		CHECK(fx(w, FUTEX_WAIT, 1, &bad, 0, 0)); CHECK(fx(w, FUTEX_WAIT | R, 0, &sh, 0, 0));
		CHECK(fx(w, FUTEX_WAIT, 0, &sh, 0, 0));
	CHECK(fx(w, FUTEX_WAIT_BITSET, 0, 0, 0, 0)); CHECK(fx(w, FUTEX_WAIT_BITSET, 0, &z, 0, -1));
		CHECK(fx(w, FUTEX_WAIT_BITSET | R, 0, &z, 0, -1)); CHECK(fx(w, FUTEX_WAKE_BITSET, 1, 0, 0, 0));
		CHECK(fx(w, FUTEX_WAKE | R, 1, 0, 0, 0)); CHECK(fx(w, FUTEX_WAKE_BITSET | R, 1, 0, 0, -1));
		CHECK(fx(w, FUTEX_REQUEUE | R, 1, 0, w, 0));
	CHECK(fx(w, FUTEX_REQUEUE, -1, (void *)0, w + 1, 0)); CHECK(fx(w, FUTEX_REQUEUE, 0, (void *)-1L, w + 1, 0));
		CHECK(fx(w, FUTEX_REQUEUE, 1, (void *)1, (void *)8, 0));
		CHECK(fx(w, FUTEX_CMP_REQUEUE, 1, (void *)1, w + 1, 5));
		CHECK(fx(w, FUTEX_CMP_REQUEUE, 1, (void *)1, w + 1, 0)); CHECK(fx(w, FUTEX_CMP_REQUEUE, 1, (void *)1, w, 0));
	CHECK(fx(w, FUTEX_WAKE_OP, 1, (void *)1, w + 1, FUTEX_OP(FUTEX_OP_SET, 7, FUTEX_OP_CMP_EQ, 0))); CHECK(w[1]);
		CHECK(fx(w, FUTEX_WAKE_OP, 1, (void *)1, w + 1, FUTEX_OP(FUTEX_OP_ADD, 3, FUTEX_OP_CMP_GT, 5))); CHECK(w[1]);
		CHECK(fx(w, FUTEX_WAKE_OP, 1, (void *)1, w + 1, FUTEX_OP((FUTEX_OP_OR | 8), 4, 9, 0))); CHECK(w[1]);
		CHECK(fx(w, FUTEX_WAKE_OP, 1, (void *)1, w + 1, FUTEX_OP(7, 4, 0, 0)));
		CHECK(fx(w, FUTEX_WAKE_OP, 1, (void *)1, w + 1, FUTEX_OP(FUTEX_OP_ANDN, 2, 0, 0))); CHECK(w[1]);
		CHECK(fx(w, FUTEX_WAKE_OP, 1, (void *)1, w + 1, FUTEX_OP((FUTEX_OP_XOR | 8), 40, 0, 0))); CHECK(w[1]);
		CHECK(fx(w, FUTEX_WAKE_OP, 1, (void *)1, (void *)8, 0)); w[1] = 0;
}

static void lock_errors(void)
{
	struct timespec z = {0, 0}, bad = {0, 1000000000};
	CHECK(fx(&pi, FUTEX_UNLOCK_PI, 0, 0, 0, 0)); CHECK(fx(&pi, FUTEX_TRYLOCK_PI, 0, 0, 0, 0)); CHECK(pi == self());
		CHECK(fx(&pi, FUTEX_TRYLOCK_PI, 0, 0, 0, 0)); CHECK(fx(&pi, FUTEX_LOCK_PI, 0, 0, 0, 0));
		CHECK(fx(&pi, FUTEX_UNLOCK_PI, 0, 0, 0, 0)); CHECK(pi); pi = 999999;
		CHECK(fx(&pi, FUTEX_LOCK_PI, 0, 0, 0, 0)); CHECK(fx(&pi, FUTEX_TRYLOCK_PI, 0, 0, 0, 0)); printf("%x\n", pi);
		pi = 1; CHECK(fx(&pi, FUTEX_TRYLOCK_PI, 0, 0, 0, 0) < 0); pi = 0;
		CHECK(fx(&pi, FUTEX_LOCK_PI, 0, &bad, 0, 0)); CHECK(fx(&pi, FUTEX_LOCK_PI | R, 0, 0, 0, 0));
		CHECK(fx(&pi, 13 | R, 0, 0, 0, 0)); CHECK(pi == self()); CHECK(fx(&pi, FUTEX_UNLOCK_PI, 0, 0, 0, 0));
		pi = FUTEX_OWNER_DIED; CHECK(fx(&pi, FUTEX_LOCK_PI, 0, 0, 0, 0));
		printf("%d %d\n", (pi & FUTEX_TID_MASK) == self(), !!(pi & FUTEX_OWNER_DIED));
		CHECK(fx(&pi, FUTEX_UNLOCK_PI, 0, 0, 0, 0)); printf("%x\n", pi); pi = 0;
		CHECK(fx((void *)8, FUTEX_LOCK_PI, 0, 0, 0, 0)); CHECK(fx((char *)&pi + 1, FUTEX_LOCK_PI, 0, 0, 0, 0));
	CHECK(fx(&cond, FUTEX_WAIT_REQUEUE_PI, 1, 0, &pi, 0)); CHECK(fx(&cond, FUTEX_WAIT_REQUEUE_PI, 0, 0, &cond, 0));
		CHECK(fx(&cond, FUTEX_WAIT_REQUEUE_PI, 0, &z, &pi, 0)); CHECK(fx(&cond, FUTEX_CMP_REQUEUE_PI, 2, 0, &pi, 0));
		CHECK(fx(&cond, FUTEX_CMP_REQUEUE_PI, 1, 0, &pi, 5)); CHECK(fx(&cond, FUTEX_CMP_REQUEUE_PI, 1, 0, &cond, 0));
		CHECK(fx(&cond, FUTEX_CMP_REQUEUE_PI, 1, (void *)1, &pi, 0));
}

static void vector_errors(void)
{
	struct timespec z = {0, 0}, bad = {0, 1000000000};
	struct wv { uint64_t v, a; uint32_t f, r; } v[129] = {{0, (uint64_t)w, 2, 0}, {0, (uint64_t)(w + 1), 2, 0}};
	CHECK(syscall(449, v, 0, 0, 0, 0)); CHECK(syscall(449, v, 129, 0, 0, 0)); CHECK(syscall(449, v, 1, 1, 0, 0));
		CHECK(syscall(449, 0, 1, 0, 0, 0)); CHECK(syscall(449, 8, 1, 0, 0, 0)); CHECK(syscall(449, v, 2, 0, &z, 1));
		CHECK(syscall(449, v, 2, 0, &z, 0)); CHECK(syscall(449, v, 2, 0, &z, 2));
		CHECK(syscall(449, v, 2, 0, &bad, 1)); v[1].v = 5; CHECK(syscall(449, v, 2, 0, 0, 1)); v[1].r = 1;
		CHECK(syscall(449, v, 2, 0, 0, 1)); v[1].r = 0; v[1].f = 0x1000; CHECK(syscall(449, v, 2, 0, 0, 1));
		v[1].f = 2; v[1].a = 8; CHECK(syscall(449, v, 2, 0, 0, 1)); v[1].a = (uint64_t)w + 1;
		CHECK(syscall(449, v, 2, 0, 0, 1));
	CHECK(syscall(SYS_set_robust_list, 0, 23)); CHECK(syscall(SYS_get_robust_list, 0, 8, 8));
		CHECK(syscall(SYS_get_robust_list, 0, malloc(8), malloc(8)));
}

static void waking(void)
{
	pthread_t t[4];
	make(t, 4, waiter, 0);
	CHECK(fx(w, FUTEX_WAKE | P, 1, 0, 0, 0)), gone(1);
	CHECK(fx(w, FUTEX_WAKE, 9, 0, 0, 0)), CHECK(fx(w, FUTEX_WAKE | P, 0, 0, 0, 0)), gone(2);
	CHECK(fx(w, FUTEX_WAKE | P, 9, 0, 0, 0)), join(t, 4);
	make(t, 4, bit_waiter, 1);
	CHECK(fx(w, FUTEX_WAKE_BITSET | P, 9, 0, 0, 10)), gone(2), CHECK(fx(w, FUTEX_WAKE | P, 9, 0, 0, 0)), join(t, 4);
	make(t, 4, waiter, 0);
	CHECK(fx(w, FUTEX_CMP_REQUEUE | P, 1, (void *)2, w + 1, 0)), gone(1), CHECK(fx(w + 1, FUTEX_WAKE | P, 9, 0, 0,
		0)), gone(3);
	CHECK(fx(w, FUTEX_WAKE | P, 9, 0, 0, 0)), join(t, 4);
	make(t, 2, waiter, 0);
	CHECK(fx(w + 1, FUTEX_WAKE_OP | P, 1, (void *)1, w, FUTEX_OP(FUTEX_OP_SET, 1, FUTEX_OP_CMP_EQ, 0)));
	CHECK(fx(w + 1, FUTEX_WAKE_OP | P, 1, (void *)1, w, FUTEX_OP(FUTEX_OP_SET, 0, FUTEX_OP_CMP_EQ, 0)));
	CHECK(fx(w, FUTEX_WAKE | P, 9, 0, 0, 0)), join(t, 2);
}

// between is about futexes that two processes share.
static void between(void)
{
	pid_t me = getpid();
	*w = 1;
	if (fork() == 0) {
		await_state(me, "S");
		printf("  private: woken %ld\n", fx(w, FUTEX_WAKE | P, 9, 0, 0, 0));
		*w = 0;
		printf("  shared: woken %ld\n", fx(w, FUTEX_WAKE, 9, 0, 0, 0));
		exit(0);
	}
	long r = fx(w, FUTEX_WAIT, 1, 0, 0, 0);
	wait(NULL);
	printf("  %ld\n", r);
	*w = 0;
}

static void locks(void)
{
	pthread_t t[3];
	struct timespec s;
	pi = 0;
	fx(&pi, FUTEX_LOCK_PI | P, 0, 0, 0, 0);
	make(t, 2, locker, 0);
	CHECK(!!(pi & FUTEX_WAITERS)), CHECK(fx(&pi, FUTEX_WAKE | P, 1, 0, 0, 0)), CHECK(fx(&pi, FUTEX_UNLOCK_PI | P, 0,
		0, 0, 0));
	join(t, 2);
	CHECK(pi);
	printf("timeout\n");
	fx(&pi, FUTEX_LOCK_PI | P, 0, 0, 0, 0);
	later(CLOCK_REALTIME, &s);
	pthread_create(t, NULL, locker, &s);
	join(t, 1);
	CHECK(fx(&pi, FUTEX_UNLOCK_PI | P, 0, 0, 0, 0));
	printf("the owner dies\n");
	make(t, 1, dying_owner, 0);
	pthread_create(t + 1, NULL, locker, NULL);
	join(t, 2);
	printf("requeue\n");
	pi = 0;
	make(t, 3, requeued, 0);
	fx(&pi, FUTEX_LOCK_PI | P, 0, 0, 0, 0);
	CHECK(fx(&cond, FUTEX_CMP_REQUEUE_PI | P, 1, (void *)1, &pi, 0)), CHECK(fx(&cond, FUTEX_CMP_REQUEUE_PI | P, 1,
		(void *)9, &pi, 0));
	CHECK(fx(&pi, FUTEX_UNLOCK_PI | P, 0, 0, 0, 0));
	join(t, 3);
	later(CLOCK_MONOTONIC, &s);
	pthread_create(t, NULL, requeued, &s);
	join(t, 1);
}

// robust is about a mutex whose owner, a process, dies.
static void robust(int protocol)
{
	pthread_mutexattr_t a;
	pthread_mutex_t *m = (void *)(w + 64 + protocol * 64);
	pthread_mutexattr_init(&a);
	pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_setprotocol(&a, protocol);
	pthread_mutex_init(m, &a);
	IN(pthread_mutex_lock(m); _exit(0));
	printf("  lock %s\n", ename(pthread_mutex_lock(m)));
	printf("  consistent %s\n", ename(pthread_mutex_consistent(m)));
	pthread_mutex_unlock(m);
	pid_t owner = fork();
	if (owner == 0) {
		pthread_mutex_lock(m);
		for (;;)
			pause();
	}
	await_state(owner, "S");
	pid_t next = fork();
	if (next == 0) {
		printf("  waiter %s\n", ename(pthread_mutex_lock(m)));
		exit(0); // not consistent
	}
	await_state(next, "S");
	kill(owner, SIGKILL);
	waitpid(owner, NULL, 0);
	how("  waiter", next);
	printf("  lock %s\n", ename(pthread_mutex_lock(m)));
	pthread_mutex_unlock(m);
	printf("  lock %s\n", ename(pthread_mutex_lock(m)));
}

static void all(void)
{
	w = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	errors();
	lock_errors();
	vector_errors();
	waking();
	between();
	locks();
	robust(PTHREAD_PRIO_NONE);
	robust(PTHREAD_PRIO_INHERIT);
}

int main(void) { return as_child(all); }
