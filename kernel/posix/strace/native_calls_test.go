package strace

import (
	"strings"

	"cairn/kernel/syscall/sys"

	"golang.org/x/sys/unix"
)

// nativeCall is one system call to compare.
type nativeCall struct {
	nr    uintptr
	kinds []sys.Kind
	ret   sys.Kind
	args  func() [6]uintptr
}

// minus returns a negative argument.
func minus(v int) uintptr { return uintptr(-v) }

// as returns an args function for fixed arguments.
func as(a ...uintptr) func() [6]uintptr {
	var args [6]uintptr
	copy(args[:], a)
	return func() [6]uintptr { return args }
}

// kinds is a shorthand.
func kinds(k ...sys.Kind) []sys.Kind { return k }

// badAddr is an address at which there is nothing.
const badAddr = 0x10

// nativeCalls returns the calls to compare. They run in order, in one thread.
func nativeCalls() []nativeCall {
	var all []nativeCall
	for _, list := range [][]nativeCall{fileCalls(), fdCalls(), memoryCalls(), processCalls(), signalCalls(), timeCalls(), socketCalls()} {
		all = append(all, list...)
	}
	return all
}

func fileCalls() []nativeCall {
	cwd := minus(100)
	open := kinds(sys.KindDirFD, sys.KindPath, sys.KindOpenFlags, sys.KindOpenMode)
	stat := kinds(sys.KindPath, sys.KindOutStat)
	read := kinds(sys.KindFD, sys.KindOutBuf, sys.KindSize)
	write := kinds(sys.KindFD, sys.KindInBuf, sys.KindSize)
	text := "a \"b\"\\\n\t\r\v\f\x001\x01\x7f\xff\x019 end"
	return []nativeCall{
		{unix.SYS_OPENAT, open, sys.KindFD, as(cwd, str("/tmp/cairn-strace-test"), unix.O_RDWR|unix.O_CREAT|unix.O_TRUNC|unix.O_CLOEXEC, 0o640)},
		{unix.SYS_OPENAT, open, sys.KindFD, as(cwd, str("/nonexistent\n"), unix.O_RDONLY|unix.O_NONBLOCK|unix.O_DIRECTORY)},
		{unix.SYS_OPENAT, open, sys.KindFD, as(cwd, str("/tmp"), unix.O_TMPFILE|unix.O_WRONLY|unix.O_EXCL, 0)},
		{unix.SYS_OPENAT, open, sys.KindFD, as(99, badAddr, 3)},
		{unix.SYS_OPENAT, open, sys.KindFD, as(99, 0, unix.O_PATH|unix.O_NOFOLLOW|unix.O_SYNC|unix.O_APPEND|unix.O_DIRECT)},
		{unix.SYS_OPENAT, open, sys.KindFD, as(99, str(strings.Repeat("/long", 20)), 0x40000000)},
		{unix.SYS_STAT, stat, sys.KindPlainInt32, as(str("/etc/passwd"), room(144))},
		{unix.SYS_STAT, stat, sys.KindPlainInt32, as(str("/dev/null"), room(144))},
		{unix.SYS_STAT, stat, sys.KindPlainInt32, as(str("/tmp"), room(144))},
		{unix.SYS_STAT, stat, sys.KindPlainInt32, as(str("/nowhere"), room(144))},
		{unix.SYS_STAT, stat, sys.KindPlainInt32, as(str("/tmp"), 0)},
		{unix.SYS_NEWFSTATAT, kinds(sys.KindDirFD, sys.KindPath, sys.KindOutStat, sys.KindAtFlags), sys.KindPlainInt32, as(cwd, str("/tmp"), room(144), unix.AT_SYMLINK_NOFOLLOW)},
		{unix.SYS_NEWFSTATAT, kinds(sys.KindDirFD, sys.KindPath, sys.KindOutStat, sys.KindAtFlags), sys.KindPlainInt32, as(cwd, str("/tmp"), room(144), 0)},
		{unix.SYS_NEWFSTATAT, kinds(sys.KindDirFD, sys.KindPath, sys.KindOutStat, sys.KindAtFlags), sys.KindPlainInt32, as(cwd, str("/tmp"), room(144), 0x80000001)},
		{unix.SYS_STATX, kinds(sys.KindDirFD, sys.KindPath, sys.KindAtFlags, sys.KindStatxMask, sys.KindOutStatx), sys.KindPlainInt32, as(cwd, str("/dev/null"), unix.AT_SYMLINK_NOFOLLOW, unix.STATX_BASIC_STATS, room(256))},
		{unix.SYS_STATX, kinds(sys.KindDirFD, sys.KindPath, sys.KindAtFlags, sys.KindStatxMask, sys.KindOutStatx), sys.KindPlainInt32, as(cwd, str("/"), 0, unix.STATX_ALL|0x1000, room(256))},
		{unix.SYS_STATFS, kinds(sys.KindPath, sys.KindOutStatfs), sys.KindPlainInt32, as(str("/proc"), room(120))},
		{unix.SYS_STATFS, kinds(sys.KindPath, sys.KindOutStatfs), sys.KindPlainInt32, as(str("/no"), room(120))},
		{unix.SYS_ACCESS, kinds(sys.KindPath, sys.KindAccessMode), sys.KindPlainInt32, as(str("/tmp"), unix.R_OK|unix.W_OK|unix.X_OK)},
		{unix.SYS_ACCESS, kinds(sys.KindPath, sys.KindAccessMode), sys.KindPlainInt32, as(str("/tmp"), 0)},
		{unix.SYS_FACCESSAT2, kinds(sys.KindDirFD, sys.KindPath, sys.KindAccessMode, sys.KindAccessFlags), sys.KindPlainInt32, as(cwd, str("/tmp"), unix.F_OK, unix.AT_EACCESS)},
		{unix.SYS_UNLINKAT, kinds(sys.KindDirFD, sys.KindPath, sys.KindUnlinkFlags), sys.KindPlainInt32, as(cwd, str("/no"), unix.AT_REMOVEDIR)},
		{unix.SYS_MKNODAT, kinds(sys.KindDirFD, sys.KindPath, sys.KindFileMode, sys.KindDev), sys.KindPlainInt32, as(cwd, str("/no/x"), unix.S_IFCHR|0o4666, 0x103)},
		{unix.SYS_RENAMEAT2, kinds(sys.KindDirFD, sys.KindPath, sys.KindDirFD, sys.KindPath, sys.KindRenameFlags), sys.KindPlainInt32, as(cwd, str("/no"), cwd, str("/no2"), unix.RENAME_NOREPLACE)},
		{unix.SYS_CHMOD, kinds(sys.KindPath, sys.KindMode), sys.KindPlainInt32, as(str("/no"), 0o4755)},
		{unix.SYS_CHMOD, kinds(sys.KindPath, sys.KindMode), sys.KindPlainInt32, as(str("/no"), 0)},
		{unix.SYS_CHMOD, kinds(sys.KindPath, sys.KindMode), sys.KindPlainInt32, as(str("/no"), 7)},
		{unix.SYS_CHOWN, kinds(sys.KindPath, sys.KindUid, sys.KindGid), sys.KindPlainInt32, as(str("/no"), minus(1), 5)},
		{unix.SYS_UMASK, kinds(sys.KindMode), sys.KindMode, as(0o27)},
		{unix.SYS_UMASK, kinds(sys.KindMode), sys.KindMode, as(0o22)},
		{unix.SYS_UTIMENSAT, kinds(sys.KindDirFD, sys.KindPath, sys.KindUTimespec, sys.KindAtFlags), sys.KindPlainInt32, as(cwd, str("/no"), words(1, 5, 2, unix.UTIME_NOW), 0)},
		{unix.SYS_UTIMENSAT, kinds(sys.KindDirFD, sys.KindPath, sys.KindUTimespec, sys.KindAtFlags), sys.KindPlainInt32, as(cwd, str("/no"), words(1600000000, 0, 2, unix.UTIME_OMIT), 0)},
		{unix.SYS_UTIMENSAT, kinds(sys.KindDirFD, sys.KindPath, sys.KindUTimespec, sys.KindAtFlags), sys.KindPlainInt32, as(cwd, str("/no"), 0, 0)},
		{unix.SYS_UTIMES, kinds(sys.KindPath, sys.KindUTimeval), sys.KindPlainInt32, as(str("/no"), words(1600000000, 7, 3, 0))},
		{unix.SYS_MMAP, kinds(sys.KindAddr, sys.KindSize, sys.KindProt, sys.KindMapFlags, sys.KindFD, sys.KindMapOff), sys.KindAddr, as(0, 0, 0, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_HUGETLB|21<<26, minus(1), 0)},
		{unix.SYS_OPENAT2, kinds(sys.KindDirFD, sys.KindPath, sys.KindOpenHow, sys.KindSize), sys.KindFD, as(cwd, str("/no"), words(unix.O_CREAT|unix.O_RDWR, 0o600, 8), 24)},
		{unix.SYS_OPENAT2, kinds(sys.KindDirFD, sys.KindPath, sys.KindOpenHow, sys.KindSize), sys.KindFD, as(cwd, str("/no"), words(0, 0, 0), 24)},
		{unix.SYS_GETCWD, kinds(sys.KindOutString, sys.KindSize), sys.KindPlainInt64, as(room(100), 100)},
		{unix.SYS_MMAP, kinds(sys.KindAddr, sys.KindSize, sys.KindProt, sys.KindMapFlags, sys.KindFD, sys.KindMapOff), sys.KindAddr, as(0, 0, 0, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_HUGETLB|21<<26, minus(1), 0)},
		{unix.SYS_OPENAT2, kinds(sys.KindDirFD, sys.KindPath, sys.KindOpenHow, sys.KindSize), sys.KindFD, as(cwd, str("/no"), words(unix.O_CREAT|unix.O_RDWR, 0o600, 8), 24)},
		{unix.SYS_OPENAT2, kinds(sys.KindDirFD, sys.KindPath, sys.KindOpenHow, sys.KindSize), sys.KindFD, as(cwd, str("/no"), words(0, 0, 0), 24)},
		{unix.SYS_GETCWD, kinds(sys.KindOutString, sys.KindSize), sys.KindPlainInt64, as(room(100), 1)},
		{unix.SYS_READLINK, kinds(sys.KindPath, sys.KindOutBuf, sys.KindSize), sys.KindPlainInt64, as(str("/proc/self/cwd"), room(100), 100)},
		{unix.SYS_READLINK, kinds(sys.KindPath, sys.KindOutBuf, sys.KindSize), sys.KindPlainInt64, as(str("/tmp"), room(100), 100)},
		{unix.SYS_OPEN, kinds(sys.KindPath, sys.KindOpenFlags, sys.KindOpenMode), sys.KindFD, as(str("/tmp/cairn-strace-test"), unix.O_RDWR)},
		{unix.SYS_WRITE, write, sys.KindPlainInt64, as(98, str(text), uintptr(len(text)))},
		{unix.SYS_WRITE, write, sys.KindPlainInt64, as(98, str(strings.Repeat("x", 33)), 32)},
		{unix.SYS_WRITE, write, sys.KindPlainInt64, as(98, str(strings.Repeat("x", 33)), 33)},
		{unix.SYS_WRITE, write, sys.KindPlainInt64, as(98, badAddr, 5)},
		{unix.SYS_WRITE, write, sys.KindPlainInt64, as(98, 0, 5)},
		{unix.SYS_WRITE, write, sys.KindPlainInt64, as(98, str(""), 0)},
		{unix.SYS_READ, read, sys.KindPlainInt64, as(98, room(10), 10)},
		{unix.SYS_LSEEK, kinds(sys.KindFD, sys.KindOff, sys.KindWhence), sys.KindOff, as(98, minus(5), unix.SEEK_END)},
		{unix.SYS_LSEEK, kinds(sys.KindFD, sys.KindOff, sys.KindWhence), sys.KindOff, as(98, 0, 9)},
		{unix.SYS_PREADV, kinds(sys.KindFD, sys.KindOutIoVec, sys.KindPlainUint64, sys.KindOff), sys.KindPlainInt64, as(98, words(uint64(str("x")), 1), 1, 7)},
		{unix.SYS_PWRITEV2, kinds(sys.KindFD, sys.KindIoVec, sys.KindPlainUint64, sys.KindOff, sys.KindOffHigh, sys.KindRWFlags), sys.KindPlainInt64, as(98, words(uint64(str("x")), 1), 1, 7, 0, 2)},
		{unix.SYS_PREADV2, kinds(sys.KindFD, sys.KindOutIoVec, sys.KindPlainUint64, sys.KindOff, sys.KindOffHigh, sys.KindRWFlags), sys.KindPlainInt64, as(98, words(uint64(str("x")), 1), 1, minus(1), minus(1), 8)},
		{unix.SYS_MOUNT, kinds(sys.KindString, sys.KindPath, sys.KindString, sys.KindMountFlags, sys.KindMountData), sys.KindPlainInt32, as(str("none"), str("/no"), str("tmpfs"), unix.MS_NOSUID|unix.MS_NODEV, 0)},
		{unix.SYS_MOUNT, kinds(sys.KindString, sys.KindPath, sys.KindString, sys.KindMountFlags, sys.KindMountData), sys.KindPlainInt32, as(str("none"), str("/no"), str("tmpfs"), unix.MS_NOSUID|unix.MS_NODEV, str("size=5"))},
		{unix.SYS_UTIME, kinds(sys.KindPath, sys.KindUtimbuf), sys.KindPlainInt32, as(str("/no"), words(1600000000, 5))},
		{unix.SYS_GETXATTR, kinds(sys.KindPath, sys.KindString, sys.KindOutBuf, sys.KindSize), sys.KindSize, as(str("/no"), str("user.x"), room(10), 10)},
		{unix.SYS_LISTXATTR, kinds(sys.KindPath, sys.KindOutBuf, sys.KindSize), sys.KindSize, as(str("/tmp"), room(10), 10)},
		{unix.SYS_OPEN, kinds(sys.KindPath, sys.KindOpenFlags, sys.KindOpenMode), sys.KindFD, as(str("/proc/self/task"), unix.O_RDONLY|unix.O_DIRECTORY)},
		{unix.SYS_GETDENTS64, kinds(sys.KindFD, sys.KindOutDents, sys.KindSize), sys.KindSize, func() [6]uintptr { return [6]uintptr{lastFD(), room(4096), 4096} }},
		{unix.SYS_GETDENTS64, kinds(sys.KindFD, sys.KindOutDents, sys.KindSize), sys.KindSize, func() [6]uintptr { return [6]uintptr{lastFD(), room(4096), 4096} }},
		{unix.SYS_CLOSE, kinds(sys.KindFD), sys.KindPlainInt32, func() [6]uintptr { return [6]uintptr{lastFD()} }},
		{unix.SYS_TRUNCATE, kinds(sys.KindPath, sys.KindLength), sys.KindPlainInt32, as(str("/no"), minus(3))},
		{unix.SYS_FLOCK, kinds(sys.KindFD, sys.KindFlockOp), sys.KindPlainInt32, as(98, unix.LOCK_EX|unix.LOCK_NB)},
		{unix.SYS_FALLOCATE, kinds(sys.KindFD, sys.KindFallocateMode, sys.KindOff, sys.KindOff), sys.KindPlainInt32, as(98, 3, 0, 4096)},
		{unix.SYS_FADVISE64, kinds(sys.KindFD, sys.KindOff, sys.KindOff, sys.KindFadvice), sys.KindPlainInt32, as(98, 0, 4096, 2)},
		{unix.SYS_INOTIFY_ADD_WATCH, kinds(sys.KindFD, sys.KindPath, sys.KindInotifyMask), sys.KindPlainInt32, as(98, str("/tmp"), unix.IN_CREATE|unix.IN_DELETE|unix.IN_MODIFY)},
		{unix.SYS_UMOUNT2, kinds(sys.KindPath, sys.KindUmountFlags), sys.KindPlainInt32, as(str("/no"), unix.MNT_DETACH)},
		{unix.SYS_SETXATTR, kinds(sys.KindPath, sys.KindString, sys.KindInBuf, sys.KindSize, sys.KindXattrFlags), sys.KindPlainInt32, as(str("/no"), str("user.x"), str("value"), 5, 1)},
	}
}

