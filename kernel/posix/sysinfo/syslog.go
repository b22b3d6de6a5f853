package sysinfo

import (
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/klog"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// The actions of syslog(2).
const (
	logClose      = 0
	logOpen       = 1
	logRead       = 2
	logReadAll    = 3
	logReadClear  = 4
	logClear      = 5
	logConsoleOff = 6
	logConsoleOn  = 7
	logLevel      = 8
	logUnread     = 9
	logSize       = 10
)

// logBytes is the size that the log is said to have.
const logBytes = 64 << 10

// reader is what readers of the log, who share it, have seen.
var reader struct {
	sync.Mutex
	cleared int // lines before it are gone for SYSLOG_ACTION_READ_ALL
	read    int // lines before it were read by SYSLOG_ACTION_READ
}

// Syslog implements syslog(2), behind klogctl(3).
//
// The log is read without blocking: SYSLOG_ACTION_READ of a log that was read to its end returns 0. What the console shows is
// chosen by boot parameters: SYSLOG_ACTION_CONSOLE_* are checked and have no effect. All but SYSLOG_ACTION_READ_ALL and
// SYSLOG_ACTION_SIZE_BUFFER need CAP_SYSLOG.
//
//cairn:syscall syslog
func Syslog(t *task.Task, action sys.SyslogAction, buf sys.OutBuf, size int32) (int, error) {
	if action != logReadAll && action != logSize && !vfs.CredOf(t).Has(unix.CAP_SYSLOG) {
		return 0, unix.EPERM
	}
	if action < logClose || action > logSize {
		return 0, unix.EINVAL
	}
	reader.Lock()
	defer reader.Unlock()
	switch action {
	case logRead, logReadAll, logReadClear:
		if buf == 0 || size < 0 {
			return 0, unix.EINVAL
		}
		if action == logRead {
			return readNew(t, vm.Addr(buf), int(size))
		}
		return readAll(t, vm.Addr(buf), int(size), action == logReadClear)
	case logClear:
		_, reader.cleared = klog.Since(0)
	case logLevel:
		if size < 1 || size > int32(klog.Debug)+1 {
			return 0, unix.EINVAL
		}
	case logUnread:
		lines, _ := klog.Since(reader.read)
		return len(format(lines)), nil
	case logSize:
		return logBytes, nil
	}
	return 0, nil
}

// readAll copies the last lines that have room, and forgets them with clear. The reader is locked.
func readAll(t *task.Task, buf vm.Addr, size int, clear bool) (int, error) {
	lines, next := klog.Since(reader.cleared)
	text := format(lines)
	for len(text) > size && len(lines) > 0 {
		lines = lines[1:]
		text = format(lines)
	}
	n, err := t.CopyOut(buf, text)
	if err == nil && clear {
		reader.cleared = next
	}
	return n, err
}

// readNew copies the first lines that have room and were not read. The reader is locked.
func readNew(t *task.Task, buf vm.Addr, size int) (int, error) {
	lines, next := klog.Since(reader.read)
	first := next - len(lines)
	for len(format(lines)) > size {
		lines = lines[:len(lines)-1]
	}
	n, err := t.CopyOut(buf, format(lines))
	if err == nil {
		reader.read = first + len(lines)
	}
	return n, err
}

// format returns the lines as syslog(2) hands them out, with the time in seconds and microseconds.
func format(lines []klog.Line) []byte {
	var b []byte
	for _, l := range lines {
		b = kfmt.Appendf(b, "<%d>[%5d.%06d] %s\n", l.Level, l.Time/clock.Second, l.Time%clock.Second/1000, l.Text)
	}
	return b
}
