package exec

import (
	"encoding/binary"
	"math/rand/v2"

	"cairn/kernel/arch"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// Entries of the auxiliary vector (getauxval(3)).
const (
	atNull         = 0
	atPhdr         = 3
	atPhent        = 4
	atPhnum        = 5
	atPageSize     = 6
	atBase         = 7
	atFlags        = 8
	atEntry        = 9
	atUID          = 11
	atEUID         = 12
	atGID          = 13
	atEGID         = 14
	atPlatform     = 15
	atHWCap        = 16
	atClockTick    = 17
	atSecure       = 23
	atRandom       = 25
	atHWCap2       = 26
	atExecFn       = 31
	atSysinfoEHdr  = 33
	atMinSigStkSz  = 51
	clockTick      = 100 // sysconf(_SC_CLK_TCK), on every Linux
	stackAlignment = 16
)

// Limits of execve(2), "Limits on size of arguments and environment".
const (
	maxArgStrlen = 32 * mem.PageSize
	minArgSpace  = 32 * mem.PageSize // ARG_MAX's floor
	maxArgSpace  = 6 << 20           // three quarters of _STK_LIM
)

// initialStack is how much of the stack is mapped from the start, beyond what the
// arguments take; the rest grows.
const initialStack = 132 << 10

// stringBytes returns how many bytes the strings take, with their NULs.
func stringBytes(ss []string) (n uint64, err error) {
	for _, s := range ss {
		if len(s) >= maxArgStrlen {
			return 0, unix.E2BIG
		}
		n += uint64(len(s)) + 1
	}
	return n, nil
}

// CheckSize checks that arguments and environment keep to the limits for a
// stack limit in bytes: E2BIG.
func CheckSize(argv, envp []string, stackLimit uint64) error {
	a, err := stringBytes(argv)
	if err != nil {
		return err
	}
	e, err := stringBytes(envp)
	if err != nil {
		return err
	}
	pointers := uint64(len(argv)+len(envp)) * 8
	if a+e+pointers > max(minArgSpace, min(stackLimit/4, maxArgSpace)) {
		return unix.E2BIG
	}
	return nil
}

// stackBuilder writes a stack from its top down.
type stackBuilder struct {
	as  *vm.AddressSpace
	sp  uint64
	err error
}

func (b *stackBuilder) push(p []byte) uint64 {
	b.sp -= uint64(len(p))
	if b.err == nil {
		_, b.err = b.as.CopyOut(vm.Addr(b.sp), p)
	}
	return b.sp
}

func (b *stackBuilder) pushString(s string) uint64 { return b.push(append([]byte(s), 0)) }

// pushStrings writes the strings so that the first is lowest, and returns where each is.
func (b *stackBuilder) pushStrings(ss []string) []uint64 {
	at := make([]uint64, len(ss))
	for i := len(ss) - 1; i >= 0; i-- {
		at[i] = b.pushString(ss[i])
	}
	return at
}

// buildStack maps the stack and fills it as the System V ABI describes (AMD64
// supplement, section 3.4.1; AAPCS64 likewise): argc, argv, envp, auxiliary
// vector, and the strings they point to.
func (p *Program) buildStack(t *task.Task, r *Request, img *image, vdso vm.Addr) error {
	if err := CheckSize(r.Argv, r.Envp, r.StackLimit); err != nil {
		return err
	}
	argBytes, _ := stringBytes(r.Argv)
	envBytes, _ := stringBytes(r.Envp)
	vectors := uint64(len(r.Argv)+len(r.Envp)+64) * 8
	size := pageCeil(argBytes + envBytes + vectors + uint64(len(r.Path)) + initialStack)
	prot := vm.Prot(unix.PROT_READ | unix.PROT_WRITE)
	if img.execStk {
		prot |= unix.PROT_EXEC
	}
	top := uint64(p.as.Layout().StackTop)
	if _, err := p.as.Map(vm.MapOpts{
		Addr: vm.Addr(top - size), Length: size, Prot: prot, Name: "[stack]",
		Flags: unix.MAP_PRIVATE | unix.MAP_ANONYMOUS | unix.MAP_FIXED_NOREPLACE | unix.MAP_GROWSDOWN | unix.MAP_STACK,
	}); err != nil {
		return err
	}
	b := &stackBuilder{as: p.as, sp: top}
	b.push(make([]byte, 8))
	execFn := b.pushString(r.Path)
	envp := b.pushStrings(r.Envp)
	p.Args.EnvStart, p.Args.EnvEnd = vm.Addr(b.sp), vm.Addr(b.sp+envBytes)
	argv := b.pushStrings(r.Argv)
	p.Args.ArgStart, p.Args.ArgEnd = vm.Addr(b.sp), vm.Addr(b.sp+argBytes)
	platform := b.pushString(arch.Platform)
	b.sp &^= stackAlignment - 1
	var seed [16]byte
	binary.LittleEndian.PutUint64(seed[0:], rand.Uint64())
	binary.LittleEndian.PutUint64(seed[8:], rand.Uint64())
	random := b.push(seed[:])

	cred, secure := vfs.CredOf(t), uint64(0)
	if r.Cred != nil {
		c, changed := r.Cred(p.File)
		cred = c
		if changed {
			secure = 1
		}
	}
	words := []uint64{uint64(len(argv))}
	words = append(append(words, argv...), 0)
	words = append(append(words, envp...), 0)
	auxv := len(words)
	words = append(words,
		atHWCap, arch.HWCap(), atHWCap2, arch.HWCap2(), atPageSize, mem.PageSize, atClockTick, clockTick,
		atPhdr, img.phdr, atPhent, programHdrSize, atPhnum, uint64(img.phnum), atBase, img.base, atFlags, 0, atEntry, img.entry,
		atUID, uint64(cred.RUID), atEUID, uint64(cred.UID), atGID, uint64(cred.RGID), atEGID, uint64(cred.GID), atSecure, secure,
		atRandom, random, atExecFn, execFn, atPlatform, platform, atMinSigStkSz, uint64(arch.SignalStackMin()))
	if vdso != 0 {
		words = append(words, atSysinfoEHdr, uint64(vdso))
	}
	words = append(words, atNull, 0)
	b.sp -= uint64(len(words)) * 8
	b.sp &^= stackAlignment - 1
	raw := make([]byte, 0, len(words)*8)
	for _, w := range words {
		raw = binary.LittleEndian.AppendUint64(raw, w)
	}
	b.sp += uint64(len(raw))
	p.sp = b.push(raw)
	p.Auxv = raw[auxv*8:]
	return b.err
}
