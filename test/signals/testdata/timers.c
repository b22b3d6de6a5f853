// Timers that send signals: alarm, setitimer, timer_create.
#include "common.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static volatile int count, last_code, last_overrun, last_value, on_thread;

static void note(int sig, siginfo_t *i, void *u)
{
	count++;
	last_code = i->si_code;
	last_overrun = i->si_code == SI_TIMER ? i->si_overrun : -1;
	last_value = i->si_code == SI_TIMER ? i->si_value.sival_int : -1;
	on_thread = syscall(SYS_gettid);
}

// burn_ms uses up CPU time, nearly all of it in user mode.
static void burn_ms(int ms)
{
	struct timespec a, b;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	do {
		for (volatile int i = 0; i < 20000; i++)
			;
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	} while ((b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000 < ms);
}

static void intervals(void)
{
	struct itimerval v = {{0, 20000}, {0, 30000}}, o;
	CHECK(alarm(0));
	CHECK(alarm(100));
	CHECK(alarm(50));
	CHECK(alarm(0));
	install(SIGALRM, note, 0);
	CHECK(setitimer(ITIMER_REAL, &v, NULL));
	long t = now_ms();
	while (count < 3)
		pause();
	t = now_ms() - t;
	printf("three alarms in time: %d code %d\n", t >= 70, last_code);
	CHECK(getitimer(ITIMER_REAL, &o));
	printf("interval %ld, left some: %d\n", (long)o.it_interval.tv_usec, o.it_value.tv_sec == 0 && o.it_value.tv_usec > 0 && o.it_value.tv_usec <= 20000);
	block(SIG_BLOCK, SIGALRM);
	sleep_ms(100);
	count = 0;
	block(SIG_UNBLOCK, SIGALRM);
	printf("while blocked: %d\n", count);
	v.it_value.tv_usec = v.it_interval.tv_usec = 0;
	CHECK(setitimer(ITIMER_REAL, &v, &o));
	CHECK(setitimer(3, &v, &o));
	CHECK(getitimer(-1, &o));
	v.it_value.tv_usec = 1000000;
	CHECK(setitimer(ITIMER_REAL, &v, &o));
	for (int which = ITIMER_VIRTUAL; which <= ITIMER_PROF; which++) {
		install(which == ITIMER_PROF ? SIGPROF : SIGVTALRM, note, 0);
		struct itimerval w = {{0, 50000}, {0, 50000}};
		count = 0;
		CHECK(setitimer(which, &w, NULL));
		sleep_ms(150);
		printf("asleep: %d\n", count);
		burn_ms(which == ITIMER_PROF ? 240 : 400);
		printf("busy: %d code %d\n", count >= 2 && count <= 9, last_code);
		memset(&w, 0, sizeof w);
		CHECK(setitimer(which, &w, &o));
		printf("interval %ld\n", (long)o.it_interval.tv_usec);
	}
}

static void posix_timers(void)
{
	timer_t t, u;
	struct sigevent e;
	struct itimerspec s = {{0, 10000000}, {0, 10000000}}, o, zero;
	memset(&zero, 0, sizeof zero);
	memset(&e, 0, sizeof e);
	e.sigev_notify = SIGEV_SIGNAL;
	e.sigev_signo = SIGRTMIN;
	e.sigev_value.sival_int = 77;
	install(SIGRTMIN, note, 0);
	CHECK(timer_create(CLOCK_MONOTONIC, &e, &t));
	CHECK(timer_gettime(t, &o));
	printf("unarmed %ld %ld\n", o.it_value.tv_nsec, o.it_interval.tv_nsec);
	block(SIG_BLOCK, SIGRTMIN);
	CHECK(timer_settime(t, 0, &s, NULL));
	sleep_ms(105);
	count = 0;
	block(SIG_UNBLOCK, SIGRTMIN);
	printf("blocked: %d signals, code %d value %d, overruns right %d, getoverrun same %d\n", count, last_code, last_value,
		last_overrun >= 8 && last_overrun <= 30, timer_getoverrun(t) == last_overrun);
	count = 0;
	while (count < 3)
		pause();
	printf("goes on, interval %d\n", timer_gettime(t, &o) == 0 && o.it_interval.tv_nsec == 10000000 && o.it_value.tv_nsec > 0);
	CHECK(timer_settime(t, 0, &zero, &o));
	printf("was armed %d\n", o.it_value.tv_nsec > 0);
	count = 0;
	sleep_ms(30);
	printf("stopped: %d\n", count);
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	s.it_value = now;
	s.it_interval.tv_nsec = 0;
	CHECK(timer_settime(t, TIMER_ABSTIME, &s, NULL)); // in the past
	sleep_ms(10);
	printf("expired: %d overrun %d\n", count, last_overrun);
	CHECK(timer_settime(t, 0, NULL, NULL));
	s.it_value.tv_nsec = 1000000000;
	CHECK(timer_settime(t, 0, &s, NULL));
	CHECK(timer_delete(t));
	CHECK(timer_delete(t));
	CHECK(syscall(SYS_timer_gettime, 12345, &o));
	CHECK(syscall(SYS_timer_create, 99, NULL, &t));
	CHECK(syscall(SYS_timer_create, CLOCK_MONOTONIC_RAW, NULL, &t));
	CHECK(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, 8));
	e.sigev_signo = 65;
	CHECK(syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &t));
	e.sigev_notify = SIGEV_NONE;
	CHECK(timer_create(CLOCK_REALTIME, &e, &u));
	s.it_value.tv_nsec = 5000000;
	s.it_value.tv_sec = 0;
	CHECK(timer_settime(u, 0, &s, NULL));
	sleep_ms(10);
	CHECK(timer_gettime(u, &o));
	printf("none: left %ld\n", o.it_value.tv_nsec);
	CHECK(timer_delete(u));
	e.sigev_notify = SIGEV_THREAD_ID;
	e.sigev_signo = SIGRTMIN;
	e.sigev_notify_thread_id = 32000;
	CHECK(syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &u));
	e.sigev_notify_thread_id = syscall(SYS_gettid);
	CHECK(timer_create(CLOCK_MONOTONIC, &e, &u));
	count = 0;
	CHECK(timer_settime(u, 0, &s, NULL));
	while (!count)
		pause();
	printf("on my thread %d\n", on_thread == syscall(SYS_gettid));
	CHECK(timer_delete(u));
	CHECK(timer_create(CLOCK_MONOTONIC, NULL, &u));
	install(SIGALRM, note, 0);
	count = 0;
	CHECK(timer_settime(u, 0, &s, NULL));
	while (!count)
		pause();
	printf("default event: code %d\n", last_code);
	// An ignored signal: the timer goes on.
	signal(SIGALRM, SIG_IGN);
	s.it_interval.tv_nsec = 5000000;
	CHECK(timer_settime(u, 0, &s, NULL));
	sleep_ms(30);
	count = 0;
	install(SIGALRM, note, 0);
	while (count < 2)
		pause();
	printf("no longer ignored\n");
	CHECK(timer_delete(u));
}

