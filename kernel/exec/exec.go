// Package exec loads programs: ELF executables, static and dynamic, and scripts
// with an interpreter line. It builds the new address space beside the old one,
// so that a program that cannot be loaded leaves the caller as it was; Commit is
// the point of no return of execve(2).
package exec

import (
	"math/rand/v2"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/param"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

var randomise = param.Bool("aslr", true, "place programs, stacks and mappings at random addresses")

// Committed is called when t has got the program instead of its own. The library of processes, which
// has to know what its processes run, replaces it.
var Committed = func(t *task.Task, p *Program) {}

// DefaultStack is RLIMIT_STACK, in bytes, of the first program.
const DefaultStack = 8 << 20

// StackLimit returns RLIMIT_STACK of t, in bytes. The library of limits replaces it.
var StackLimit = func(t *task.Task) uint64 { return DefaultStack }

// A Request is what execve(2) is asked for.
type Request struct {
	// Open opens a program, for the file to execute and the interpreters it names. The file
	// is checked for execute permission here.
	Open func(path string) (*vfs.File, error)
	// File is the file to execute, if it is open already (execveat(2) with
	// AT_EMPTY_PATH). Load takes over the reference.
	File *vfs.File
	// Path is the path that the program was asked for by (AT_EXECFN).
	Path string
	// Argv and Envp are the program's arguments and environment.
	Argv, Envp []string
	// StackLimit is RLIMIT_STACK in bytes.
	StackLimit uint64
	// NoRandom turns address space randomisation off (personality(2), ADDR_NO_RANDOMIZE).
	NoRandom bool
	// Cred says with which credentials the file runs, and whether those are not the caller's own (AT_SECURE). Nil
	// means the caller's own.
	Cred func(f *vfs.File) (c *vfs.Cred, secure bool)
	// Unreachable says that Path cannot be opened by the new program
	// (/dev/fd/N of a descriptor that is closed on exec): scripts fail with ENOENT.
	Unreachable bool
}

// A Program is loaded and ready to run.
type Program struct {
	// File is the file that is executed: of a script, its interpreter. It stays
	// counted, and protected from writing, until Release.
	File *vfs.File
	// Name is the last element of the path, which becomes the task's name.
	Name string
	// Args are where the strings of argv and envp are on the new stack.
	Args Strings
	// Auxv is the auxiliary vector, as it was put on the new stack (getauxval(3)).
	Auxv []byte

	as    *vm.AddressSpace
	entry uint64
	sp    uint64
}

// Strings are the places of the arguments and the environment in user memory,
// NUL-terminated one after the other, as /proc/PID/cmdline and environ show them.
type Strings struct {
	ArgStart, ArgEnd, EnvStart, EnvEnd vm.Addr
}

// maxScripts is how many interpreter lines execve(2) follows (Linux's exec_binprm).
const maxScripts = 5

// headSize is how much of a file decides what it is (BINPRM_BUF_SIZE).
const headSize = 256

// Load loads the program. The errors are those of execve(2): ENOEXEC for a file
// that is neither ELF nor script, EACCES for one that may not be executed, ELIBBAD
// for a bad ELF interpreter, ELOOP for scripts within scripts, E2BIG, ENOMEM.
func Load(t *task.Task, r Request) (*Program, error) {
	f := r.File
	name := baseName(r.Path)
	path := r.Path
	for depth := 0; ; depth++ {
		if f == nil {
			var err error
			if f, err = r.Open(path); err != nil {
				return nil, err
			}
		}
		interpreter, err := r.step(t, f, path)
		if err != nil {
			f.Put()
			return nil, err
		}
		if interpreter == "" {
			return r.load(t, f, name)
		}
		f.Put()
		f = nil
		if depth == maxScripts {
			return nil, unix.ELOOP
		}
		path = interpreter
	}
}

// step checks that f may be executed. If it is a script, step puts its interpreter line
// before the arguments and returns the interpreter's path.
func (r *Request) step(t *task.Task, f *vfs.File, path string) (interpreter string, err error) {
	if err := vfs.MayExecFile(t, f); err != nil {
		return "", err
	}
	var head [headSize]byte
	n, err := f.ReadAt(head[:], 0)
	if err != nil {
		return "", err
	}
	interpreter, arg, hasArg, err := parseScript(head[:n])
	if err != nil || interpreter == "" {
		return "", err
	}
	if r.Unreachable {
		return "", unix.ENOENT
	}
	argv := []string{interpreter}
	if hasArg {
		argv = append(argv, arg)
	}
	argv = append(argv, path)
	if len(r.Argv) > 0 {
		argv = append(argv, r.Argv[1:]...)
	}
	r.Argv = argv
	return interpreter, nil
}

// load loads the ELF file f, whose reference passes to the program.
func (r *Request) load(t *task.Task, f *vfs.File, name string) (*Program, error) {
	if err := f.Inode().DenyWrite(); err != nil {
		f.Put()
		return nil, err
	}
	p := &Program{File: f, Name: name}
	var err error
	if p.as, err = vm.New(); err == nil {
		if err = p.build(t, r); err == unix.EFAULT {
			err = unix.ENOMEM // there is no page for the new address space; nothing was done to the old one
		}
		if err != nil {
			p.as.Put()
		}
	}
	if err != nil {
		p.Release()
		return nil, err
	}
	return p, nil
}

// build fills the program's address space.
func (p *Program) build(t *task.Task, r *Request) error {
	layout := vm.FixedLayout()
	if randomise.Value() && !r.NoRandom {
		layout = vm.NewLayout(r.StackLimit, rand.Uint64)
	}
	p.as.SetLayout(layout)
	image, err := loadELF(p.as, p.File, r.Open)
	if err != nil {
		return err
	}
	p.entry = image.start
	vdso, err := mapVDSO(p.as)
	if err != nil {
		return err
	}
	return p.buildStack(t, r, image, vdso)
}

// Commit makes t run the program instead of its own. It cannot fail.
func (p *Program) Commit(t *task.Task) {
	t.Exec(p.as, p.Name)
	t.Regs.Start(p.entry, p.sp)
	Committed(t, p)
}

// Abandon gives up a program that was not committed.
func (p *Program) Abandon() {
	p.as.Put()
	p.Release()
}

// Release gives up the program's file: when no task runs it any more.
func (p *Program) Release() {
	p.File.Inode().AllowWrite()
	p.File.Put()
}

func baseName(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}
