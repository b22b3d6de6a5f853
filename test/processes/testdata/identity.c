// prctl(2), user and group ids, capabilities.
#include "common.h"
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/prctl.h>

static void ids(const char *when)
{
	uid_t r, e, s;
	gid_t a, b, c;
	getresuid(&r, &e, &s);
	getresgid(&a, &b, &c);
	printf("%s: uid %d %d %d fs %d gid %d %d %d fs %d\n", when, r, e, s, setfsuid(-1), a, b, c, setfsgid(-1));
}

// hidden are capabilities that the container natively does not have.
#define HIDDEN (1U << CAP_SYS_RESOURCE)

static void caps(const char *when)
{
	struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct d[2];
	syscall(SYS_capget, &h, d);
	printf("%s: effective %x permitted %x inheritable %x\n", when, d[0].effective & ~HIDDEN, d[0].permitted & ~HIDDEN,
		d[0].inheritable & ~HIDDEN);
}

static int setcap(unsigned effective, unsigned permitted, unsigned inheritable)
{
	struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct d[2] = {{effective, permitted, inheritable}};
	return syscall(SYS_capset, &h, d);
}

static void prctls(void)
{
	int v;
	CHECK(prctl(PR_SET_NAME, 0)); CHECK(prctl(9999)); CHECK(prctl(0)); CHECK(prctl(-1));
	CHECK(prctl(PR_SET_PDEATHSIG, 65)); CHECK(prctl(PR_SET_PDEATHSIG, -1)); CHECK(prctl(PR_GET_PDEATHSIG, 0));
	CHECK(prctl(PR_SET_DUMPABLE, 2)); CHECK(prctl(PR_SET_DUMPABLE, 3)); CHECK(prctl(PR_GET_DUMPABLE));
	CHECK(prctl(PR_GET_UNALIGN, &v)); CHECK(prctl(PR_SET_UNALIGN, 1)); CHECK(prctl(PR_GET_FPEMU, &v));
		CHECK(prctl(PR_GET_FPEXC, &v)); CHECK(prctl(PR_GET_ENDIAN, &v)); CHECK(prctl(PR_SET_ENDIAN, 0));
	CHECK(prctl(PR_GET_TIMING)); CHECK(prctl(PR_SET_TIMING, 0)); CHECK(prctl(PR_SET_TIMING, 1));
		CHECK(prctl(PR_GET_TSC, &v)); CHECK(v); CHECK(prctl(PR_SET_TSC, 7));
	CHECK(prctl(PR_SET_KEEPCAPS, 2)); CHECK(prctl(PR_SET_KEEPCAPS, 1)); CHECK(prctl(PR_GET_KEEPCAPS));
		CHECK(prctl(PR_SET_KEEPCAPS, 0));
	CHECK(prctl(PR_GET_SECUREBITS)); CHECK(prctl(PR_SET_SECUREBITS, 0x1000)); 
	CHECK(prctl(PR_GET_TIMERSLACK)); CHECK(prctl(PR_SET_TIMERSLACK, 12345)); CHECK(prctl(PR_GET_TIMERSLACK));
		CHECK(prctl(PR_SET_TIMERSLACK, 0)); CHECK(prctl(PR_GET_TIMERSLACK));
	CHECK(prctl(PR_TASK_PERF_EVENTS_DISABLE)); CHECK(prctl(PR_TASK_PERF_EVENTS_ENABLE));
	CHECK(prctl(PR_MCE_KILL, 0, 0, 0, 0)); CHECK(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0));
		CHECK(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0)); CHECK(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, 9, 0, 0));
		CHECK(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_DEFAULT, 0, 0));
		CHECK(prctl(PR_MCE_KILL_GET, 1, 0, 0, 0));
	CHECK(prctl(PR_SET_PTRACER, 0));
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0)); CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0));
		CHECK(prctl(PR_GET_NO_NEW_PRIVS, 1, 0, 0, 0)); CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	CHECK(prctl(PR_SET_THP_DISABLE, 1, 1, 0, 0)); CHECK(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0));
		CHECK(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0)); CHECK(prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0));
		CHECK(prctl(PR_GET_THP_DISABLE, 1, 0, 0, 0));
	CHECK(prctl(PR_SET_FP_MODE, 0)); CHECK(prctl(PR_GET_FP_MODE)); CHECK(prctl(PR_GET_SECCOMP)); 
	CHECK(prctl(PR_CAPBSET_READ, 0)); CHECK(prctl(PR_CAPBSET_READ, 64)); CHECK(prctl(PR_CAPBSET_DROP, 64));
	CHECK(prctl(PR_CAP_AMBIENT, 9, 0, 0, 0)); CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 0, 0, 0));
		CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 64, 0, 0));
		CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 0, 0, 0));
		CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
		CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 1, 0, 0));
	CHECK(prctl(PR_SVE_GET_VL)); CHECK(prctl(PR_PAC_RESET_KEYS,0,0,0,0));
		CHECK(prctl(PR_SET_TAGGED_ADDR_CTRL,0,0,0,0));
	CHECK(prctl(PR_SET_SECCOMP, 0)); CHECK(prctl(PR_SET_CHILD_SUBREAPER, 5)); CHECK(prctl(PR_GET_CHILD_SUBREAPER, 0));
		CHECK(prctl(PR_SET_CHILD_SUBREAPER, 0));
	void *m = mmap(0, 8192, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(prctl(0x53564d41, 0, m, 4096, "name")); CHECK(prctl(0x53564d41, 1, m, 4096, "name"));
		CHECK(prctl(0x53564d41, 0, m + 1, 4096, "name")); CHECK(prctl(0x53564d41, 0, m, 4096, "na]me\\"));
}

