// Package processtest runs processes on a developer's machine: programs are Go functions that make system calls, in
// real tasks on simulated memory. Tests of everything that makes, ends and waits for processes use it.
package processtest

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"cairn/kernel/arch"
	"cairn/kernel/fs/ramfs"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	_ "cairn/kernel/posix/clone"
	_ "cairn/kernel/posix/user"
	_ "cairn/kernel/posix/wait"
	"cairn/kernel/syscall"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// memorySize is how much physical memory the machine has.
const memorySize = 128 << 20

// pc is where the program of a task seems to be, after its system call instruction.
const pc = 0x10002

// A Program is a program that runs in a task. Its methods are for the program's own function.
type Program struct {
	// Task is the task. The function may use it as the kernel does on the task's behalf.
	Task    *task.Task
	calls   chan struct{} // the registers hold a call
	results chan struct{} // the registers hold its result
	ended   chan struct{} // closed when the task will never call again
}

// programs are the functions that new tasks run, by the number in a register, and the programs by their tasks.
var programs = struct {
	sync.Mutex
	next      uint64
	functions map[uint64]func(*Program)
	running   map[*task.Task]*Program
}{functions: map[uint64]func(*Program){}, running: map[*task.Task]*Program{}}

// boot starts the first process, once: it runs what Run hands it as its children.
var boot = sync.OnceValue(func() chan func(*Program) {
	mem.InitHosted(memorySize)
	sb, err := ramfs.New("")
	if err != nil {
		panic(err)
	}
	vfs.MountRoot(sb, "tmpfs")
	task.User = user
	task.Kernel.Syscall = syscall.Dispatch
	task.OnTaskExit(func(t *task.Task) {
		programs.Lock()
		defer programs.Unlock()
		if p := programs.running[t]; p != nil {
			close(p.ended)
			delete(programs.running, t)
		}
	})
	work := make(chan func(*Program))
	t, err := task.New("init")
	if err != nil {
		panic(err)
	}
	t.Regs.Start(pc, 0)
	t.Regs.RBX = function(func(p *Program) { p.serve(work) })
	t.Start()
	return work
})

// serve is the first process: it makes a child for each function, and waits for it and all others that it has.
func (p *Program) serve(work chan func(*Program)) {
	for f := range work {
		child := p.Fork(f)
		for {
			pid, _ := p.Call(unix.SYS_WAIT4, ^uint64(0), 0, 0, 0)
			if pid == child {
				break
			}
		}
		work <- nil
	}
}

// Run runs f as a process, a child of the first process, and waits for its end.
func Run(tb testing.TB, f func(p *Program)) {
	tb.Helper()
	work := boot()
	work <- f
	<-work
}

// function notes a function, and returns its number.
func function(f func(*Program)) uint64 {
	programs.Lock()
	defer programs.Unlock()
	programs.next++
	programs.functions[programs.next] = f
	return programs.next
}

// user stands for user mode: it lets the task's program run until its next call.
func user(t *task.Task) {
	programs.Lock()
	p := programs.running[t]
	if again := t.Regs.RIP == pc-2; p == nil || t.Regs.RIP != pc && !again {
		p = start(t, p)
	}
	programs.Unlock()
	if t.Regs.RIP == pc-2 { // the call is made again
		t.Regs.RIP = pc
		t.Regs.OrigRAX = t.Regs.RAX
		t.Regs.Trap.Vector = arch.VectorSyscall
		return
	}
	p.results <- struct{}{}
	<-p.calls
	t.Regs.Trap.Vector = arch.VectorSyscall
}

// start begins the program of a new task, or another one after execve. The programs are locked.
func start(t *task.Task, old *Program) *Program {
	if old != nil {
		close(old.ended)
	}
	number := t.Regs.RBX
	if t.Regs.RIP != pc {
		number = t.Regs.RIP - entryBase
	}
	f := programs.functions[number]
	t.Regs.RIP = pc
	p := &Program{Task: t, calls: make(chan struct{}), results: make(chan struct{}), ended: make(chan struct{})}
	programs.running[t] = p
	go func() {
		defer p.exit() // also if the test fails
		p.wait()
		f(p)
	}()
	return p
}

// wait waits until the task is back in user mode; the program's goroutine ends if that never happens.
func (p *Program) wait() {
	select {
	case <-p.results:
	case <-p.ended:
		runtime.Goexit()
	}
}

// exit ends the program, if it has not ended.
func (p *Program) exit() {
	select {
	case <-p.ended:
	default:
		p.Call(unix.SYS_EXIT, 0)
	}
}

// Call makes a system call. A result that is an error is returned as one.
func (p *Program) Call(nr uintptr, args ...uint64) (int64, error) {
	r := &p.Task.Regs
	var a [6]uint64
	copy(a[:], args)
	r.OrigRAX, r.RAX = uint64(nr), uint64(nr)
	r.RDI, r.RSI, r.RDX, r.R10, r.R8, r.R9 = a[0], a[1], a[2], a[3], a[4], a[5]
	select {
	case p.calls <- struct{}{}:
	case <-p.ended:
		runtime.Goexit()
	}
	p.wait()
	v := int64(r.RAX)
	if v < 0 && v > -4096 {
		return -1, unix.Errno(-v)
	}
	return v, nil
}

