package qemu

import (
	"golang.org/x/sys/unix"
)

// waitNoReap waits until a child has ended, without taking its status.
func waitNoReap(pid int) error {
	return unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
}
