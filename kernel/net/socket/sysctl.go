package socket

import (
	"strconv"
	"strings"

	"cairn/kernel/config"
	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// The files of /proc/sys/net/core that programs look at before they choose a backlog or a buffer.
func init() {
	if !config.LIBPROCFS {
		return
	}
	facts.Register(
		facts.File{Path: "sys/net/core/somaxconn", Perm: 0o644, Read: readSomaxconn, Write: writeSomaxconn},
		number("rmem_max", maxBuffer), number("wmem_max", maxBuffer),
		number("rmem_default", DefaultBuffer), number("wmem_default", DefaultBuffer),
		number("optmem_max", maxControl),
	)
}

// number returns a file that holds a number that does not change.
func number(name string, n int) facts.File {
	s := strconv.Itoa(n) + "\n"
	return facts.File{Path: "sys/net/core/" + name, Perm: 0o444, Read: func(_ *task.Task, w *strings.Builder) error {
		w.WriteString(s)
		return nil
	}}
}

func readSomaxconn(_ *task.Task, w *strings.Builder) error {
	w.WriteString(strconv.Itoa(int(somaxconn.Load())) + "\n")
	return nil
}

func writeSomaxconn(_ *task.Task, s string) error {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 32)
	if err != nil || n < 0 {
		return unix.EINVAL
	}
	somaxconn.Store(int32(n))
	return nil
}