// Where executable files are loaded, and the entry of the one that runs function 0.
const (
	loadAddress = 0x400000
	entryBase   = 0x401000
)

// Executable returns an ELF file that runs f when it is executed.
func Executable(f func(*Program)) []byte {
	const headers = 64 + 56
	le := binary.LittleEndian
	b := append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 9)...)
	b = le.AppendUint16(b, 2)               // e_type: ET_EXEC
	b = le.AppendUint16(b, arch.ELFMachine) // e_machine
	b = le.AppendUint32(b, 1)               // e_version
	b = le.AppendUint64(b, entryBase+function(f))
	b = le.AppendUint64(b, 64)          // e_phoff
	b = append(b, make([]byte, 8+4)...) // e_shoff, e_flags
	for _, v := range []uint16{64, 56, 1, 64, 0, 0} {
		b = le.AppendUint16(b, v)
	}
	b = le.AppendUint32(b, 1) // PT_LOAD
	b = le.AppendUint32(b, 5) // readable and executable
	for _, v := range []uint64{0, loadAddress, loadAddress, headers, headers, mem.PageSize} {
		b = le.AppendUint64(b, v)
	}
	return b
}

// Must is Call that must not fail.
func (p *Program) Must(nr uintptr, args ...uint64) int64 {
	v, err := p.Call(nr, args...)
	if err != nil {
		panic(fmt.Sprintf("system call %d%v: %v", nr, args, err))
	}
	return v
}

// Spawn makes a task by the call nr, which is one of clone, clone3, fork and vfork, that runs f.
func (p *Program) Spawn(f func(*Program), nr uintptr, args ...uint64) (int64, error) {
	p.Task.Regs.RBX = function(f)
	return p.Call(nr, args...)
}

// Fork makes a process that runs f, and returns its id.
func (p *Program) Fork(f func(*Program)) int64 {
	pid, err := p.Spawn(f, unix.SYS_FORK)
	if err != nil {
		panic(err)
	}
	return pid
}

// ThreadFlags are the flags with which a C library makes a thread.
const ThreadFlags = unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND | unix.CLONE_THREAD | unix.CLONE_SYSVSEM

// Thread makes a thread that runs f, and returns its id.
func (p *Program) Thread(f func(*Program)) int64 {
	pid, err := p.Spawn(f, unix.SYS_CLONE, ThreadFlags)
	if err != nil {
		panic(err)
	}
	return pid
}

// Map returns n fresh bytes of private user memory; shared says that a fork shares it.
func (p *Program) Map(n uint64, shared bool) vm.Addr {
	flags := unix.MAP_PRIVATE
	if shared {
		flags = unix.MAP_SHARED
	}
	a, err := p.Task.AS.Map(vm.MapOpts{Length: n, Prot: unix.PROT_READ | unix.PROT_WRITE, Flags: vm.MapFlags(flags | unix.MAP_ANONYMOUS)})
	if err != nil {
		panic(err)
	}
	return a
}

// Bytes puts b into fresh user memory, and returns its address.
func (p *Program) Bytes(b []byte) uint64 {
	a := p.Map(uint64(len(b))+1, false)
	if _, err := p.Task.CopyOut(a, b); err != nil {
		panic(err)
	}
	return uint64(a)
}

// String puts s and a NUL into fresh user memory, and returns its address.
func (p *Program) String(s string) uint64 { return p.Bytes([]byte(s + "\x00")) }

// Strings puts a vector of strings into fresh user memory, and returns its address.
func (p *Program) Strings(list ...string) uint64 {
	at := uint64(p.String(strings.Join(list, "\x00")))
	a := p.Map(uint64(len(list)+1)*8, false)
	for i, s := range list {
		if err := vm.Store(p.Task.AS, a+vm.Addr(8*i), at); err != nil {
			panic(err)
		}
		at += uint64(len(s)) + 1
	}
	return uint64(a)
}

// Load returns the word at a.
func (p *Program) Load(a uint64) uint32 {
	v, err := vm.Load[uint32](p.Task.AS, vm.Addr(a))
	if err != nil {
		panic(err)
	}
	return v
}

// Store writes a word at a.
func (p *Program) Store(a uint64, v uint32) {
	if err := vm.Store(p.Task.AS, vm.Addr(a), v); err != nil {
		panic(err)
	}
}

// Wait waits for a child, and returns its status.
func (p *Program) Wait(pid int64, options int) (int64, unix.WaitStatus, error) {
	a := p.Map(4, false)
	defer p.Task.AS.Unmap(a, mem.PageSize)
	got, err := p.Call(unix.SYS_WAIT4, uint64(pid), uint64(a), uint64(options), 0)
	if err != nil {
		return got, 0, err
	}
	return got, unix.WaitStatus(p.Load(uint64(a))), nil
}
