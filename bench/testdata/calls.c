// Calls that one thread makes for itself.
#include "bench.h"
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#define NAME "/tmp/bench-file"

static int fd, event;
static struct timespec now;

static void get_pid(void) { getpid(); }

static void clock_vdso(void) { clock_gettime(CLOCK_MONOTONIC, &now); }

static void clock_call(void) { syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now); }

static void yield(void) { sched_yield(); }

static int begin_zero(void)
{
	fd = must(open("/dev/zero", O_RDONLY), "open /dev/zero");
	return 0;
}

static void read_byte(void)
{
	char c;
	must(read(fd, &c, 1), "read");
}

static int begin_null(void)
{
	fd = must(open("/dev/null", O_WRONLY), "open /dev/null");
	return 0;
}

static void write_byte(void) { must(write(fd, "", 1), "write"); }

static void end_file(void) { close(fd); }

static int begin_epoll(void)
{
	struct epoll_event e = {.events = EPOLLIN};
	event = must(eventfd(1, 0), "eventfd");
	fd = must(epoll_create1(0), "epoll_create1");
	must(epoll_ctl(fd, EPOLL_CTL_ADD, event, &e), "epoll_ctl");
	return 0;
}

static void wait_event(void)
{
	struct epoll_event e;
	must(epoll_wait(fd, &e, 1, -1), "epoll_wait");
}

static void end_epoll(void)
{
	close(fd);
	close(event);
}

static int begin_open(void)
{
	close(must(open(NAME, O_WRONLY | O_CREAT, 0644), "create " NAME));
	return 0;
}

static void open_close(void)
{
	struct stat st;
	int f = must(open(NAME, O_RDONLY), "open " NAME);
	must(fstat(f, &st), "fstat");
	close(f);
}

static void end_open(void) { unlink(NAME); }

static pid_t self;
static volatile sig_atomic_t handled;

static void handle(int sig) { handled++; }

static int begin_signal(void)
{
	self = getpid();
	signal(SIGUSR1, handle);
	return 0;
}

static void signal_self(void) { must(kill(self, SIGUSR1), "kill"); }

static void end_signal(void)
{
	signal(SIGUSR1, SIG_DFL);
	if (!handled) {
		errno = EINTR;
		must(-1, "no signal was handled");
	}
}

const struct operation calls[] = {
	{"getpid", 10000, NULL, get_pid, NULL},
	{"clock_gettime (vDSO)", 10000, NULL, clock_vdso, NULL},
	{"clock_gettime (call)", 10000, NULL, clock_call, NULL},
	{"read 1 byte of /dev/zero", 10000, begin_zero, read_byte, end_file},
	{"write 1 byte to /dev/null", 10000, begin_null, write_byte, end_file},
	{"sched_yield", 10000, NULL, yield, NULL},
	{"epoll_wait, ready eventfd", 10000, begin_epoll, wait_event, end_epoll},
	{"open+fstat+close", 2000, begin_open, open_close, end_open},
	{"signal to self, handled", 2000, begin_signal, signal_self, end_signal},
	{NULL},
};
