package process

import (
	"cairn/kernel/clock"
	"cairn/kernel/config"
	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"
)

// What the library tells /proc.
func init() {
	f := &facts.Process
	f.Group, f.Session = GroupOf, SessionOf // terminals ask as well
	if !config.LIBPROCFS {
		return
	}
	f.Parent = parentOf
	f.State = stateOf
	f.Children = usageOfChildren
	f.Started = started
	f.Strings = stringsOf
	f.Auxv = auxvOf
	f.Exe = exeOf
	f.Security = security
	f.Zombies = zombies
}

func parentOf(tasks *task.Process) int32 {
	if p := Find(tasks.PID); p != nil {
		return p.PPID()
	}
	return 0
}

// stateOf returns the letter of the task's state (proc_pid_stat(5)).
func stateOf(t *task.Task) byte {
	switch p := Of(t); {
	case p != nil && p.IsStopped():
		return 'T'
	case t.Blocked():
		return 'S'
	}
	return 'R'
}

func usageOfChildren(tasks *task.Process) task.Usage {
	if p := Find(tasks.PID); p != nil {
		return p.OfChildren().Usage
	}
	return task.Usage{}
}

func started(t *task.Task) clock.Time {
	if th := threads.Get(t); th != nil {
		return th.began
	}
	return 0
}

func stringsOf(t *task.Task) facts.Strings {
	p := Of(t)
	if p == nil {
		return facts.Strings{}
	}
	s, _ := p.Strings()
	return facts.Strings(s)
}

func auxvOf(t *task.Task) []byte {
	p := Of(t)
	if p == nil {
		return nil
	}
	tree.Lock()
	defer tree.Unlock()
	if p.program == nil {
		return nil
	}
	return p.program.program.Auxv
}

func exeOf(t *task.Task) *vfs.File {
	if p := Of(t); p != nil {
		return p.Program()
	}
	return nil
}

// security returns whether no_new_privs is set, and the seccomp mode: there is none.
func security(t *task.Task) (noNewPrivs bool, seccomp int) {
	th := threads.Get(t)
	return th != nil && th.noNewPrivs.Load(), 0
}

// zombies returns the processes that have ended, and those whose first task has while others go on.
func zombies() []facts.Zombie {
	tree.Lock()
	defer tree.Unlock()
	var list []facts.Zombie
	for _, p := range processes {
		if p.life == zombie || p.life == alive && task.Find(p.PID) == nil {
			list = append(list, facts.Zombie{Proc: p.Tasks, Name: p.name, UID: p.uid, GID: p.gid})
		}
	}
	return list
}
