package process

import (
	"sync/atomic"

	"cairn/kernel/drivers"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/klog"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// The numbers that reboot(2) wants to see.
const (
	rebootMagic1  = 0xfee1dead
	rebootMagic2  = 672274793
	rebootMagic2A = 85072278
	rebootMagic2B = 369367448
	rebootMagic2C = 537993216
)

// PowerOff ends the machine at once, with status 0. Tests replace it.
var PowerOff = drivers.PowerOff

// ctrlAltDel is what LINUX_REBOOT_CMD_CAD_ON set; no keyboard looks at it.
var ctrlAltDel atomic.Bool

// Reboot implements reboot(2).
//
// Needs CAP_SYS_BOOT. RB_POWER_OFF, RB_HALT_SYSTEM and RB_AUTOBOOT end the machine: a virtual machine is started again from
// outside. RB_ENABLE_CAD and RB_DISABLE_CAD have no effect, RB_KEXEC and RB_SW_SUSPEND fail with EINVAL.
//
//cairn:syscall reboot
func Reboot(t *task.Task, magic, magic2 sys.RebootMagic, cmd sys.RebootCmd, _ sys.String) error {
	if !vfs.CredOf(t).Has(unix.CAP_SYS_BOOT) {
		return unix.EPERM
	}
	if magic != rebootMagic1 || magic2 != rebootMagic2 && magic2 != rebootMagic2A && magic2 != rebootMagic2B && magic2 != rebootMagic2C {
		return unix.EINVAL
	}
	switch cmd {
	case unix.LINUX_REBOOT_CMD_CAD_ON, unix.LINUX_REBOOT_CMD_CAD_OFF:
		ctrlAltDel.Store(cmd == unix.LINUX_REBOOT_CMD_CAD_ON)
	case unix.LINUX_REBOOT_CMD_POWER_OFF, unix.LINUX_REBOOT_CMD_HALT, unix.LINUX_REBOOT_CMD_RESTART, unix.LINUX_REBOOT_CMD_RESTART2:
		klog.Infof("%s ends the machine", t)
		PowerOff()
	default:
		return unix.EINVAL
	}
	return nil
}
