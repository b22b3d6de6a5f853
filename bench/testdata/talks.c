// Threads that talk to each other. A ping-pong is a round trip: a byte, or a turn, there and back.
#include "bench.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>

// The descriptors of this thread (0) and its partner (1).
static int in[2], out[2];
static pthread_t partner;

static int start(void *(*f)(void *))
{
	return pthread_create(&partner, NULL, f, NULL);
}

static int begin_pipe(void)
{
	int p[2];
	must(pipe(p), "pipe");
	in[0] = p[0];
	out[0] = p[1];
	return 0;
}

static void ping(void)
{
	char c = 0;
	must(write(out[0], &c, 1), "write");
	must(read(in[0], &c, 1), "read");
}

static void end_pipe(void)
{
	close(in[0]);
	close(out[0]);
}

// pong answers until its input ends.
static void *pong(void *unused)
{
	char c;
	while (must(read(in[1], &c, 1), "read") == 1)
		must(write(out[1], &c, 1), "write");
	return NULL;
}

static int begin_pipes(void)
{
	int p[2], q[2];
	must(pipe(p), "pipe");
	must(pipe(q), "pipe");
	in[1] = p[0];
	out[0] = p[1];
	in[0] = q[0];
	out[1] = q[1];
	return start(pong);
}

static void end_pipes(void)
{
	close(out[0]);
	pthread_join(partner, NULL);
	close(in[0]);
	close(in[1]);
	close(out[1]);
}

static int begin_sockets(void)
{
	int s[2];
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) < 0)
		return errno;
	in[0] = out[0] = s[0];
	in[1] = out[1] = s[1];
	return start(pong);
}

static void end_sockets(void)
{
	shutdown(out[0], SHUT_WR);
	pthread_join(partner, NULL);
	close(in[0]);
	close(in[1]);
}

// Whose turn it is: this thread's (0), the partner's (1), nobody's any more (2).
static int turn;

static void pass(int to)
{
	__atomic_store_n(&turn, to, __ATOMIC_SEQ_CST);
	must(syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0), "futex wake");
}

static void await(int other)
{
	while (__atomic_load_n(&turn, __ATOMIC_SEQ_CST) == other)
		syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, other, NULL, NULL, 0);
}

static void *futex_pong(void *unused)
{
	for (;;) {
		await(0);
		if (turn == 2)
			return NULL;
		pass(0);
	}
}

static int begin_futex(void)
{
	turn = 0;
	return start(futex_pong);
}

static void futex_ping(void)
{
	pass(1);
	await(1);
}

static void end_futex(void)
{
	pass(2);
	pthread_join(partner, NULL);
}

const struct operation talks[] = {
	{"pipe write+read, one thread", 5000, begin_pipe, ping, end_pipe},
	{"pipe ping-pong, two threads", 2000, begin_pipes, ping, end_pipes},
	{"futex ping-pong, two threads", 2000, begin_futex, futex_ping, end_futex},
	{"socketpair ping-pong, two threads", 2000, begin_sockets, ping, end_sockets},
	{NULL},
};
