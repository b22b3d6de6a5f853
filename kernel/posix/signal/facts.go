package signal

import (
	"cairn/kernel/config"
	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/rlimit"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// What the library tells /proc.
func init() {
	if config.LIBPROCFS {
		facts.Process.Signals = signalsOf
	}
}

func signalsOf(t *task.Task) facts.Signals {
	s := slot.Get(t)
	if s == nil {
		return facts.Signals{}
	}
	s.proc.mu.Lock()
	f := facts.Signals{Pending: uint64(s.pending.set), SharedPending: uint64(s.proc.pending.set), Blocked: uint64(s.blocked)}
	hand := s.hand
	s.proc.mu.Unlock()
	hand.mu.Lock()
	defer hand.mu.Unlock()
	for sig := 1; sig <= NumSignals; sig++ {
		switch hand.actions[sig].handler {
		case actDefault:
		case actIgnore:
			f.Ignored |= uint64(bit(sig))
		default:
			f.Caught |= uint64(bit(sig))
		}
	}
	f.Queued = int(Queued(vfs.CredOf(t).RUID))
	f.Limit = int(rlimit.Get(t, unix.RLIMIT_SIGPENDING))
	return f
}
