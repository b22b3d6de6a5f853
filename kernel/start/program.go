//go:build cairn

package start

import (
	"errors"
	"strings"

	"cairn/kernel/clock"
	"cairn/kernel/drivers/console"
	"cairn/kernel/exec"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/klog"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// Exit statuses of a program that cannot be run, as shells give them.
const (
	statusCannotRun = 126
	statusNotFound  = 127
)

// The files in which the packer leaves the program and its arguments, byte for byte.
const (
	launchDir     = "/.cairn"
	launchProgram = launchDir + "/program"
	launchArgv    = launchDir + "/argv"
	launchEnv     = launchDir + "/env"
)

// launch is what the first program is.
type launch struct {
	path       string
	argv, envp []string
}

// run runs the first program until it ends, and returns the machine's exit status.
func run(program []string, given bool) int {
	t, err := task.New("init")
	if err != nil {
		klog.Errf("the first task: %v", err)
		return statusKernel
	}
	l, err := findLaunch(t, program, given)
	if err != nil {
		klog.Errf("%v", err)
		return statusKernel
	}
	if err := l.load(t); err != nil {
		klog.Errf("cannot run %s: %v", l.path, err)
		if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) {
			return statusNotFound
		}
		return statusCannotRun
	}
	console.Boot("ready", clock.Now())
	t.Start()
	console.Boot("user", clock.Now())
	<-t.Proc.Done()
	return t.Proc.Status().Shell()
}

// load makes t run the program.
func (l *launch) load(t *task.Task) error {
	open := func(path string) (*vfs.File, error) {
		return vfs.OpenAt(t, vfs.Root(), path, unix.O_RDONLY, 0)
	}
	p, err := exec.Load(t, exec.Request{
		Open: open, Path: l.path, Argv: l.argv, Envp: l.envp, StackLimit: exec.StackLimit(t),
	})
	if err != nil {
		return err
	}
	p.Commit(t)
	announce(t, p)
	return nil
}

// findLaunch returns the program: the one on the command line after "--", or the one the
// packer left in the root file system.
func findLaunch(t *task.Task, program []string, given bool) (*launch, error) {
	l := &launch{}
	path, err := readAll(t, launchProgram)
	if err == nil {
		l.path = string(path)
		argv, err := readAll(t, launchArgv)
		if err != nil {
			return nil, err
		}
		env, err := readAll(t, launchEnv)
		if err != nil {
			return nil, err
		}
		l.argv, l.envp = splitNUL(argv), splitNUL(env)
		for _, f := range []string{launchProgram, launchArgv, launchEnv} {
			if err := vfs.Unlink(t, vfs.Root(), f); err != nil {
				return nil, err
			}
		}
		if err := vfs.Rmdir(t, vfs.Root(), launchDir); err != nil {
			return nil, err
		}
	}
	if l.envp == nil {
		l.envp = []string{"HOME=/", "PATH=" + defaultPath, "TERM=linux"}
	}
	if given && len(program) > 0 {
		l.argv = program
		l.path = search(t, program[0])
	}
	if l.path == "" {
		return nil, errors.New("no program to run: end the kernel command line with -- PROGRAM ARGUMENTS")
	}
	return l, nil
}

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// search finds a program as a shell does.
func search(t *task.Task, name string) string {
	if strings.Contains(name, "/") {
		return name
	}
	for dir := range strings.SplitSeq(defaultPath, ":") {
		path := dir + "/" + name
		if f, err := vfs.OpenAt(t, vfs.Root(), path, unix.O_RDONLY, 0); err == nil {
			f.Put()
			return path
		}
	}
	return name
}

// readAll returns a file's contents.
func readAll(t *task.Task, path string) ([]byte, error) {
	f, err := vfs.OpenAt(t, vfs.Root(), path, unix.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Put()
	b := make([]byte, f.Inode().Size())
	n, err := f.ReadAt(b, 0)
	return b[:n], err
}

func splitNUL(b []byte) []string {
	s := strings.Split(string(b), "\x00")
	return s[:len(s)-1]
}
