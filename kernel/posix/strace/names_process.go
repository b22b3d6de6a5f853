package strace

import "golang.org/x/sys/unix"

// cloneFlags are the flags of clone(2).
var cloneFlags = names{
	unknown: "CLONE_???",
	list: []named{
		{unix.CLONE_NEWTIME, "CLONE_NEWTIME"},
		{unix.CLONE_VM, "CLONE_VM"},
		{unix.CLONE_FS, "CLONE_FS"},
		{unix.CLONE_FILES, "CLONE_FILES"},
		{unix.CLONE_SIGHAND, "CLONE_SIGHAND"},
		{unix.CLONE_PIDFD, "CLONE_PIDFD"},
		{unix.CLONE_PTRACE, "CLONE_PTRACE"},
		{unix.CLONE_VFORK, "CLONE_VFORK"},
		{unix.CLONE_PARENT, "CLONE_PARENT"},
		{unix.CLONE_THREAD, "CLONE_THREAD"},
		{unix.CLONE_NEWNS, "CLONE_NEWNS"},
		{unix.CLONE_SYSVSEM, "CLONE_SYSVSEM"},
		{unix.CLONE_SETTLS, "CLONE_SETTLS"},
		{unix.CLONE_PARENT_SETTID, "CLONE_PARENT_SETTID"},
		{unix.CLONE_CHILD_CLEARTID, "CLONE_CHILD_CLEARTID"},
		{unix.CLONE_DETACHED, "CLONE_DETACHED"},
		{unix.CLONE_UNTRACED, "CLONE_UNTRACED"},
		{unix.CLONE_CHILD_SETTID, "CLONE_CHILD_SETTID"},
		{unix.CLONE_NEWCGROUP, "CLONE_NEWCGROUP"},
		{unix.CLONE_NEWUTS, "CLONE_NEWUTS"},
		{unix.CLONE_NEWIPC, "CLONE_NEWIPC"},
		{unix.CLONE_NEWUSER, "CLONE_NEWUSER"},
		{unix.CLONE_NEWPID, "CLONE_NEWPID"},
		{unix.CLONE_NEWNET, "CLONE_NEWNET"},
		{unix.CLONE_IO, "CLONE_IO"},
		{unix.CLONE_CLEAR_SIGHAND, "CLONE_CLEAR_SIGHAND"},
		{unix.CLONE_INTO_CGROUP, "CLONE_INTO_CGROUP"},
	},
}

// waitOptions are the options of wait4(2).
var waitOptions = names{
	unknown: "W???",
	list: []named{
		{unix.WNOHANG, "WNOHANG"},
		{unix.WSTOPPED, "WSTOPPED"},
		{unix.WEXITED, "WEXITED"},
		{unix.WCONTINUED, "WCONTINUED"},
		{unix.WNOWAIT, "WNOWAIT"},
		{0x80000000, "__WCLONE"},
		{0x40000000, "__WALL"},
		{0x20000000, "__WNOTHREAD"},
	},
}

// waitIDTypes are the kinds of identifiers of waitid(2).
var waitIDTypes = names{
	unknown: "P_???",
	list: []named{
		{unix.P_ALL, "P_ALL"},
		{unix.P_PID, "P_PID"},
		{unix.P_PGID, "P_PGID"},
		{unix.P_PIDFD, "P_PIDFD"},
	},
}

// rusageWhos are whom getrusage(2) can be asked about.
var rusageWhos = names{
	unknown: "RUSAGE_???",
	list: []named{
		{0, "RUSAGE_SELF"},
		{0xffffffff, "RUSAGE_CHILDREN"},
		{1, "RUSAGE_THREAD"},
	},
}

