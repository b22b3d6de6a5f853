package inotify

import (
	"strconv"
	"strings"
	"sync/atomic"

	"cairn/kernel/config"
	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/mem"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// A limit is a file in /proc/sys/fs/inotify.
type limit struct {
	set    atomic.Int32 // what a program wrote, plus one; 0 is nothing
	normal func() int
}

var (
	maxEvents    = limit{normal: func() int { return 16384 }}
	maxInstances = limit{normal: func() int { return 128 }}
	maxWatches   = limit{normal: watchesFor}
)

// watchesFor returns how many watches a user may have: what fits into a hundredth of memory by Linux's reckoning.
func watchesFor() int {
	const cost = 1280 // bytes: two inodes and a watch
	return int(min(max(mem.Total()/100/cost, 8192), 1<<20))
}

func (l *limit) get() int {
	if n := l.set.Load(); n > 0 {
		return int(n - 1)
	}
	return l.normal()
}

func (l *limit) read(_ *task.Task, w *strings.Builder) error {
	w.WriteString(strconv.Itoa(l.get()) + "\n")
	return nil
}

func (l *limit) write(_ *task.Task, s string) error {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 30)
	if err != nil {
		return unix.EINVAL
	}
	l.set.Store(int32(n) + 1)
	return nil
}

func init() {
	if config.LIBPROCFS {
		facts.Register(
			facts.File{Path: "sys/fs/inotify/max_queued_events", Perm: 0o644, Read: maxEvents.read, Write: maxEvents.write},
			facts.File{Path: "sys/fs/inotify/max_user_instances", Perm: 0o644, Read: maxInstances.read, Write: maxInstances.write},
			facts.File{Path: "sys/fs/inotify/max_user_watches", Perm: 0o644, Read: maxWatches.read, Write: maxWatches.write},
		)
	}
}

// An account counts what users have.
type account struct{ byUser map[uint32]int }

// take counts one more, unless that is more than limit.
func (a *account) take(user uint32, limit int) bool {
	if a.byUser[user] >= limit {
		return false
	}
	if a.byUser == nil {
		a.byUser = map[uint32]int{}
	}
	a.byUser[user]++
	return true
}

// give counts one less.
func (a *account) give(user uint32) {
	if a.byUser[user]--; a.byUser[user] == 0 {
		delete(a.byUser, user)
	}
}
