package facts

import (
	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"
	"cairn/kernel/vm"
)

// Process is what libraries know of processes. A library that knows more sets the
// function when it is initialised; here are the answers without it. They are asked about any
// task at any time, by any task.
var Process = struct {
	// Parent, Group and Session return process ids.
	Parent, Group, Session func(p *task.Process) int32
	// Terminal returns the controlling terminal's device number, 0 for none, and its
	// foreground group, -1 for none.
	Terminal func(p *task.Process) (dev uint64, foreground int32)
	// State returns the letter of the task's state (proc_pid_stat(5)).
	State func(t *task.Task) byte
	// Children returns what the children used that the process waited for.
	Children func(p *task.Process) task.Usage
	// Started returns when the task began.
	Started func(t *task.Task) clock.Time
	// Schedule returns nice value, policy and real-time priority.
	Schedule func(t *task.Task) (nice, policy, priority int)
	// Signals returns the sets of signals.
	Signals func(t *task.Task) Signals
	// Creds returns the identity.
	Creds func(t *task.Task) Creds
	// Strings returns where the program's arguments and environment are.
	Strings func(t *task.Task) Strings
	// Auxv returns the auxiliary vector.
	Auxv func(t *task.Task) []byte
	// Exe returns the program's file, counted, or nil.
	Exe func(t *task.Task) *vfs.File
	// Security returns what prctl(2) set: no_new_privs, the seccomp mode.
	Security func(t *task.Task) (noNewPrivs bool, seccomp int)
	// Zombies returns the processes that have ended and are not waited for yet.
	Zombies func() []Zombie
}{
	Parent:   func(*task.Process) int32 { return 0 },
	Group:    func(p *task.Process) int32 { return p.PID },
	Session:  func(p *task.Process) int32 { return p.PID },
	Terminal: func(*task.Process) (uint64, int32) { return 0, -1 },
	State:    func(*task.Task) byte { return 'S' },
	Children: func(*task.Process) task.Usage { return task.Usage{} },
	Started:  func(*task.Task) clock.Time { return 0 },
	Schedule: func(*task.Task) (int, int, int) { return 0, 0, 0 },
	Signals:  func(*task.Task) Signals { return Signals{} },
	Creds:    credsOf,
	Strings:  func(*task.Task) Strings { return Strings{} },
	Auxv:     func(*task.Task) []byte { return nil },
	Exe:      func(*task.Task) *vfs.File { return nil },
	Security: func(*task.Task) (bool, int) { return false, 0 },
	Zombies:  func() []Zombie { return nil },
}

// Signals are the sets of signals of a task, bit n-1 for signal n.
type Signals struct {
	Pending, SharedPending, Blocked, Ignored, Caught uint64
	// Queued and Limit are how many are queued for the user, and how many may be.
	Queued, Limit int
}

// Creds is the identity of a task: user and group are real, effective, saved and file system ids.
type Creds struct {
	UID, GID                                             [4]uint32
	Groups                                               []uint32
	Inheritable, Permitted, Effective, Bounding, Ambient uint64
}

// credsOf is what package vfs knows of the identity.
func credsOf(t *task.Task) Creds {
	c := vfs.CredOf(t)
	return Creds{
		UID: [4]uint32{c.RUID, c.UID, c.UID, c.UID}, GID: [4]uint32{c.RGID, c.GID, c.GID, c.GID}, Groups: c.Groups,
		Permitted: c.Permitted, Effective: c.Caps, Bounding: vfs.AllCaps,
	}
}

// Strings are the places of the arguments and the environment in user memory.
type Strings struct {
	ArgStart, ArgEnd, EnvStart, EnvEnd vm.Addr
}

// A Zombie is a process that has ended and is not waited for yet.
type Zombie struct {
	Proc     *task.Process
	Name     string
	UID, GID uint32
}

// Machine is what libraries and the platform know of the machine as a whole.
var Machine = struct {
	// Forks counts the tasks made.
	Forks func() uint64
	// Interrupts returns the lines of /proc/interrupts below the heading, and how many interrupts there were.
	Interrupts func() (lines string, total uint64)
	// CPUID asks the processor, or is nil.
	CPUID func(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)
	// CPUHertz returns the processor's clock frequency, 0 if it is unknown.
	CPUHertz func() uint64
	// Cmdline returns the kernel's command line.
	Cmdline func() string
}{
	Forks:      func() uint64 { return 0 },
	Interrupts: func() (string, uint64) { return "", 0 },
	CPUHertz:   func() uint64 { return 0 },
	Cmdline:    func() string { return "" },
}
