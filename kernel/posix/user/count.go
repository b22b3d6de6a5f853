package user

import (
	"sync"

	"cairn/kernel/posix/rlimit"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// counts is how many tasks each real user has, for RLIMIT_NPROC.
var counts = struct {
	sync.Mutex
	tasks map[uint32]int
}{tasks: map[uint32]int{}}

func enter(uid uint32) {
	counts.Lock()
	defer counts.Unlock()
	counts.tasks[uid]++
}

func leave(uid uint32) {
	counts.Lock()
	defer counts.Unlock()
	if counts.tasks[uid]--; counts.tasks[uid] == 0 {
		delete(counts.tasks, uid)
	}
}

// Tasks returns how many tasks the real user has.
func Tasks(uid uint32) int {
	counts.Lock()
	defer counts.Unlock()
	return counts.tasks[uid]
}

// Crowded says whether the task's real user has as many tasks as RLIMIT_NPROC allows, or more,
// and is bound by it. Root is not, nor who has CAP_SYS_RESOURCE or CAP_SYS_ADMIN (getrlimit(2)).
func Crowded(t *task.Task, more int) bool {
	c := Of(t)
	return c.UID != 0 && !c.Has(unix.CAP_SYS_RESOURCE) && !c.Has(unix.CAP_SYS_ADMIN) &&
		uint64(Tasks(c.UID)+more) > rlimit.Get(t, unix.RLIMIT_NPROC)
}

// clone shares the credentials: EAGAIN if RLIMIT_NPROC is reached.
func clone(parent, _ *task.Task, _ uint64) (*Cred, error) {
	if Crowded(parent, 1) {
		return nil, unix.EAGAIN
	}
	c := Of(parent)
	enter(c.UID)
	return c, nil
}
