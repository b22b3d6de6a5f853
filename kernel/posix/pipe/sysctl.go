package pipe

import (
	"strconv"
	"strings"

	"cairn/kernel/config"
	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// /proc/sys/fs/pipe-max-size, which programs look at before they ask for a larger pipe.
func init() {
	if config.LIBPROCFS {
		facts.Register(facts.File{Path: "sys/fs/pipe-max-size", Perm: 0o644, Read: readMaxSize, Write: writeMaxSize})
	}
}

func readMaxSize(_ *task.Task, w *strings.Builder) error {
	w.WriteString(strconv.Itoa(MaxSize()) + "\n")
	return nil
}

func writeMaxSize(_ *task.Task, s string) error {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 32)
	if err != nil || n == 0 || !SetMaxSize(n) {
		return unix.EINVAL
	}
	return nil
}