// resources are the resources of getrlimit(2).
var resources = names{
	unknown: "RLIMIT_???",
	list: []named{
		{unix.RLIMIT_CPU, "RLIMIT_CPU"},
		{unix.RLIMIT_FSIZE, "RLIMIT_FSIZE"},
		{unix.RLIMIT_DATA, "RLIMIT_DATA"},
		{unix.RLIMIT_STACK, "RLIMIT_STACK"},
		{unix.RLIMIT_CORE, "RLIMIT_CORE"},
		{unix.RLIMIT_RSS, "RLIMIT_RSS"},
		{unix.RLIMIT_NPROC, "RLIMIT_NPROC"},
		{unix.RLIMIT_NOFILE, "RLIMIT_NOFILE"},
		{unix.RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK"},
		{unix.RLIMIT_AS, "RLIMIT_AS"},
		{unix.RLIMIT_LOCKS, "RLIMIT_LOCKS"},
		{unix.RLIMIT_SIGPENDING, "RLIMIT_SIGPENDING"},
		{unix.RLIMIT_MSGQUEUE, "RLIMIT_MSGQUEUE"},
		{unix.RLIMIT_NICE, "RLIMIT_NICE"},
		{unix.RLIMIT_RTPRIO, "RLIMIT_RTPRIO"},
		{unix.RLIMIT_RTTIME, "RLIMIT_RTTIME"},
	},
}

// priorityWhiches are the kinds of identifiers of getpriority(2).
var priorityWhiches = names{
	unknown: "PRIO_???",
	list: []named{
		{unix.PRIO_PROCESS, "PRIO_PROCESS"},
		{unix.PRIO_PGRP, "PRIO_PGRP"},
		{unix.PRIO_USER, "PRIO_USER"},
	},
}

// schedPolicies are the policies of sched_setscheduler(2).
var schedPolicies = names{
	unknown: "SCHED_???",
	list: []named{
		{0, "SCHED_OTHER"},
		{unix.SCHED_FIFO, "SCHED_FIFO"},
		{unix.SCHED_RR, "SCHED_RR"},
		{unix.SCHED_BATCH, "SCHED_BATCH"},
		{unix.SCHED_IDLE, "SCHED_IDLE"},
		{unix.SCHED_DEADLINE, "SCHED_DEADLINE"},
		{0x40000000, "SCHED_RESET_ON_FORK"},
	},
}

// archPrctlOps are the operations of arch_prctl(2).
var archPrctlOps = names{
	unknown: "ARCH_???",
	list: []named{
		{0x1001, "ARCH_SET_GS"},
		{0x1002, "ARCH_SET_FS"},
		{0x1003, "ARCH_GET_FS"},
		{0x1004, "ARCH_GET_GS"},
		{0x1011, "ARCH_GET_CPUID"},
		{0x1012, "ARCH_SET_CPUID"},
		{0x2001, "ARCH_MAP_VDSO_X32"},
		{0x2002, "ARCH_MAP_VDSO_32"},
		{0x2003, "ARCH_MAP_VDSO_64"},
	},
}

// prctlOps are the operations of prctl(2).
var prctlOps = names{
	unknown: "PR_???",
	list: []named{
		{unix.PR_SET_PDEATHSIG, "PR_SET_PDEATHSIG"},
		{unix.PR_GET_PDEATHSIG, "PR_GET_PDEATHSIG"},
		{unix.PR_GET_DUMPABLE, "PR_GET_DUMPABLE"},
		{unix.PR_SET_DUMPABLE, "PR_SET_DUMPABLE"},
		{unix.PR_GET_UNALIGN, "PR_GET_UNALIGN"},
		{unix.PR_SET_UNALIGN, "PR_SET_UNALIGN"},
		{unix.PR_GET_KEEPCAPS, "PR_GET_KEEPCAPS"},
		{unix.PR_SET_KEEPCAPS, "PR_SET_KEEPCAPS"},
		{unix.PR_GET_FPEMU, "PR_GET_FPEMU"},
		{unix.PR_SET_FPEMU, "PR_SET_FPEMU"},
		{unix.PR_GET_FPEXC, "PR_GET_FPEXC"},
		{unix.PR_SET_FPEXC, "PR_SET_FPEXC"},
		{unix.PR_GET_TIMING, "PR_GET_TIMING"},
		{unix.PR_SET_TIMING, "PR_SET_TIMING"},
		{unix.PR_SET_NAME, "PR_SET_NAME"},
		{unix.PR_GET_NAME, "PR_GET_NAME"},
		{unix.PR_GET_ENDIAN, "PR_GET_ENDIAN"},
		{unix.PR_SET_ENDIAN, "PR_SET_ENDIAN"},
		{unix.PR_GET_SECCOMP, "PR_GET_SECCOMP"},
		{unix.PR_SET_SECCOMP, "PR_SET_SECCOMP"},
		{unix.PR_CAPBSET_READ, "PR_CAPBSET_READ"},
		{unix.PR_CAPBSET_DROP, "PR_CAPBSET_DROP"},
		{unix.PR_GET_TSC, "PR_GET_TSC"},
		{unix.PR_SET_TSC, "PR_SET_TSC"},
		{unix.PR_GET_SECUREBITS, "PR_GET_SECUREBITS"},
		{unix.PR_SET_SECUREBITS, "PR_SET_SECUREBITS"},
		{unix.PR_SET_TIMERSLACK, "PR_SET_TIMERSLACK"},
		{unix.PR_GET_TIMERSLACK, "PR_GET_TIMERSLACK"},
		{unix.PR_TASK_PERF_EVENTS_DISABLE, "PR_TASK_PERF_EVENTS_DISABLE"},
		{unix.PR_TASK_PERF_EVENTS_ENABLE, "PR_TASK_PERF_EVENTS_ENABLE"},
		{unix.PR_MCE_KILL, "PR_MCE_KILL"},
		{unix.PR_MCE_KILL_GET, "PR_MCE_KILL_GET"},
		{unix.PR_SET_MM, "PR_SET_MM"},
		{unix.PR_SET_CHILD_SUBREAPER, "PR_SET_CHILD_SUBREAPER"},
		{unix.PR_GET_CHILD_SUBREAPER, "PR_GET_CHILD_SUBREAPER"},
		{unix.PR_SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS"},
		{unix.PR_GET_NO_NEW_PRIVS, "PR_GET_NO_NEW_PRIVS"},
		{unix.PR_GET_TID_ADDRESS, "PR_GET_TID_ADDRESS"},
		{unix.PR_SET_THP_DISABLE, "PR_SET_THP_DISABLE"},
		{unix.PR_GET_THP_DISABLE, "PR_GET_THP_DISABLE"},
		{unix.PR_CAP_AMBIENT, "PR_CAP_AMBIENT"},
		{unix.PR_GET_SPECULATION_CTRL, "PR_GET_SPECULATION_CTRL"},
		{unix.PR_SET_SPECULATION_CTRL, "PR_SET_SPECULATION_CTRL"},
		{unix.PR_SET_IO_FLUSHER, "PR_SET_IO_FLUSHER"},
		{unix.PR_GET_IO_FLUSHER, "PR_GET_IO_FLUSHER"},
		{unix.PR_SET_VMA, "PR_SET_VMA"},
		{unix.PR_SET_PTRACER, "PR_SET_PTRACER"},
	},
}

// vmaAttributes are the attributes of PR_SET_VMA.
var vmaAttributes = names{
	unknown: "PR_SET_VMA_???",
	list: []named{
		{0, "PR_SET_VMA_ANON_NAME"},
	},
}

// dumpables are the values of PR_SET_DUMPABLE.
var dumpables = names{
	unknown: "SUID_DUMP_???",
	list: []named{
		{0, "SUID_DUMP_DISABLE"},
		{1, "SUID_DUMP_USER"},
		{2, "SUID_DUMP_ROOT"},
	},
}

// pidfdFlags are the flags of pidfd_open(2).
var pidfdFlags = names{
	unknown: "PIDFD_???",
	list: []named{
		{unix.PIDFD_NONBLOCK, "PIDFD_NONBLOCK"},
	},
}

// capVersions are the versions of capget(2).
var capVersions = names{
	unknown: "_LINUX_CAPABILITY_VERSION_???",
	list: []named{
		{0x19980330, "_LINUX_CAPABILITY_VERSION_1"},
		{0x20071026, "_LINUX_CAPABILITY_VERSION_2"},
		{0x20080522, "_LINUX_CAPABILITY_VERSION_3"},
	},
}

// capabilities are the capabilities, by number.
var capabilities = names{
	unknown: "CAP_???",
	list: []named{
		{unix.CAP_CHOWN, "CAP_CHOWN"},
		{unix.CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE"},
		{unix.CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH"},
		{unix.CAP_FOWNER, "CAP_FOWNER"},
		{unix.CAP_FSETID, "CAP_FSETID"},
		{unix.CAP_KILL, "CAP_KILL"},
		{unix.CAP_SETGID, "CAP_SETGID"},
		{unix.CAP_SETUID, "CAP_SETUID"},
		{unix.CAP_SETPCAP, "CAP_SETPCAP"},
		{unix.CAP_LINUX_IMMUTABLE, "CAP_LINUX_IMMUTABLE"},
		{unix.CAP_NET_BIND_SERVICE, "CAP_NET_BIND_SERVICE"},
		{unix.CAP_NET_BROADCAST, "CAP_NET_BROADCAST"},
		{unix.CAP_NET_ADMIN, "CAP_NET_ADMIN"},
		{unix.CAP_NET_RAW, "CAP_NET_RAW"},
		{unix.CAP_IPC_LOCK, "CAP_IPC_LOCK"},
		{unix.CAP_IPC_OWNER, "CAP_IPC_OWNER"},
		{unix.CAP_SYS_MODULE, "CAP_SYS_MODULE"},
		{unix.CAP_SYS_RAWIO, "CAP_SYS_RAWIO"},
		{unix.CAP_SYS_CHROOT, "CAP_SYS_CHROOT"},
		{unix.CAP_SYS_PTRACE, "CAP_SYS_PTRACE"},
		{unix.CAP_SYS_PACCT, "CAP_SYS_PACCT"},
		{unix.CAP_SYS_ADMIN, "CAP_SYS_ADMIN"},
		{unix.CAP_SYS_BOOT, "CAP_SYS_BOOT"},
		{unix.CAP_SYS_NICE, "CAP_SYS_NICE"},
		{unix.CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE"},
		{unix.CAP_SYS_TIME, "CAP_SYS_TIME"},
		{unix.CAP_SYS_TTY_CONFIG, "CAP_SYS_TTY_CONFIG"},
		{unix.CAP_MKNOD, "CAP_MKNOD"},
		{unix.CAP_LEASE, "CAP_LEASE"},
		{unix.CAP_AUDIT_WRITE, "CAP_AUDIT_WRITE"},
		{unix.CAP_AUDIT_CONTROL, "CAP_AUDIT_CONTROL"},
		{unix.CAP_SETFCAP, "CAP_SETFCAP"},
		{unix.CAP_MAC_OVERRIDE, "CAP_MAC_OVERRIDE"},
		{unix.CAP_MAC_ADMIN, "CAP_MAC_ADMIN"},
		{unix.CAP_SYSLOG, "CAP_SYSLOG"},
		{unix.CAP_WAKE_ALARM, "CAP_WAKE_ALARM"},
		{unix.CAP_BLOCK_SUSPEND, "CAP_BLOCK_SUSPEND"},
		{unix.CAP_AUDIT_READ, "CAP_AUDIT_READ"},
		{38, "CAP_PERFMON"},
		{39, "CAP_BPF"},
		{40, "CAP_CHECKPOINT_RESTORE"},
	},
}

// personaFlags are the flags of personality(2).
var personaFlags = names{

	list: []named{
		{0x20000, "UNAME26"},
		{0x40000, "ADDR_NO_RANDOMIZE"},
		{0x80000, "FDPIC_FUNCPTRS"},
		{0x100000, "MMAP_PAGE_ZERO"},
		{0x200000, "ADDR_COMPAT_LAYOUT"},
		{0x400000, "READ_IMPLIES_EXEC"},
		{0x800000, "ADDR_LIMIT_32BIT"},
		{0x1000000, "SHORT_INODE"},
		{0x2000000, "WHOLE_SECONDS"},
		{0x4000000, "STICKY_TIMEOUTS"},
		{0x8000000, "ADDR_LIMIT_3GB"},
	},
}

// futexOps are the operations of futex(2).
var futexOps = names{
	unknown: "FUTEX_???",
	list: []named{
		{0, "FUTEX_WAIT"},
		{1, "FUTEX_WAKE"},
		{2, "FUTEX_FD"},
		{3, "FUTEX_REQUEUE"},
		{4, "FUTEX_CMP_REQUEUE"},
		{5, "FUTEX_WAKE_OP"},
		{6, "FUTEX_LOCK_PI"},
		{7, "FUTEX_UNLOCK_PI"},
		{8, "FUTEX_TRYLOCK_PI"},
		{9, "FUTEX_WAIT_BITSET"},
		{0xa, "FUTEX_WAKE_BITSET"},
		{0xb, "FUTEX_WAIT_REQUEUE_PI"},
		{0xc, "FUTEX_CMP_REQUEUE_PI"},
		{0xd, "FUTEX_LOCK_PI2"},
	},
}

// rseqFlags are the flags of rseq(2).
var rseqFlags = names{

	list: []named{
		{1, "RSEQ_FLAG_UNREGISTER"},
	},
}

// getrandomFlags are the flags of getrandom(2).
var getrandomFlags = names{
	unknown: "GRND_???",
	list: []named{
		{unix.GRND_NONBLOCK, "GRND_NONBLOCK"},
		{unix.GRND_RANDOM, "GRND_RANDOM"},
		{unix.GRND_INSECURE, "GRND_INSECURE"},
	},
}

// syslogActions are the actions of syslog(2).
var syslogActions = names{
	unknown: "SYSLOG_ACTION_???",
	list: []named{
		{0, "SYSLOG_ACTION_CLOSE"},
		{1, "SYSLOG_ACTION_OPEN"},
		{2, "SYSLOG_ACTION_READ"},
		{3, "SYSLOG_ACTION_READ_ALL"},
		{4, "SYSLOG_ACTION_READ_CLEAR"},
		{5, "SYSLOG_ACTION_CLEAR"},
		{6, "SYSLOG_ACTION_CONSOLE_OFF"},
		{7, "SYSLOG_ACTION_CONSOLE_ON"},
		{8, "SYSLOG_ACTION_CONSOLE_LEVEL"},
		{9, "SYSLOG_ACTION_SIZE_UNREAD"},
		{10, "SYSLOG_ACTION_SIZE_BUFFER"},
	},
}

// logLevels are the levels of syslog(2).
var logLevels = names{
	unknown: "LOGLEVEL_???",
	list: []named{
		{0, "LOGLEVEL_EMERG"},
		{1, "LOGLEVEL_ALERT"},
		{2, "LOGLEVEL_CRIT"},
		{3, "LOGLEVEL_ERR"},
		{4, "LOGLEVEL_WARNING"},
		{5, "LOGLEVEL_NOTICE"},
		{6, "LOGLEVEL_INFO"},
		{7, "LOGLEVEL_DEBUG"},
	},
}

// rebootMagics are the numbers that reboot(2) wants.
var rebootMagics = names{
	unknown: "LINUX_REBOOT_MAGIC_???",
	list: []named{
		{unix.LINUX_REBOOT_MAGIC1, "LINUX_REBOOT_MAGIC1"},
		{unix.LINUX_REBOOT_MAGIC2, "LINUX_REBOOT_MAGIC2"},
		{0x5121996, "LINUX_REBOOT_MAGIC2A"},
		{0x16041998, "LINUX_REBOOT_MAGIC2B"},
		{0x20112000, "LINUX_REBOOT_MAGIC2C"},
	},
}

// rebootCmds are the operations of reboot(2).
var rebootCmds = names{
	unknown: "LINUX_REBOOT_CMD_???",
	list: []named{
		{unix.LINUX_REBOOT_CMD_RESTART, "LINUX_REBOOT_CMD_RESTART"},
		{unix.LINUX_REBOOT_CMD_HALT, "LINUX_REBOOT_CMD_HALT"},
		{unix.LINUX_REBOOT_CMD_CAD_ON, "LINUX_REBOOT_CMD_CAD_ON"},
		{unix.LINUX_REBOOT_CMD_CAD_OFF, "LINUX_REBOOT_CMD_CAD_OFF"},
		{unix.LINUX_REBOOT_CMD_POWER_OFF, "LINUX_REBOOT_CMD_POWER_OFF"},
		{unix.LINUX_REBOOT_CMD_RESTART2, "LINUX_REBOOT_CMD_RESTART2"},
		{unix.LINUX_REBOOT_CMD_SW_SUSPEND, "LINUX_REBOOT_CMD_SW_SUSPEND"},
		{unix.LINUX_REBOOT_CMD_KEXEC, "LINUX_REBOOT_CMD_KEXEC"},
	},
}