func fdCalls() []nativeCall {
	fcntl := kinds(sys.KindFD, sys.KindFcntlCmd, sys.KindFcntlArg)
	ioctl := kinds(sys.KindFD, sys.KindIoctlCmd, sys.KindIoctlArg)
	pipe := kinds(sys.KindOutFDPair, sys.KindPipeFlags)
	iov := words(uint64(str("ab")), 2, uint64(str("cd")), 2)
	out := words(uint64(room(8)), 2, uint64(room(8)), 3)
	poll := kinds(sys.KindPollFDs, sys.KindPlainUint32, sys.KindMsec)
	sel := kinds(sys.KindPlainInt32, sys.KindFDSet, sys.KindFDSet, sys.KindFDSet, sys.KindInOutTimeval)
	epollCtl := kinds(sys.KindFD, sys.KindEpollOp, sys.KindFD, sys.KindEpollEvent)
	// The pipe's ends are 40 and 41, the epoll is 42.
	dup := kinds(sys.KindFD, sys.KindFD)
	fds, fdsAt := alloc(8)
	_ = fds
	return []nativeCall{
		{unix.SYS_PIPE2, pipe, sys.KindPlainInt32, as(badAddr, unix.O_CLOEXEC)},
		{unix.SYS_PIPE2, pipe, sys.KindPlainInt32, as(fdsAt, unix.O_CLOEXEC|unix.O_NONBLOCK)},
		{unix.SYS_DUP2, dup, sys.KindFD, func() [6]uintptr { return [6]uintptr{uintptr(fds[0]), 40} }},
		{unix.SYS_DUP2, dup, sys.KindFD, func() [6]uintptr { return [6]uintptr{uintptr(fds[4]), 41} }},
		{unix.SYS_WRITEV, kinds(sys.KindFD, sys.KindIoVec, sys.KindPlainInt32), sys.KindPlainInt64, as(41, iov, 2)},
		{unix.SYS_READV, kinds(sys.KindFD, sys.KindOutIoVec, sys.KindPlainInt32), sys.KindPlainInt64, as(40, out, 2)},
		{unix.SYS_READV, kinds(sys.KindFD, sys.KindOutIoVec, sys.KindPlainInt32), sys.KindPlainInt64, as(40, out, 2)},
		{unix.SYS_READ, kinds(sys.KindFD, sys.KindOutBuf, sys.KindSize), sys.KindPlainInt64, as(40, room(10), 10)},
		{unix.SYS_DUP3, kinds(sys.KindFD, sys.KindFD, sys.KindDupFlags), sys.KindFD, as(40, 43, unix.O_CLOEXEC)},
		{unix.SYS_FCNTL, fcntl, sys.KindPlainInt64, as(43, unix.F_GETFD)},
		{unix.SYS_FCNTL, fcntl, sys.KindPlainInt64, as(43, unix.F_SETFD, 0)},
		{unix.SYS_FCNTL, fcntl, sys.KindPlainInt64, as(43, unix.F_GETFD)},
		{unix.SYS_FCNTL, fcntl, sys.KindPlainInt64, as(43, unix.F_SETFD, 1)},
		{unix.SYS_FCNTL, fcntl, sys.KindPlainInt64, as(43, unix.F_GETFL)},
		{unix.SYS_FCNTL, fcntl, sys.KindPlainInt64, as(43, unix.F_SETFL, unix.O_RDONLY|unix.O_NONBLOCK)},
		{unix.SYS_FCNTL, fcntl, sys.KindPlainInt64, as(43, unix.F_DUPFD_CLOEXEC, 44)},
		{unix.SYS_FCNTL, fcntl, sys.KindPlainInt64, as(43, unix.F_GETPIPE_SZ)},
		{unix.SYS_FCNTL, fcntl, sys.KindPlainInt64, as(43, unix.F_SETLK, words(1, 10, 20, 0))},
		{unix.SYS_FCNTL, fcntl, sys.KindPlainInt64, as(1, unix.F_GETLK, words(2, 0, 0, 0))},
		{unix.SYS_FCNTL, fcntl, sys.KindPlainInt64, as(43, 77, 5)},
		{unix.SYS_IOCTL, ioctl, sys.KindPlainInt64, as(40, unix.TCGETS, room(60))},
		{unix.SYS_IOCTL, ioctl, sys.KindPlainInt64, as(40, unix.TIOCGWINSZ, room(60))},
		{unix.SYS_IOCTL, ioctl, sys.KindPlainInt64, as(40, unix.TIOCSWINSZ, half(24|80<<16, 0))},
		{unix.SYS_IOCTL, ioctl, sys.KindPlainInt64, as(40, unix.TIOCSPGRP, half(123))},
		{unix.SYS_IOCTL, ioctl, sys.KindPlainInt64, as(40, fionread, half(0))},
		{unix.SYS_IOCTL, ioctl, sys.KindPlainInt64, as(40, fionbio, half(1))},
		{unix.SYS_IOCTL, ioctl, sys.KindPlainInt64, as(40, fioclex, 0)},
		{unix.SYS_IOCTL, ioctl, sys.KindPlainInt64, as(40, 0xc0101234, 0x77)},
		{unix.SYS_POLL, poll, sys.KindPlainInt32, as(words(40|uint64(unix.POLLIN)<<32, 41|uint64(unix.POLLOUT|unix.POLLRDHUP)<<32), 2, 10)},
		{unix.SYS_POLL, poll, sys.KindPlainInt32, as(words(40|uint64(unix.POLLIN|unix.POLLPRI)<<32), 1, 0)},
		{unix.SYS_POLL, poll, sys.KindPlainInt32, as(words(0xffffffff), 1, 0)},
		{unix.SYS_POLL, poll, sys.KindPlainInt32, as(0, 0, 0)},
		{unix.SYS_SELECT, sel, sys.KindPlainInt32, as(50, words(1<<40), words(1<<41), 0, words(0, 5000))},
		{unix.SYS_SELECT, sel, sys.KindPlainInt32, as(50, words(1<<40), 0, 0, words(0, 0))},
		{unix.SYS_SELECT, sel, sys.KindPlainInt32, as(0, 0, 0, 0, words(0, 100))},
		{unix.SYS_PPOLL, kinds(sys.KindPollFDs, sys.KindPlainUint32, sys.KindInOutTimespec, sys.KindSigSet, sys.KindSize), sys.KindPlainInt32, as(words(41|uint64(unix.POLLOUT)<<32), 1, words(0, 100), words(4), 8)},
		{unix.SYS_PPOLL, kinds(sys.KindPollFDs, sys.KindPlainUint32, sys.KindInOutTimespec, sys.KindSigSet, sys.KindSize), sys.KindPlainInt32, as(words(97|uint64(unix.POLLOUT)<<32), 1, 0, 0, 0)},
		{unix.SYS_PSELECT6, kinds(sys.KindPlainInt32, sys.KindFDSet, sys.KindFDSet, sys.KindFDSet, sys.KindInOutTimespec, sys.KindSigSetArg), sys.KindPlainInt32, as(70, 0, words(1<<41, 0), 0, words(1, 100), words(uint64(words(8)), 8))},
		{unix.SYS_PSELECT6, kinds(sys.KindPlainInt32, sys.KindFDSet, sys.KindFDSet, sys.KindFDSet, sys.KindInOutTimespec, sys.KindSigSetArg), sys.KindPlainInt32, as(70, 0, words(1<<39, 0), 0, words(1, 100), 0)},
		{unix.SYS_EPOLL_CREATE1, kinds(sys.KindEpollFlags), sys.KindFD, as(unix.EPOLL_CLOEXEC)},
		{unix.SYS_DUP2, dup, sys.KindFD, func() [6]uintptr { return [6]uintptr{lastFD(), 42} }},
		{unix.SYS_EPOLL_CTL, epollCtl, sys.KindPlainInt32, as(42, unix.EPOLL_CTL_ADD, 41, half(unix.EPOLLOUT|unix.EPOLLET&0xffffffff, 7, 1))},
		{unix.SYS_EPOLL_WAIT, kinds(sys.KindFD, sys.KindOutEpollEvents, sys.KindPlainInt32, sys.KindMsec), sys.KindPlainInt32, as(42, room(120), 10, 100)},
		{unix.SYS_EPOLL_WAIT, kinds(sys.KindFD, sys.KindOutEpollEvents, sys.KindPlainInt32, sys.KindMsec), sys.KindPlainInt32, as(42, room(120), 10, 0)},
		{unix.SYS_EPOLL_CTL, epollCtl, sys.KindPlainInt32, as(42, unix.EPOLL_CTL_DEL, 41, room(12))},
		{unix.SYS_EPOLL_CTL, epollCtl, sys.KindPlainInt32, as(42, unix.EPOLL_CTL_MOD, 41, 0)},
		{unix.SYS_EPOLL_PWAIT, kinds(sys.KindFD, sys.KindOutEpollEvents, sys.KindPlainInt32, sys.KindMsec, sys.KindSigSet, sys.KindSize), sys.KindPlainInt64, as(42, room(120), 10, 0, words(2), 8)},
		{unix.SYS_EPOLL_PWAIT2, kinds(sys.KindFD, sys.KindOutEpollEvents, sys.KindPlainInt32, sys.KindTimespec, sys.KindSigSet, sys.KindSize), sys.KindPlainInt64, as(42, room(120), 10, words(0, 5), 0, 8)},
		{unix.SYS_EVENTFD2, kinds(sys.KindPlainUint32, sys.KindEventfdFlags), sys.KindFD, as(3, unix.EFD_CLOEXEC|unix.EFD_SEMAPHORE)},
		{unix.SYS_CLOSE_RANGE, kinds(sys.KindPlainUint32, sys.KindPlainUint32, sys.KindCloseRangeFlags), sys.KindPlainInt32, as(200, 300, 4)},
		{unix.SYS_SENDFILE, kinds(sys.KindFD, sys.KindFD, sys.KindInOutOff, sys.KindSize), sys.KindPlainInt64, as(41, 98, words(5), 10)},
		{unix.SYS_SPLICE, kinds(sys.KindFD, sys.KindInOutOff, sys.KindFD, sys.KindInOutOff, sys.KindSize, sys.KindSpliceFlags), sys.KindPlainInt64, as(98, 0, 97, 0, 10, unix.SPLICE_F_MOVE|unix.SPLICE_F_NONBLOCK)},
		{unix.SYS_GETRANDOM, kinds(sys.KindOutHexBuf, sys.KindSize, sys.KindGetrandomFlags), sys.KindPlainInt64, as(room(40), 40, 1)},
		{unix.SYS_MEMFD_CREATE, kinds(sys.KindString, sys.KindMemfdFlags), sys.KindFD, as(str("name"), unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)},
	}
}

