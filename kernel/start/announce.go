//go:build cairn

package start

import (
	"encoding/binary"

	"cairn/kernel/config"
	"cairn/kernel/exec"
	"cairn/kernel/syscall"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// announce shows the first program to the routines around system calls as the execve(2) that it would be
// under Linux: a trace begins with it. The arguments of the call are those on the program's own stack.
func announce(t *task.Task, p *exec.Program) {
	if !config.LIBSYSCALL_SHIM_ROUTINES {
		return
	}
	const word = 8
	argv := t.Regs.SP() + word // behind argc
	var argc [word]byte
	if _, err := t.CopyIn(argc[:], vm.Addr(t.Regs.SP())); err != nil {
		return
	}
	envp := argv + (binary.LittleEndian.Uint64(argc[:])+1)*word
	args := [6]uintptr{execfn(p.Auxv), uintptr(argv), uintptr(envp)}
	if syscall.Enter(t, unix.SYS_EXECVE, args) == nil {
		_ = syscall.Leave(t, unix.SYS_EXECVE, 0, nil) // it has succeeded
	}
}

// execfn returns the address of the program's path, AT_EXECFN of the auxiliary vector (getauxval(3)).
func execfn(auxv []byte) uintptr {
	const atExecFn, pair = 31, 16
	for ; len(auxv) >= pair; auxv = auxv[pair:] {
		if binary.LittleEndian.Uint64(auxv) == atExecFn {
			return uintptr(binary.LittleEndian.Uint64(auxv[pair/2:]))
		}
	}
	return 0
}
