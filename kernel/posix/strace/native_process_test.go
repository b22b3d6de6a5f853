package strace

import (
	"cairn/kernel/syscall/sys"

	"golang.org/x/sys/unix"
)

func processCalls() []nativeCall {
	rlimit := kinds(sys.KindPid, sys.KindResource, sys.KindRlimit, sys.KindOutRlimit)
	futex := kinds(sys.KindAddr, sys.KindFutexOp, sys.KindPlainUint32, sys.KindTimespec, sys.KindAddr, sys.KindPlainUint32)
	prctl := kinds(sys.KindPrctlOp, sys.KindPrctlArg, sys.KindPrctlArg, sys.KindPrctlArg, sys.KindPrctlArg)
	argv := words(uint64(str("prog")), uint64(str("arg \"1\"")), 0)
	return []nativeCall{
		{unix.SYS_GETPID, nil, sys.KindPid, as()},
		{unix.SYS_GETUID, nil, sys.KindUid, as()},
		{unix.SYS_GETPGID, kinds(sys.KindPid), sys.KindPid, as(minus(4))},
		{unix.SYS_SETUID, kinds(sys.KindUid), sys.KindPlainInt32, as(minus(1))},
		{unix.SYS_GETRESUID, kinds(sys.KindOutUid, sys.KindOutUid, sys.KindOutUid), sys.KindPlainInt32, as(half(9), half(9), half(9))},
		{unix.SYS_GETGROUPS, kinds(sys.KindPlainInt32, sys.KindOutGids), sys.KindPlainInt32, as(0, 0)},
		{unix.SYS_SETGROUPS, kinds(sys.KindSize, sys.KindGids), sys.KindPlainInt32, as(1<<20, badAddr)},
		{unix.SYS_EXECVE, kinds(sys.KindPath, sys.KindArgv, sys.KindEnvp), sys.KindPlainInt32, as(str("/no"), argv, argv)},
		{unix.SYS_EXECVE, kinds(sys.KindPath, sys.KindArgv, sys.KindEnvp), sys.KindPlainInt32, as(str("/no"), words(0), words(uint64(str("a")), 0))},
		{unix.SYS_EXECVE, kinds(sys.KindPath, sys.KindArgv, sys.KindEnvp), sys.KindPlainInt32, as(str("/no"), 0, 0)},
		{unix.SYS_WAIT4, kinds(sys.KindPid, sys.KindOutWaitStatus, sys.KindWaitOptions, sys.KindOutRusage), sys.KindPid, as(minus(1), room(4), unix.WNOHANG|unix.WUNTRACED, 0)},
		{unix.SYS_WAITID, kinds(sys.KindWaitIDType, sys.KindPid, sys.KindOutSigInfo, sys.KindWaitOptions, sys.KindOutRusage), sys.KindPid, as(unix.P_PID, 1, room(128), unix.WEXITED|unix.WNOHANG, 0)},
		{unix.SYS_PRLIMIT64, rlimit, sys.KindPlainInt32, as(0, unix.RLIMIT_STACK, 0, room(16))},
		{unix.SYS_PRLIMIT64, rlimit, sys.KindPlainInt32, as(0, unix.RLIMIT_NOFILE, words(1<<40, 5), room(16))},
		{unix.SYS_GETRLIMIT, kinds(sys.KindResource, sys.KindOutRlimit), sys.KindPlainInt32, as(unix.RLIMIT_CORE, room(16))},
		{unix.SYS_GETRUSAGE, kinds(sys.KindRusageWho, sys.KindOutRusage), sys.KindPlainInt32, as(0, room(144))},
		{unix.SYS_GETRUSAGE, kinds(sys.KindRusageWho, sys.KindOutRusage), sys.KindPlainInt32, as(minus(1), room(144))},
		{unix.SYS_GETPRIORITY, kinds(sys.KindPriorityWhich, sys.KindPid), sys.KindPlainInt32, as(0, 0)},
		{unix.SYS_SCHED_GETAFFINITY, kinds(sys.KindPid, sys.KindSize, sys.KindOutCPUSet), sys.KindPlainInt32, as(0, 128, room(128))},
		{unix.SYS_SCHED_SETAFFINITY, kinds(sys.KindPid, sys.KindSize, sys.KindCPUSet), sys.KindPlainInt32, as(minus(3), 8, words(0x8001))},
		{unix.SYS_SCHED_GETPARAM, kinds(sys.KindPid, sys.KindOutSchedParam), sys.KindPlainInt32, as(0, room(4))},
		{unix.SYS_SCHED_GETSCHEDULER, kinds(sys.KindPid), sys.KindSchedPolicy, as(0)},
		{unix.SYS_SCHED_YIELD, nil, sys.KindPlainInt32, as()},
		{unix.SYS_SET_ROBUST_LIST, kinds(sys.KindAddr, sys.KindSize), sys.KindPlainInt32, as(0x1000, 24)},
		{unix.SYS_ARCH_PRCTL, kinds(sys.KindArchPrctlOp, sys.KindAddr), sys.KindPlainInt32, as(0x9999, 0x1000)},
		{unix.SYS_PIDFD_OPEN, kinds(sys.KindPid, sys.KindPidfdFlags), sys.KindFD, as(minus(1), unix.PIDFD_NONBLOCK)},
		{unix.SYS_CAPGET, kinds(sys.KindCapHeader, sys.KindOutCapData), sys.KindPlainInt32, as(half(0x20080522, 0), room(24))},
		{unix.SYS_PERSONALITY, kinds(sys.KindPersona), sys.KindPersona, as(0xffffffff)},
		{unix.SYS_RSEQ, kinds(sys.KindAddr, sys.KindHex32, sys.KindRseqFlags, sys.KindHex32), sys.KindPlainInt32, as(0x1000, 0x20, 4, 0x53053053)},
		{unix.SYS_GET_ROBUST_LIST, kinds(sys.KindPid, sys.KindOutAddr, sys.KindOutSize), sys.KindPlainInt32, as(0, words(0), words(0))},
		{unix.SYS_SYSINFO, kinds(sys.KindOutSysinfo), sys.KindPlainInt32, as(room(112))},
		{unix.SYS_SYSLOG, kinds(sys.KindSyslogAction, sys.KindOutBuf, sys.KindPlainInt32), sys.KindPlainInt32, as(10, 0, 0)},
		{unix.SYS_SYSLOG, kinds(sys.KindSyslogAction, sys.KindOutBuf, sys.KindPlainInt32), sys.KindPlainInt32, as(3, room(100), 60)},
		{unix.SYS_SYSLOG, kinds(sys.KindSyslogAction, sys.KindOutBuf, sys.KindPlainInt32), sys.KindPlainInt32, as(8, 0, 99)},
		{unix.SYS_SYSLOG, kinds(sys.KindSyslogAction, sys.KindOutBuf, sys.KindPlainInt32), sys.KindPlainInt32, as(77, 0, 99)},
		{unix.SYS_MEMBARRIER, kinds(sys.KindMembarrierCmd, sys.KindPlainUint32, sys.KindPlainInt32), sys.KindPlainInt32, as(128, 1, 1)},
		{unix.SYS_MEMBARRIER, kinds(sys.KindMembarrierCmd, sys.KindPlainUint32, sys.KindPlainInt32), sys.KindPlainInt32, as(0, 0, 0)},
		{unix.SYS_FUTEX_WAITV, kinds(sys.KindAddr, sys.KindPlainUint32, sys.KindHex32, sys.KindTimespec, sys.KindClockID), sys.KindPlainInt32, as(0x1000, 1, 1, 0, 1)},
		{unix.SYS_SETPRIORITY, kinds(sys.KindPriorityWhich, sys.KindPid, sys.KindPlainInt32), sys.KindPlainInt32, as(0, minus(5), 3)},
		{unix.SYS_SETRESUID, kinds(sys.KindUid, sys.KindUid, sys.KindUid), sys.KindPlainInt32, as(minus(1), minus(1), minus(1))},
		{unix.SYS_RT_TGSIGQUEUEINFO, kinds(sys.KindPid, sys.KindPid, sys.KindSignal, sys.KindSigInfo), sys.KindPlainInt32, as(1<<30, 1<<30, 10, half(10, 0, 0xffffffff, 0, 55, 66, 77, 0))},
		{unix.SYS_UNAME, kinds(sys.KindOutUtsname), sys.KindPlainInt32, as(room(390))},
		{unix.SYS_FUTEX, futex, sys.KindPlainInt32, as(half(1), futexWake|futexPrivate, 1)},
		{unix.SYS_FUTEX, futex, sys.KindPlainInt32, as(half(1), futexWait, 2, words(0, 5))},
		{unix.SYS_FUTEX, futex, sys.KindPlainInt32, as(half(1), futexWait|futexPrivate, 2, 0)},
		{unix.SYS_FUTEX, futex, sys.KindPlainInt32, as(half(1), futexWaitBitset|futexPrivate|futexClockRealtime, 2, 0, 0, 0xffffffff)},
		{unix.SYS_FUTEX, futex, sys.KindPlainInt32, as(half(1), futexWaitBitset|futexPrivate, 2, 0, 0, 3)},
		{unix.SYS_FUTEX, futex, sys.KindPlainInt32, as(half(1), futexWakeBitset, 2, 0, 0, 3)},
		{unix.SYS_FUTEX, futex, sys.KindPlainInt32, as(half(1), futexCmpRequeue|futexPrivate, 1, 2, half(3), 4)},
		{unix.SYS_FUTEX, futex, sys.KindPlainInt32, as(half(1), futexRequeue, 1, 2, half(3))},
		{unix.SYS_FUTEX, futex, sys.KindPlainInt32, as(half(1), futexWakeOp|futexPrivate, 1, 1, half(3), 0x4000001)},
		{unix.SYS_FUTEX, futex, sys.KindPlainInt32, as(half(1), futexUnlockPI|futexPrivate)},
		{unix.SYS_FUTEX, futex, sys.KindPlainInt32, as(half(1), futexTrylockPI, 1)},
		{unix.SYS_PRCTL, prctl, sys.KindPlainInt32, as(unix.PR_SET_NAME, str("a name that is long, too long"))},
		{unix.SYS_PRCTL, prctl, sys.KindPlainInt32, as(unix.PR_GET_NAME, room(16))},
		{unix.SYS_PRCTL, prctl, sys.KindPlainInt32, as(unix.PR_SET_PDEATHSIG, 0)},
		{unix.SYS_PRCTL, prctl, sys.KindPlainInt32, as(unix.PR_GET_PDEATHSIG, room(4))},
		{unix.SYS_PRCTL, prctl, sys.KindPlainInt32, as(unix.PR_SET_DUMPABLE, 1)},
		{unix.SYS_PRCTL, prctl, sys.KindPlainInt32, as(unix.PR_GET_DUMPABLE)},
		{unix.SYS_PRCTL, prctl, sys.KindPlainInt32, as(unix.PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0)},
		{unix.SYS_PRCTL, prctl, sys.KindPlainInt32, as(unix.PR_SET_CHILD_SUBREAPER, 0)},
		{unix.SYS_PRCTL, prctl, sys.KindPlainInt32, as(unix.PR_CAPBSET_READ, 3)},
		{unix.SYS_PRCTL, prctl, sys.KindPlainInt32, as(unix.PR_CAPBSET_READ, 200)},
		{unix.SYS_PRCTL, prctl, sys.KindPlainInt32, as(unix.PR_SET_VMA, 0, 0x1000, 4096, str("heap"))},
		{unix.SYS_CLONE, nil, sys.KindPid, as(unix.CLONE_THREAD|17, 0)},
		{unix.SYS_CLONE, nil, sys.KindPid, as(unix.CLONE_THREAD|unix.CLONE_CHILD_SETTID|unix.CLONE_PARENT_SETTID|unix.CLONE_SETTLS, 0x5000, room(4), room(4), 0x6000)},
		{unix.SYS_CLONE3, nil, sys.KindPid, as(words(unix.CLONE_THREAD|unix.CLONE_CHILD_SETTID|unix.CLONE_PARENT_SETTID|unix.CLONE_SETTLS, 0, 0x7000, 0x8000, 0, 0x5000, 0x1000, 0x6000, 0, 0, 0), 88)},
		{unix.SYS_CLONE3, nil, sys.KindPid, as(words(unix.CLONE_THREAD, 0, 0, 0, 17, 0, 0, 0), 64)},
		{unix.SYS_UNSHARE, kinds(sys.KindUnshareFlags), sys.KindPlainInt32, as(unix.CLONE_NEWUSER | unix.CLONE_THREAD | unix.CLONE_NEWTIME)},
	}
}