// lastFD returns the descriptor that was opened last: the highest below 40.
func lastFD() uintptr {
	for fd := uintptr(39); fd > 2; fd-- {
		if _, _, errno := unix.RawSyscall(unix.SYS_FCNTL, fd, unix.F_GETFD, 0); errno == 0 {
			return fd
		}
	}
	return 0
}

func memoryCalls() []nativeCall {
	mmap := kinds(sys.KindAddr, sys.KindSize, sys.KindProt, sys.KindMapFlags, sys.KindFD, sys.KindMapOff)
	return []nativeCall{
		{unix.SYS_MMAP, mmap, sys.KindAddr, as(0, 8192, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON, minus(1), 0)},
		{unix.SYS_MMAP, mmap, sys.KindAddr, as(0x10000, 4096, 0, unix.MAP_SHARED|unix.MAP_FIXED_NOREPLACE|unix.MAP_NORESERVE|unix.MAP_STACK, 3, 0x3000)},
		{unix.SYS_MMAP, mmap, sys.KindAddr, as(0, 0, 0x90, 0x90000000, minus(1), 0)},
		{unix.SYS_MPROTECT, kinds(sys.KindAddr, sys.KindSize, sys.KindProt), sys.KindPlainInt32, as(0x1000, 4096, unix.PROT_READ|unix.PROT_EXEC)},
		{unix.SYS_MUNMAP, kinds(sys.KindAddr, sys.KindSize), sys.KindPlainInt32, as(0x10000, 4096)},
		{unix.SYS_BRK, kinds(sys.KindAddr), sys.KindAddr, as(0)},
		{unix.SYS_MADVISE, kinds(sys.KindAddr, sys.KindSize, sys.KindMadvice), sys.KindPlainInt32, as(0x1000, 4096, unix.MADV_DONTNEED)},
		{unix.SYS_MADVISE, kinds(sys.KindAddr, sys.KindSize, sys.KindMadvice), sys.KindPlainInt32, as(0x1000, 4096, 99)},
		{unix.SYS_MREMAP, kinds(sys.KindAddr, sys.KindSize, sys.KindSize, sys.KindMremapFlags, sys.KindAddr), sys.KindAddr, as(0x1000, 4096, 8192, unix.MREMAP_MAYMOVE|unix.MREMAP_FIXED, 0x7000)},
		{unix.SYS_MSYNC, kinds(sys.KindAddr, sys.KindSize, sys.KindMsyncFlags), sys.KindPlainInt32, as(0x1000, 4096, unix.MS_SYNC)},
		{unix.SYS_MEMBARRIER, kinds(sys.KindMembarrierCmd, sys.KindHex), sys.KindPlainInt32, as(8, 0)},
		{unix.SYS_SHMGET, kinds(sys.KindShmKey, sys.KindSize, sys.KindShmFlags), sys.KindPlainInt32, as(0x1234, 0, 0o1600)},
	}
}
