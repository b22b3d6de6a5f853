package signal

import (
	"math/bits"

	"golang.org/x/sys/unix"
)

// NumSignals is the number of signals; they count from 1.
const NumSignals = 64

// FirstRealTime is the first signal that queues (SIGRTMIN of the kernel).
const FirstRealTime = 32

// A Set is a set of signals: bit n-1 is signal n.
type Set uint64

// SetOf returns the set of the signals.
func SetOf(sigs ...unix.Signal) Set {
	var s Set
	for _, sig := range sigs {
		s |= bit(int(sig))
	}
	return s
}

func bit(sig int) Set { return 1 << (sig - 1) }

// Has says whether sig is in the set.
func (s Set) Has(sig int) bool { return s&bit(sig) != 0 }

// first returns the signal of the set to deliver first: those that a task's own
// instructions cause, then the lowest. The set is not empty.
func (s Set) first() int {
	if s&synchronous != 0 {
		s &= synchronous
	}
	return bits.TrailingZeros64(uint64(s)) + 1
}

// Sets of signals that are treated alike (signal(7)).
var (
	unblockable = SetOf(unix.SIGKILL, unix.SIGSTOP)
	stops       = SetOf(unix.SIGSTOP, unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU)
	// ignored are those whose default action is nothing.
	ignored = SetOf(unix.SIGCHLD, unix.SIGCONT, unix.SIGURG, unix.SIGWINCH)
	// synchronous are those that a task's own instructions cause.
	synchronous = SetOf(unix.SIGSEGV, unix.SIGBUS, unix.SIGILL, unix.SIGTRAP, unix.SIGFPE, unix.SIGSYS)
)