func signalCalls() []nativeCall {
	action := kinds(sys.KindSignal, sys.KindSigAction, sys.KindOutSigAction, sys.KindSize)
	mask := kinds(sys.KindSigHow, sys.KindSigSet, sys.KindOutSigSet, sys.KindSize)
	return []nativeCall{
		{unix.SYS_RT_SIGACTION, action, sys.KindPlainInt32, as(10, 0, room(32), 8)},
		{unix.SYS_RT_SIGACTION, action, sys.KindPlainInt32, as(35, words(1, 0x14000000, 0x4444, 1<<9), room(32), 8)},
		{unix.SYS_RT_SIGACTION, action, sys.KindPlainInt32, as(9, words(0x5555, 0x4|0x40000000|0x80000000, 0, ^uint64(0)), room(32), 8)},
		{unix.SYS_RT_SIGACTION, action, sys.KindPlainInt32, as(77, words(0, 0x4000, 0, 0), 0, 8)},
		{unix.SYS_RT_SIGPROCMASK, mask, sys.KindPlainInt32, as(0, words(1<<1|1<<31|1<<32|1<<63), room(8), 8)},
		{unix.SYS_RT_SIGPROCMASK, mask, sys.KindPlainInt32, as(2, words(^uint64(0)), room(8), 8)},
		{unix.SYS_RT_SIGPROCMASK, mask, sys.KindPlainInt32, as(2, words(^uint64(0b1110)), room(8), 8)},
		{unix.SYS_RT_SIGPROCMASK, mask, sys.KindPlainInt32, as(2, words(1<<42-1), room(8), 8)},
		{unix.SYS_RT_SIGPROCMASK, mask, sys.KindPlainInt32, as(2, words(1<<43-1), room(8), 8)},
		{unix.SYS_RT_SIGPROCMASK, mask, sys.KindPlainInt32, as(1, words(^uint64(0)), 0, 8)},
		{unix.SYS_RT_SIGPROCMASK, mask, sys.KindPlainInt32, as(7, 0, 0, 8)},
		{unix.SYS_RT_SIGPENDING, kinds(sys.KindOutSigSet, sys.KindSize), sys.KindPlainInt32, as(room(8), 8)},
		{unix.SYS_KILL, kinds(sys.KindPid, sys.KindSignal), sys.KindPlainInt32, as(1<<30, 15)},
		{unix.SYS_TGKILL, kinds(sys.KindPid, sys.KindPid, sys.KindSignal), sys.KindPlainInt32, as(1<<30, 1, 34)},
		{unix.SYS_KILL, kinds(sys.KindPid, sys.KindSignal), sys.KindPlainInt32, as(1<<30, 0)},
		{unix.SYS_RT_SIGTIMEDWAIT, kinds(sys.KindSigSet, sys.KindOutSigInfo, sys.KindTimespec, sys.KindSize), sys.KindSignal, as(words(1<<40), room(128), words(0, 10), 8)},
		{unix.SYS_SIGALTSTACK, kinds(sys.KindSigStack, sys.KindOutSigStack), sys.KindPlainInt32, as(0, room(24))},
		{unix.SYS_SIGALTSTACK, kinds(sys.KindSigStack, sys.KindOutSigStack), sys.KindPlainInt32, as(words(0x9000, 1, 5), 0)},
		{unix.SYS_SIGNALFD4, kinds(sys.KindFD, sys.KindSigSet, sys.KindSize, sys.KindSignalfdFlags), sys.KindFD, as(minus(1), words(1<<40), 8, unix.SFD_CLOEXEC)},
		{unix.SYS_RT_SIGQUEUEINFO, kinds(sys.KindPid, sys.KindSignal, sys.KindSigInfo), sys.KindPlainInt32, as(1<<30, 10, half(10, 0, 0xffffffff, 0, 55, 66, 77, 0))},
		{unix.SYS_RT_SIGQUEUEINFO, kinds(sys.KindPid, sys.KindSignal, sys.KindSigInfo), sys.KindPlainInt32, as(1<<30, 17, half(17, 0, 1, 0, 55, 66, 3, 0, 5, 0, 120, 0))},
		{unix.SYS_RT_SIGQUEUEINFO, kinds(sys.KindPid, sys.KindSignal, sys.KindSigInfo), sys.KindPlainInt32, as(1<<30, 17, half(17, 0, 2, 0, 55, 66, 9, 0, 0, 0, 0, 0))},
		{unix.SYS_RT_SIGQUEUEINFO, kinds(sys.KindPid, sys.KindSignal, sys.KindSigInfo), sys.KindPlainInt32, as(1<<30, 11, half(11, 0, 1, 0, 0x1000, 0))},
		{unix.SYS_RT_SIGQUEUEINFO, kinds(sys.KindPid, sys.KindSignal, sys.KindSigInfo), sys.KindPlainInt32, as(1<<30, 11, half(11, 0, 0x80, 0, 0, 0))},
		{unix.SYS_RT_SIGQUEUEINFO, kinds(sys.KindPid, sys.KindSignal, sys.KindSigInfo), sys.KindPlainInt32, as(1<<30, 14, half(14, 0, 0x80, 0, 0, 0))},
		{unix.SYS_RT_SIGQUEUEINFO, kinds(sys.KindPid, sys.KindSignal, sys.KindSigInfo), sys.KindPlainInt32, as(1<<30, 14, half(14, 0, 0xfffffffe, 0, 3, 4, 5, 0))},
		{unix.SYS_RT_SIGQUEUEINFO, kinds(sys.KindPid, sys.KindSignal, sys.KindSigInfo), sys.KindPlainInt32, as(1<<30, 14, half(14, 0, 0xfffffffa, 0, 3, 4, 5, 0))},
		{unix.SYS_RT_SIGQUEUEINFO, kinds(sys.KindPid, sys.KindSignal, sys.KindSigInfo), sys.KindPlainInt32, as(1<<30, 14, half(8, 0, 1, 0, 0x400, 0, 5, 0))},
		{unix.SYS_RT_SIGQUEUEINFO, kinds(sys.KindPid, sys.KindSignal, sys.KindSigInfo), sys.KindPlainInt32, as(1<<30, 14, half(0, 0, 1, 0, 0x400, 0, 5, 0))},
	}
}