static void *burner(void *stop)
{
	while (!*(volatile int *)stop)
		;
	return NULL;
}

static void cpu_timers(void)
{
	clockid_t clocks[] = {CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, 0, 0};
	pthread_t th;
	volatile int stop = 0;
	clock_getcpuclockid(getpid(), &clocks[2]);
	pthread_create(&th, NULL, burner, (void *)&stop);
	pthread_getcpuclockid(th, &clocks[3]);
	for (int i = 0; i < 4; i++) {
		timer_t t;
		struct itimerspec s = {{0, 0}, {0, 60000000}}, o;
		struct timespec before, after;
		count = 0;
		install(SIGALRM, note, 0);
		CHECK(timer_create(clocks[i], NULL, &t));
		clock_gettime(clocks[i], &before);
		CHECK(timer_settime(t, 0, &s, NULL));
		CHECK(timer_gettime(t, &o));
		while (!count)
			clock_gettime(clocks[i], &after);
		clock_gettime(clocks[i], &after);
		long used = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
		printf("left %d; after the time that was asked for %d code %d\n", o.it_value.tv_nsec > 0 && o.it_value.tv_nsec <= 60000000,
			used >= 59, last_code);
		CHECK(timer_delete(t));
	}
	stop = 1;
	pthread_join(th, NULL);
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	intervals();
	posix_timers();
	cpu_timers();
	return 0;
}
