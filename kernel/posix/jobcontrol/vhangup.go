package jobcontrol

import (
	"cairn/kernel/drivers/tty"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

//go:generate go run cairn/tools/sysgen

// Vhangup implements vhangup(2): it hangs the caller's controlling terminal up. EPERM without
// CAP_SYS_TTY_CONFIG.
//
//cairn:syscall vhangup
func Vhangup(t *task.Task) error {
	if !vfs.CredOf(t).Has(unix.CAP_SYS_TTY_CONFIG) {
		return unix.EPERM
	}
	if terminal := tty.Controlling(t); terminal != nil {
		terminal.Hangup()
	}
	return nil
}