static void users(void)
{
	IN(CHECK(setresuid(1000, 1001, 1002)); ids("3"); caps("3"); CHECK(setuid(1003)); CHECK(setuid(1001));
		CHECK(setuid(1002)); ids("a"); CHECK(setuid(1000)); ids("b"));
	IN(CHECK(setreuid(1000, -1)); ids("r"); CHECK(setreuid(-1, 1000)); ids("e"); CHECK(setuid(0)); CHECK(seteuid(0));
		ids("z"));
	IN(CHECK(setreuid(1000, 1001)); ids("re"); CHECK(setreuid(1001, 1000)); ids("swap"); CHECK(setreuid(1002, -1)));
	IN(CHECK(seteuid(1000)); ids("seteuid"); caps("euid"); CHECK(seteuid(0)); caps("back"); CHECK(setuid(1000));
		ids("gone"); caps("gone"));
	IN(CHECK(syscall(SYS_setuid, -1)); CHECK(syscall(SYS_setgid, -1)); CHECK(syscall(SYS_setreuid, -1, -1));
		CHECK(syscall(SYS_setresuid, -1, -1, -1)); ids("same"));
	IN(CHECK(setresgid(100, 101, 102)); ids("g"); caps("g"); CHECK(setgid(5)); ids("g5");
		CHECK(setresuid(1000, 1000, 1000)); CHECK(setgid(6)); CHECK(setregid(6, -1)); CHECK(setresgid(-1, 6, -1));
		CHECK(setresgid(5, 5, 5)));
	IN(CHECK(setfsuid(1000)); ids("fs"); caps("fs"); CHECK(setfsuid(0)); caps("fs0"); CHECK(setfsgid(7)); ids("fsg");
		CHECK(seteuid(1000)); CHECK(setfsuid(5)); ids("fs5"); CHECK(setfsuid(0)); ids("fs00"));
	IN(gid_t g[] = {3, 1, 2}; CHECK(setgroups(3, g)); CHECK(getgroups(0, g)); CHECK(getgroups(2, g));
		CHECK(getgroups(3, g)); printf("%d %d %d\n", g[0], g[1], g[2]); CHECK(syscall(SYS_setgroups, 65537, g));
		CHECK(syscall(SYS_setgroups, -1, g)); CHECK(syscall(SYS_getgroups, -1, g));
		CHECK(syscall(SYS_setgroups, 2, 8)); setuid(1); CHECK(setgroups(0, 0)));
}

static void capabilities(void)
{
	IN(CHECK(prctl(PR_SET_KEEPCAPS, 1)); CHECK(setuid(1000)); caps("keep"); CHECK(setcap(1, 1, 1)); caps("set");
		CHECK(setcap(3, 1, 0)); CHECK(setcap(0, 3, 0)); CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 0, 0, 0));
		CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 0, 0, 0));
		CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 1, 0, 0)); CHECK(setcap(1, 1, 0));
		CHECK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 0, 0, 0)); CHECK(prctl(PR_CAPBSET_DROP, 1));
		CHECK(prctl(PR_SET_SECUREBITS, 1)));
	IN(CHECK(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)); CHECK(setuid(1000)); caps("nofixup");
		CHECK(prctl(PR_GET_SECUREBITS)));
	IN(CHECK(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS | SECBIT_KEEP_CAPS_LOCKED)); CHECK(prctl(PR_SET_KEEPCAPS, 0));
		CHECK(prctl(PR_SET_SECUREBITS, 0)); CHECK(prctl(PR_GET_SECUREBITS)));
	IN(CHECK(prctl(PR_CAPBSET_DROP, CAP_KILL)); CHECK(prctl(PR_CAPBSET_READ, CAP_KILL)); caps("bset");
		CHECK(setcap(1 << CAP_KILL, 1 << CAP_KILL, 1 << CAP_KILL)); CHECK(setcap(1 << CAP_KILL, 1 << CAP_KILL, 0));
		caps("k"); CHECK(setuid(5)); CHECK(setcap(~0, ~0, 0)));
	struct __user_cap_header_struct h = {0, 0}; struct __user_cap_data_struct d[2];
	CHECK(syscall(SYS_capget, &h, d)); printf("%x\n", h.version); h.version = 0; CHECK(syscall(SYS_capget, &h, 0));
		h.pid = -1; CHECK(syscall(SYS_capget, &h, d)); h.pid = 999999; CHECK(syscall(SYS_capget, &h, d));
		CHECK(syscall(SYS_capset, &h, d)); CHECK(syscall(SYS_capget, 8, d)); h.pid = 0;
		CHECK(syscall(SYS_capget, &h, 8)); CHECK(syscall(SYS_capset, &h, 8)); h.version = _LINUX_CAPABILITY_VERSION_1;
		CHECK(syscall(SYS_capget, &h, d)); 
}

static void all(void)
{
	prctls();
	users();
	capabilities();
}

int main(void) { return as_child(all); }
