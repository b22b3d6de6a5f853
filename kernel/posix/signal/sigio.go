package signal

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/process"
	"cairn/kernel/posix/user"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// The kinds of owners of a file (fcntl(2), F_SETOWN_EX).
const (
	ownerThread = iota
	ownerProcess
	ownerGroup
)

// ownerExists says whether there is such an owner.
func ownerExists(o vfs.Owner) bool {
	switch o.Type {
	case ownerThread:
		return task.Find(o.ID) != nil
	case ownerGroup:
		return process.SessionOfGroup(o.ID) != 0
	}
	return task.Find(o.ID) != nil || process.Find(o.ID) != nil
}

// A readiness is how SIGIO tells of what happened to a file.
type readiness struct {
	ev   wait.Events
	code int // si_code
	band uint64
}

// Events that package unix does not name (Linux's include/uapi/asm-generic/poll.h).
const (
	pollRdNorm = 0x40
	pollRdBand = 0x80
	pollWrNorm = 0x100
	pollWrBand = 0x200
)

// readinesses are the kinds, the most important first (Linux's band_table of fs/fcntl.c).
var readinesses = []readiness{
	{wait.Err, 4, unix.POLLERR},                           // POLL_ERR
	{wait.Hup, 6, unix.POLLHUP | unix.POLLERR},            // POLL_HUP
	{wait.Pri, 5, unix.POLLPRI | pollRdBand},              // POLL_PRI
	{wait.In | wait.RdHup, 1, unix.POLLIN | pollRdNorm},   // POLL_IN
	{wait.Out, 2, unix.POLLOUT | pollWrNorm | pollWrBand}, // POLL_OUT
}

// specific are the signals whose positive si_codes have meanings of their own.
var specific = SetOf(unix.SIGILL, unix.SIGFPE, unix.SIGSEGV, unix.SIGBUS, unix.SIGTRAP, unix.SIGCHLD, unix.SIGSYS)

// sendOwner sends the owner of a file the signal that it became ready: SIGIO, or, with F_SETSIG,
// another that says what happened. SIGIO also stands in for one that finds no room.
func sendOwner(f *vfs.File, o vfs.Owner, fd sys.FD, ev wait.Events) {
	plain := NewInfo(int(unix.SIGIO), SIKernel)
	i := plain
	if o.Signal != 0 {
		i = ioInfo(o.Signal, fd, asSent(f, ev))
	}
	tell := func(t *task.Task) {
		if t == nil || !ownerMayKill(o, t) {
			return
		}
		toProcess := o.Type != ownerThread
		if send(t, &i, toProcess) != nil {
			_ = send(t, &plain, toProcess) // a standard signal does not fail
		}
	}
	switch o.Type {
	case ownerThread:
		tell(task.Find(o.ID))
	case ownerProcess:
		if p := process.Find(o.ID); p != nil {
			tell(member(p.Tasks))
		}
	case ownerGroup:
		for _, p := range process.Group(o.ID) {
			tell(member(p))
		}
	}
}

// asSent returns the events that a signal tells of: only sockets tell of errors and hang-ups, others of
// being ready then.
func asSent(f *vfs.File, ev wait.Events) wait.Events {
	const ends = wait.Err | wait.Hup
	switch {
	case ev&ends == 0 || f.Inode().Type() == unix.S_IFSOCK:
		return ev
	case f.Readable():
		return ev&^ends | wait.In
	}
	return ev&^ends | wait.Out
}

// ioInfo returns the siginfo_t of a signal set with F_SETSIG.
func ioInfo(sig int32, fd sys.FD, ev wait.Events) Info {
	i := NewInfo(int(sig), 0)
	for _, r := range readinesses {
		if ev&r.ev != 0 {
			i.put32(offCode, int32(r.code))
			i.put64(offBand, r.band)
			break
		}
	}
	if specific.Has(int(sig)) {
		i.put32(offCode, SISigIO)
	}
	i.put32(offFD, int32(fd))
	return i
}

// ownerMayKill says whether who named the owner may send t a signal (fcntl(2), F_SETOWN).
func ownerMayKill(o vfs.Owner, t *task.Task) bool {
	c := user.Cred{UID: o.UID, EUID: o.EUID}
	return o.EUID == 0 || c.MaySignal(user.Of(t))
}
