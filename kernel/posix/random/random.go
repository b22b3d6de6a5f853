// Package random is getrandom(2).
package random

import (
	"cairn/kernel/random"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

//go:generate go run cairn/tools/sysgen

// chunk is how many bytes are made between two looks for signals.
const chunk = 256

// Getrandom implements getrandom(2).
//
// Supports GRND_NONBLOCK, GRND_RANDOM and GRND_INSECURE; the source is seeded
// before the first program starts, so no call ever blocks.
//
//cairn:syscall getrandom
func Getrandom(t *task.Task, buf sys.OutHexBuf, n sys.Size, flags sys.GetrandomFlags) (sys.Size, error) {
	const both = unix.GRND_RANDOM | unix.GRND_INSECURE
	if flags&^(unix.GRND_NONBLOCK|both) != 0 || flags&both == both {
		return 0, unix.EINVAL
	}
	n = min(n, vm.MaxTransfer)
	var b [chunk]byte
	done := sys.Size(0)
	for done < n {
		part := b[:min(n-done, chunk)]
		random.Read(part)
		copied, err := t.CopyOut(vm.Addr(buf)+vm.Addr(done), part)
		done += sys.Size(copied)
		if err != nil {
			if done == 0 {
				return 0, err
			}
			break
		}
		// A request of this size is never cut short (getrandom(2), "Interruption by a signal handler").
		if done >= chunk && t.Interrupted() {
			break
		}
	}
	return done, nil
}