func timeCalls() []nativeCall {
	itimer := kinds(sys.KindItimerWhich, sys.KindItimerval, sys.KindOutItimerval)
	sleep := kinds(sys.KindClockID, sys.KindTimerFlags, sys.KindTimespec, sys.KindRemTimespec)
	return []nativeCall{
		{unix.SYS_CLOCK_GETTIME, kinds(sys.KindClockID, sys.KindOutTimespec), sys.KindPlainInt32, as(unix.CLOCK_MONOTONIC, room(16))},
		{unix.SYS_CLOCK_GETTIME, kinds(sys.KindClockID, sys.KindOutTimespec), sys.KindPlainInt32, as(77, room(16))},
		{unix.SYS_CLOCK_GETRES, kinds(sys.KindClockID, sys.KindOutTimespec), sys.KindPlainInt32, as(0, 0)},
		{unix.SYS_GETTIMEOFDAY, kinds(sys.KindOutTimeval, sys.KindOutTimezone), sys.KindPlainInt32, as(room(16), room(8))},
		{unix.SYS_TIME, kinds(sys.KindOutTime), sys.KindPlainInt64, as(0)},
		{unix.SYS_TIME, kinds(sys.KindOutTime), sys.KindPlainInt64, as(room(8))},
		{unix.SYS_NANOSLEEP, kinds(sys.KindTimespec, sys.KindRemTimespec), sys.KindPlainInt32, as(words(0, 10), room(16))},
		{unix.SYS_CLOCK_NANOSLEEP, sleep, sys.KindPlainInt32, as(1, unix.TIMER_ABSTIME, words(0, 10), 0)},
		{unix.SYS_CLOCK_NANOSLEEP, sleep, sys.KindPlainInt32, as(0, 0, words(0, 10), room(16))},
		{unix.SYS_GETITIMER, kinds(sys.KindItimerWhich, sys.KindOutItimerval), sys.KindPlainInt32, as(0, room(32))},
		{unix.SYS_SETITIMER, itimer, sys.KindPlainInt32, as(9, words(1, 2, 3, 4), 0)},
		{unix.SYS_ALARM, kinds(sys.KindPlainUint32), sys.KindPlainUint32, as(0)},
		{unix.SYS_TIMERFD_CREATE, kinds(sys.KindClockID, sys.KindTimerfdFlags), sys.KindFD, as(1, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK)},
		{unix.SYS_TIMERFD_SETTIME, kinds(sys.KindFD, sys.KindTimerfdSetFlags, sys.KindItimerspec, sys.KindOutItimerspec), sys.KindPlainInt32, as(98, 1, words(1, 2, 3, 4), room(32))},
		{unix.SYS_TIMER_CREATE, kinds(sys.KindClockID, sys.KindSigEvent, sys.KindOutTimerID), sys.KindPlainInt32, as(1, half(5, 0, 40, 1), room(8))},
		{unix.SYS_TIMER_SETTIME, kinds(sys.KindTimerID, sys.KindTimerFlags, sys.KindItimerspec, sys.KindOutItimerspec), sys.KindPlainInt32, as(77, 1, words(0, 0, 0, 0), 0)},
		{unix.SYS_TIMES, kinds(sys.KindOutTms), sys.KindPlainInt64, as(room(32))},
	}
}

