package devfs

import (
	"cairn/kernel/fs/vfs"
	"cairn/kernel/random"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// memMajor is the major number of the devices that are only memory (Linux's
// Documentation/admin-guide/devices.txt).
const memMajor = 1

func init() {
	for _, d := range []struct {
		name  string
		minor uint32
		ops   vfs.FileOps
	}{{"null", 3, &null{}}, {"zero", 5, &zero{}}, {"full", 7, &full{}}, {"random", 8, &randomDevice{}}, {"urandom", 9, &randomDevice{}}} {
		vfs.RegisterChar(memMajor, d.minor, 1, func(_ *task.Task, f *vfs.File) error {
			f.Ops = d.ops
			return nil
		})
		Register(Node{Name: d.name, Mode: unix.S_IFCHR | 0666, Dev: unix.Mkdev(memMajor, d.minor)})
	}
}

// null is /dev/null (null(4)).
type null struct{ vfs.NoFile }

// Read is always at the end.
func (*null) Read(*task.Task, *vfs.File, *vm.Buffer, int64) (int, error) { return 0, nil }

// Write takes everything, without a look at it.
func (*null) Write(_ *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	n := b.Len()
	b.Skip(n)
	return n, nil
}

// Seek stays at 0.
func (*null) Seek(*vfs.File, int64, int) (int64, error) { return 0, nil }

// zero is /dev/zero (zero(4)).
type zero struct{ null }

// Read gives zeros without end.
func (*zero) Read(t *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	if n := b.Len(); n <= stretch {
		return b.WriteZeros(n)
	}
	return pieces(t, b, func(n int) (int, error) { return b.WriteZeros(n) })
}

// Map says that a mapping is anonymous memory.
func (*zero) Map(*vfs.File, bool) (vm.Object, error) { return nil, nil }

// full is /dev/full (full(4)).
type full struct{ zero }

// Write finds no space.
func (*full) Write(*task.Task, *vfs.File, *vm.Buffer, int64) (int, error) { return 0, unix.ENOSPC }

// Map fails: only /dev/zero can be mapped.
func (*full) Map(*vfs.File, bool) (vm.Object, error) { return nil, unix.ENODEV }

// randomDevice is /dev/random and /dev/urandom (random(4)), which are the same: the
// source is seeded before the first program starts.
type randomDevice struct{ null }

// chunk is how many random bytes are moved at a time.
const chunk = 256

// Read gives random bytes.
func (*randomDevice) Read(t *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	var p [chunk]byte
	return pieces(t, b, func(n int) (int, error) {
		q := p[:min(n, chunk)]
		random.Read(q)
		return b.Write(q)
	})
}

// Write adds to the source.
func (*randomDevice) Write(t *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	var p [chunk]byte
	return pieces(t, b, func(n int) (int, error) {
		m, err := b.Read(p[:min(n, chunk)])
		random.Add(p[:m])
		return m, err
	})
}

// The commands of random(4).
const (
	rndGetEntropyCount = 0x80045200 // RNDGETENTCNT
	rndAddToEntropy    = 0x40045201 // RNDADDTOENTCNT
	entropyBits        = 256        // what Linux says when the source is ready
)

// Ioctl says that the source is full of entropy.
func (*randomDevice) Ioctl(t *task.Task, _ *vfs.File, cmd uint32, arg vm.Addr) (uintptr, error) {
	switch cmd {
	case rndGetEntropyCount:
		return 0, vm.Store(t.AS, arg, int32(entropyBits))
	case rndAddToEntropy:
		if !vfs.CredOf(t).Has(unix.CAP_SYS_ADMIN) {
			return 0, unix.EPERM
		}
		return 0, nil
	}
	return 0, unix.EINVAL
}

// stretch is how many bytes are moved between two looks for signals.
const stretch = 64 << 10

// pieces calls move until b is used up or a signal waits. move is told how many bytes it may
// move, and returns how many it did.
func pieces(t *task.Task, b *vm.Buffer, move func(n int) (int, error)) (int, error) {
	done, look := 0, stretch
	for b.Len() > 0 {
		n, err := move(min(b.Len(), stretch))
		done += n
		if err != nil {
			if done > 0 {
				return done, nil
			}
			return 0, err
		}
		if done >= look {
			if t != nil && t.Interrupted() {
				break
			}
			look = done + stretch
		}
	}
	return done, nil
}
