//go:build cairn

// The kernel of the built-in configuration: the libraries that the options select
// by default (see build.ForOptions, which writes this file for any other).
package main

import (
	"cairn/kernel/start"

	_ "cairn/kernel/drivers/acpi"
	_ "cairn/kernel/drivers/i8042"
	_ "cairn/kernel/drivers/ioapic"
	_ "cairn/kernel/drivers/pci"
	_ "cairn/kernel/drivers/rtc"
	_ "cairn/kernel/drivers/tty"
	_ "cairn/kernel/drivers/uart"
	_ "cairn/kernel/drivers/virtio"
	_ "cairn/kernel/drivers/virtio/console"
	_ "cairn/kernel/drivers/virtio/mmio"
	_ "cairn/kernel/drivers/virtio/pci"
	_ "cairn/kernel/fs/devfs"
	_ "cairn/kernel/fs/initrd"
	_ "cairn/kernel/fs/procfs"
	_ "cairn/kernel/fs/ramfs"
	_ "cairn/kernel/fs/sysfs"
	_ "cairn/kernel/fs/vfs"
	_ "cairn/kernel/net/socket"
	_ "cairn/kernel/net/unix"
	_ "cairn/kernel/posix/clone"
	_ "cairn/kernel/posix/eventfd"
	_ "cairn/kernel/posix/fdio"
	_ "cairn/kernel/posix/fdtab"
	_ "cairn/kernel/posix/fs"
	_ "cairn/kernel/posix/futex"
	_ "cairn/kernel/posix/inotify"
	_ "cairn/kernel/posix/jobcontrol"
	_ "cairn/kernel/posix/mmap"
	_ "cairn/kernel/posix/pidfd"
	_ "cairn/kernel/posix/pipe"
	_ "cairn/kernel/posix/poll"
	_ "cairn/kernel/posix/prctl"
	_ "cairn/kernel/posix/process"
	_ "cairn/kernel/posix/random"
	_ "cairn/kernel/posix/rlimit"
	_ "cairn/kernel/posix/rseq"
	_ "cairn/kernel/posix/sched"
	_ "cairn/kernel/posix/signal"
	_ "cairn/kernel/posix/signalfd"
	_ "cairn/kernel/posix/sysinfo"
	_ "cairn/kernel/posix/time"
	_ "cairn/kernel/posix/timerfd"
	_ "cairn/kernel/posix/user"
	_ "cairn/kernel/posix/wait"
)

func main() { start.Main() }
