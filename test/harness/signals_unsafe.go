package harness

import (
	"syscall"
	"unsafe"
)

// defaultSignals makes this process ignore no signal, so that the programs that it executes do not: nohup(1) has its
// command ignore SIGHUP, and posix_spawn(3), which make uses, the signals that the C library keeps for itself.
func defaultSignals() error {
	const last = 64
	// The kernel's struct sigaction: handler, flags, restorer, mask.
	var action, none [4]uintptr
	const ignored = 1 // SIG_IGN
	for sig := uintptr(1); sig <= last; sig++ {
		if err := sigaction(sig, nil, &action); err != nil {
			return err
		}
		if action[0] != ignored {
			continue
		}
		if err := sigaction(sig, &none, nil); err != nil {
			return err
		}
	}
	return nil
}

// sigaction is rt_sigaction(2).
func sigaction(sig uintptr, action, old *[4]uintptr) error {
	const setSize = 8
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, sig, uintptr(unsafe.Pointer(action)), uintptr(unsafe.Pointer(old)), setSize, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