func socketCalls() []nativeCall {
	socket := kinds(sys.KindSockDomain, sys.KindSockType, sys.KindSockProto)
	connect := kinds(sys.KindFD, sys.KindSockaddr, sys.KindSockLen)
	setopt := kinds(sys.KindFD, sys.KindSockLevel, sys.KindSockOpt, sys.KindOptVal, sys.KindSockLen)
	getopt := kinds(sys.KindFD, sys.KindSockLevel, sys.KindSockOpt, sys.KindOutOptVal, sys.KindInOutSockLen)
	name := kinds(sys.KindFD, sys.KindOutSockaddr, sys.KindInOutSockLen)
	msg := kinds(sys.KindFD, sys.KindMsgHdr, sys.KindMsgFlags)
	inet := str("\x02\x00\x00\x50\x7f\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00")
	inet6 := str("\x0a\x00\x00\x50\x00\x00\x00\x01\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x03\x00\x00\x00")
	control := words(24, 1|1<<32, 1|2<<32)
	iov := words(uint64(str("hello")), 5)
	pair, pairAt := alloc(8)
	return []nativeCall{
		{unix.SYS_SOCKET, socket, sys.KindFD, as(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)},
		{unix.SYS_SOCKET, socket, sys.KindFD, as(unix.AF_INET6, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK, unix.IPPROTO_UDP)},
		{unix.SYS_SOCKET, socket, sys.KindFD, as(unix.AF_NETLINK, unix.SOCK_RAW, unix.NETLINK_ROUTE)},
		{unix.SYS_SOCKET, socket, sys.KindFD, as(unix.AF_UNIX, 99, 0)},
		{unix.SYS_SOCKETPAIR, kinds(sys.KindSockDomain, sys.KindSockType, sys.KindSockProto, sys.KindOutFDPair), sys.KindPlainInt32, as(unix.AF_UNIX, unix.SOCK_STREAM, 0, pairAt)},
		{unix.SYS_DUP2, kinds(sys.KindFD, sys.KindFD), sys.KindFD, func() [6]uintptr { return [6]uintptr{uintptr(pair[0]), 50} }},
		{unix.SYS_DUP2, kinds(sys.KindFD, sys.KindFD), sys.KindFD, func() [6]uintptr { return [6]uintptr{uintptr(pair[4]), 51} }},
		{unix.SYS_CONNECT, connect, sys.KindPlainInt32, as(50, inet, 16)},
		{unix.SYS_CONNECT, connect, sys.KindPlainInt32, as(50, inet6, 28)},
		{unix.SYS_CONNECT, connect, sys.KindPlainInt32, as(50, str("\x01\x00/no/sock"), 11)},
		{unix.SYS_CONNECT, connect, sys.KindPlainInt32, as(50, str("\x01\x00\x00abstract"), 11)},
		{unix.SYS_CONNECT, connect, sys.KindPlainInt32, as(50, str("\x01\x00"), 2)},
		{unix.SYS_CONNECT, connect, sys.KindPlainInt32, as(50, str("\x10\x00\x00\x00\x05\x00\x00\x00\x01\x00\x00\x00"), 12)},
		{unix.SYS_CONNECT, connect, sys.KindPlainInt32, as(50, str("\x00\x00\x00\x00\x05\x00\x00\x00\x01\x00\x00\x00"), 12)},
		{unix.SYS_CONNECT, connect, sys.KindPlainInt32, as(50, badAddr, 12)},
		{unix.SYS_GETSOCKNAME, name, sys.KindPlainInt32, as(50, room(128), half(128))},
		{unix.SYS_GETSOCKNAME, name, sys.KindPlainInt32, as(98, room(128), half(128))},
		{unix.SYS_ACCEPT4, kinds(sys.KindFD, sys.KindOutSockaddr, sys.KindInOutSockLen, sys.KindSockFlags), sys.KindFD, as(98, 0, 0, unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK)},
		{unix.SYS_SETSOCKOPT, setopt, sys.KindPlainInt32, as(50, 1, unix.SO_REUSEADDR, half(1), 4)},
		{unix.SYS_SETSOCKOPT, setopt, sys.KindPlainInt32, as(50, 1, unix.SO_LINGER, half(1, 5), 8)},
		{unix.SYS_SETSOCKOPT, setopt, sys.KindPlainInt32, as(50, 1, unix.SO_RCVTIMEO, words(1, 5), 16)},
		{unix.SYS_SETSOCKOPT, setopt, sys.KindPlainInt32, as(50, 6, unix.TCP_NODELAY, half(1), 4)},
		{unix.SYS_SETSOCKOPT, setopt, sys.KindPlainInt32, as(50, 41, unix.IPV6_V6ONLY, half(1), 4)},
		{unix.SYS_GETSOCKOPT, getopt, sys.KindPlainInt32, as(50, 1, unix.SO_ERROR, half(7), half(4))},
		{unix.SYS_GETSOCKOPT, getopt, sys.KindPlainInt32, as(50, 1, unix.SO_TYPE, half(7), half(4))},
		{unix.SYS_GETSOCKOPT, getopt, sys.KindPlainInt32, as(50, 1, unix.SO_PEERCRED, room(12), half(12))},
		{unix.SYS_GETSOCKOPT, getopt, sys.KindPlainInt32, as(98, 1, unix.SO_SNDBUF, room(12), half(4))},
		{unix.SYS_SENDTO, kinds(sys.KindFD, sys.KindInBuf, sys.KindSize, sys.KindMsgFlags, sys.KindSockaddr, sys.KindSockLen), sys.KindPlainInt64, as(50, str("data"), 4, unix.MSG_NOSIGNAL|unix.MSG_DONTWAIT, 0, 0)},
		{unix.SYS_RECVFROM, kinds(sys.KindFD, sys.KindOutBuf, sys.KindSize, sys.KindMsgFlags, sys.KindOutSockaddr, sys.KindInOutSockLen), sys.KindPlainInt64, as(51, room(10), 10, unix.MSG_PEEK, 0, 0)},
		{unix.SYS_RECVFROM, kinds(sys.KindFD, sys.KindOutBuf, sys.KindSize, sys.KindMsgFlags, sys.KindOutSockaddr, sys.KindInOutSockLen), sys.KindPlainInt64, as(51, room(10), 10, 0, room(20), half(20))},
		{unix.SYS_SENDMSG, msg, sys.KindPlainInt64, as(50, words(0, 0, uint64(iov), 1, uint64(control), 24, 0), unix.MSG_NOSIGNAL)},
		{unix.SYS_RECVMSG, kinds(sys.KindFD, sys.KindOutMsgHdr, sys.KindMsgFlags), sys.KindPlainInt64, as(51, words(uint64(room(20)), 20, uint64(words(uint64(room(10)), 10)), 1, uint64(room(64)), 64, 0), unix.MSG_CMSG_CLOEXEC)},
		{unix.SYS_RECVMSG, kinds(sys.KindFD, sys.KindOutMsgHdr, sys.KindMsgFlags), sys.KindPlainInt64, as(51, words(0, 0, uint64(iov), 1, 0, 0, 0), unix.MSG_DONTWAIT)},
		{unix.SYS_SENDMMSG, kinds(sys.KindFD, sys.KindMMsgHdr, sys.KindPlainUint32, sys.KindMsgFlags), sys.KindPlainInt32, as(50, words(0, 0, uint64(iov), 1, 0, 0, 0, 0), 1, 0)},
		{unix.SYS_SENDMMSG, kinds(sys.KindFD, sys.KindMMsgHdr, sys.KindPlainUint32, sys.KindMsgFlags), sys.KindPlainInt32, as(98, words(0, 0, uint64(iov), 1, 0, 0, 0, 0), 1, 0)},
		{unix.SYS_SENDMMSG, kinds(sys.KindFD, sys.KindMMsgHdr, sys.KindPlainUint32, sys.KindMsgFlags), sys.KindPlainInt32, as(50, words(0, 0, uint64(iov), 1, 0, 0, 0, 0, 0, 0, badAddr, 1, 0, 0, 0, 0), 2, 0)},
		{unix.SYS_RECVMMSG, kinds(sys.KindFD, sys.KindOutMMsgHdr, sys.KindPlainUint32, sys.KindMsgFlags, sys.KindInOutTimespec), sys.KindPlainInt32, as(51, words(0, 0, uint64(iov), 1, 0, 0, 0, 0), 1, unix.MSG_DONTWAIT, 0)},
		{unix.SYS_RECVMMSG, kinds(sys.KindFD, sys.KindOutMMsgHdr, sys.KindPlainUint32, sys.KindMsgFlags, sys.KindInOutTimespec), sys.KindPlainInt32, as(98, words(0, 0, uint64(iov), 1, 0, 0, 0, 0), 1, unix.MSG_DONTWAIT, words(1, 2))},
		{unix.SYS_GETSOCKOPT, getopt, sys.KindPlainInt32, as(50, 1, unix.SO_RCVTIMEO, room(16), half(16))},
		{unix.SYS_GETSOCKOPT, getopt, sys.KindPlainInt32, as(50, 1, unix.SO_LINGER, room(16), half(16))},
		{unix.SYS_SHUTDOWN, kinds(sys.KindFD, sys.KindShutdownHow), sys.KindPlainInt32, as(50, unix.SHUT_RDWR)},
	}
}
