package process

import (
	"strconv"

	"cairn/kernel/exec"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Execve implements execve(2).
//
// Set-user-ID and set-group-ID bits of the file are honoured. File capabilities are not.
//
//cairn:syscall execve option=LIBPOSIX_PROCESS_EXECVE
func Execve(t *task.Task, path sys.Path, argv sys.Argv, envp sys.Envp) error {
	return Execveat(t, unix.AT_FDCWD, path, argv, envp, 0)
}

// Execveat implements execveat(2).
//
// Supports AT_EMPTY_PATH and AT_SYMLINK_NOFOLLOW.
//
//cairn:syscall execveat option=LIBPOSIX_PROCESS_EXECVE
func Execveat(t *task.Task, dirfd sys.DirFD, path sys.Path, argv sys.Argv, envp sys.Envp, flags sys.AtFlags) error {
	if flags&^(unix.AT_EMPTY_PATH|unix.AT_SYMLINK_NOFOLLOW) != 0 {
		return unix.EINVAL
	}
	name, err := t.CopyInPath(vm.Addr(path))
	if err != nil {
		return err
	}
	if Crowded(t) {
		return unix.EAGAIN
	}
	r := exec.Request{
		StackLimit: exec.StackLimit(t),
		NoRandom:   threads.Get(t).persona.Load()&addrNoRandomize != 0,
	}
	left := argumentLimit(r.StackLimit)
	if r.Argv, err = copyStrings(t, vm.Addr(argv), &left); err != nil {
		return err
	}
	if r.Envp, err = copyStrings(t, vm.Addr(envp), &left); err != nil {
		return err
	}
	if len(r.Argv) == 0 {
		r.Argv = []string{""} // as Linux since 5.18
	}
	if err := locate(t, &r, dirfd, name, flags); err != nil {
		return err
	}
	return execute(t, r)
}

// locate opens the program and fills in how it and its interpreters are found.
func locate(t *task.Task, r *exec.Request, dirfd sys.DirFD, name string, flags sys.AtFlags) error {
	r.Path = name
	r.Open = func(path string) (*vfs.File, error) { return open(t, vfs.Path{}, path, vfs.Follow) }
	var base vfs.Path
	if dirfd != unix.AT_FDCWD && (name == "" || name[0] != '/') {
		dir, err := fdtab.GetPath(t, sys.FD(dirfd))
		if err != nil {
			return err
		}
		defer dir.Put()
		if name != "" && !dir.Inode().IsDir() {
			return unix.ENOTDIR
		}
		base = dir.Reopenable()
		r.Path = "/dev/fd/" + strconv.Itoa(int(dirfd))
		if name != "" {
			r.Path += "/" + name
		}
		if r.Unreachable, err = fdtab.Cloexec(t, sys.FD(dirfd)); err != nil {
			return err
		}
	}
	follow := vfs.Follow
	if flags&unix.AT_SYMLINK_NOFOLLOW != 0 {
		follow = 0
	}
	var err error
	switch {
	case name != "":
		r.File, err = open(t, base, name, follow)
	case flags&unix.AT_EMPTY_PATH == 0:
		err = unix.ENOENT
	case base.Dentry == nil:
		err = unix.EACCES // the working directory
	default:
		r.File, err = base.OpenExec(t)
	}
	return err
}

// open opens a program.
func open(t *task.Task, base vfs.Path, name string, flags vfs.WalkFlag) (*vfs.File, error) {
	p, err := vfs.Walk(t, base, name, flags)
	if err != nil {
		return nil, err
	}
	return p.OpenExec(t)
}

// execute loads the program and makes t run it. Before the other tasks of the process are told to end, a failure
// leaves everything as it was.
func execute(t *task.Task, r exec.Request) error {
	var secure bool
	commit := func() {}
	r.Cred = func(f *vfs.File) (c *vfs.Cred, _ bool) {
		c, secure, commit = ExecCred(t, f)
		return c, secure
	}
	program, err := exec.Load(t, r)
	if err != nil {
		return err
	}
	if err := t.Alone(); err != nil {
		program.Abandon()
		return err
	}
	Of(t).noteRSS(t.AS)
	program.Commit(t)
	commit()
	settle(t, secure)
	return nil
}
