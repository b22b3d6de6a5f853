package pipe

import (
	"math"

	"cairn/kernel/posix/fdtab"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// The flags of splice(2), tee(2) and vmsplice(2), from Linux's include/linux/splice.h. All
// but SPLICE_F_NONBLOCK are hints.
const (
	spliceMove     = 1
	spliceNonBlock = 2
	spliceMore     = 4
	spliceGift     = 8
	spliceFlags    = spliceMove | spliceNonBlock | spliceMore | spliceGift
)

// Splice implements splice(2).
//
// Pages of pipes and of regular files are handed on, not copied; from a pipe to a file
// they are copied. SPLICE_F_MOVE, SPLICE_F_MORE and SPLICE_F_GIFT are hints, and mean nothing.
//
//cairn:syscall splice
func Splice(t *task.Task, inFD sys.FD, offIn sys.InOutOff, outFD sys.FD, offOut sys.InOutOff, n sys.Size, flags sys.SpliceFlags) (int, error) {
	if n == 0 {
		return 0, nil
	}
	if flags&^spliceFlags != 0 {
		return 0, unix.EINVAL
	}
	var s splicing
	if err := s.begin(t, inFD, outFD, n, flags); err != nil {
		return 0, err
	}
	defer s.end()
	if s.inEnd != nil && offIn != 0 || s.outEnd != nil && offOut != 0 {
		return 0, unix.ESPIPE
	}
	to, err := loadOffset(t, offOut)
	if err != nil {
		return 0, err
	}
	from, err := loadOffset(t, offIn)
	if err != nil {
		return 0, err
	}
	if !s.in.Readable() || !s.out.Writable() {
		return 0, unix.EBADF
	}
	if s.inEnd == nil && from.beyond(n) || s.outEnd == nil && to.beyond(n) {
		return 0, unix.EINVAL
	}
	switch {
	case s.inEnd != nil && s.outEnd != nil && s.inEnd.pipe != s.outEnd.pipe:
		return s.between((*ring).moveTo)
	case s.inEnd != nil && s.outEnd == nil:
		done, err := s.toFile(to)
		return done, storeOffset(t, offOut, to.off+int64(done), err)
	case s.inEnd == nil && s.outEnd != nil:
		done, err := s.fromFile(from)
		return done, storeOffset(t, offIn, from.off+int64(done), err)
	}
	return 0, unix.EINVAL
}

// Tee implements tee(2).
//
//cairn:syscall tee
func Tee(t *task.Task, inFD, outFD sys.FD, n sys.Size, flags sys.SpliceFlags) (int, error) {
	if flags&^spliceFlags != 0 {
		return 0, unix.EINVAL
	}
	if n == 0 {
		return 0, nil
	}
	var s splicing
	if err := s.begin(t, inFD, outFD, n, flags); err != nil {
		return 0, err
	}
	defer s.end()
	if !s.in.Readable() || !s.out.Writable() {
		return 0, unix.EBADF
	}
	if s.inEnd == nil || s.outEnd == nil || s.inEnd.pipe == s.outEnd.pipe {
		return 0, unix.EINVAL
	}
	return s.between((*ring).copyTo)
}

// Vmsplice implements vmsplice(2).
//
// The bytes are copied, so that SPLICE_F_GIFT means nothing and the memory can be used again
// at once.
//
//cairn:syscall vmsplice
func Vmsplice(t *task.Task, fd sys.FD, iov sys.IoVec, count uint64, flags sys.SpliceFlags) (int, error) {
	if flags&^spliceFlags != 0 {
		return 0, unix.EINVAL
	}
	f, err := fdtab.Get(t, fd)
	if err != nil {
		return 0, err
	}
	defer f.Put()
	b := &t.Buf
	if err := b.SetUserIovecs(t.AS, vm.Addr(iov), count); err != nil || b.Len() == 0 {
		return 0, err
	}
	e, ok := f.Ops.(*end)
	if !ok {
		return 0, unix.EBADF
	}
	s := splicing{t: t, in: f, inEnd: e, out: f, outEnd: e, nonBlock: flags&spliceNonBlock != 0}
	if f.Writable() {
		return s.fromUser(b)
	}
	return s.toUser(b)
}

// An offset is where a splice begins in a file: at a number that the program gave, or at the
// file's own position.
type offset struct {
	given bool
	off   int64
}

// beyond says whether what is n bytes long would end beyond the last offset there is.
func (o offset) beyond(n sys.Size) bool { return int64(n) < 0 || o.off > math.MaxInt64-int64(n) }

// loadOffset returns the offset at user address a; 0 is the file's own position.
func loadOffset(t *task.Task, a sys.InOutOff) (o offset, err error) {
	if a != 0 {
		o.given = true
		o.off, err = vm.Load[int64](t.AS, vm.Addr(a))
	}
	return o, err
}

// storeOffset sets the number at user address a, if that is not 0 and the call succeeded.
// It returns the error of the call.
func storeOffset(t *task.Task, a sys.InOutOff, off int64, err error) error {
	if a == 0 || err != nil {
		return err
	}
	return vm.Store(t.AS, vm.Addr(a), off)
}
