package vfs

import (
	"math"

	"cairn/kernel/clock"
	"cairn/kernel/task"
	"cairn/kernel/trial"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// FileSizeLimit returns the largest size in bytes that the task may give to a
// file (RLIMIT_FSIZE). The library of resource limits replaces it.
var FileSizeLimit = func(t *task.Task) int64 { return math.MaxInt64 }

// FileSizeExceeded is told that a task went beyond its FileSizeLimit; the
// library of signals replaces it to send SIGXFSZ.
var FileSizeExceeded = func(t *task.Task) {}

// Read reads at the position and moves it (read(2)): EBADF if the description
// is not open for reading, EAGAIN if there is nothing to read yet.
func (f *File) Read(t *task.Task, b *vm.Buffer) (int, error) {
	if f.mode&modeRead == 0 {
		return 0, unix.EBADF
	}
	if f.mode&modeSeek == 0 {
		return f.Ops.Read(t, f, b, -1)
	}
	f.posLock.Lock()
	if beyond(f.pos, b) {
		f.posLock.Unlock()
		return 0, unix.EINVAL
	}
	n, err := f.Ops.Read(t, f, b, f.pos)
	f.pos += int64(n)
	f.posLock.Unlock()
	if f.mode&modeNoAtime == 0 {
		f.inode.accessed()
	}
	if watching() && n > 0 {
		f.happened(unix.IN_ACCESS)
	}
	return n, err
}

// PRead reads at off and leaves the position alone (pread(2)): ESPIPE if the
// file has no position, EINVAL if off is negative.
func (f *File) PRead(t *task.Task, b *vm.Buffer, off int64) (int, error) {
	if err := f.positioned(off, b, modeRead); err != nil {
		return 0, err
	}
	n, err := f.Ops.Read(t, f, b, off)
	if f.mode&modeNoAtime == 0 {
		f.inode.accessed()
	}
	if watching() && n > 0 {
		f.happened(unix.IN_ACCESS)
	}
	return n, err
}

// Write writes at the position, or at the end with O_APPEND, and moves the
// position (write(2)): EBADF if the description is not open for writing,
// EAGAIN if there is no room yet, EFBIG beyond the file size limit.
func (f *File) Write(t *task.Task, b *vm.Buffer) (int, error) {
	if f.mode&(modeWrite|modeSeek) == modeWrite {
		return f.Ops.Write(t, f, b, -1)
	}
	return f.WriteAppend(t, b, f.appends())
}

// appends says whether O_APPEND is set.
func (f *File) appends() bool { return f.flags.Load()&unix.O_APPEND != 0 }

// WriteAppend is Write at the end or not, whatever O_APPEND says (RWF_APPEND and
// RWF_NOAPPEND of pwritev2(2)).
func (f *File) WriteAppend(t *task.Task, b *vm.Buffer, end bool) (int, error) {
	if f.mode&modeWrite == 0 {
		return 0, unix.EBADF
	}
	if f.mode&modeSeek == 0 {
		return f.Ops.Write(t, f, b, -1)
	}
	f.posLock.Lock()
	if beyond(f.pos, b) {
		f.posLock.Unlock()
		return 0, unix.EINVAL
	}
	if !f.inode.IsRegular() {
		n, err := f.Ops.Write(t, f, b, f.pos)
		f.pos += int64(n)
		f.posLock.Unlock()
		if watching() {
			f.wrote(n)
		}
		return n, err
	}
	n, next, err := f.writeAt(t, b, f.pos, end)
	if n > 0 {
		f.pos = next
	}
	f.posLock.Unlock()
	if watching() {
		f.wrote(n)
	}
	return n, err
}

// wrote tells who watches the file that n bytes were written.
func (f *File) wrote(n int) {
	if n > 0 {
		f.happened(unix.IN_MODIFY)
	}
}

// PWrite writes at off and leaves the position alone (pwrite(2)). With O_APPEND
// it writes at the end, as Linux does.
func (f *File) PWrite(t *task.Task, b *vm.Buffer, off int64) (int, error) {
	return f.PWriteAppend(t, b, off, f.appends())
}

// PWriteAppend is PWrite at the end or not, whatever O_APPEND says.
func (f *File) PWriteAppend(t *task.Task, b *vm.Buffer, off int64, end bool) (int, error) {
	if err := f.positioned(off, b, modeWrite); err != nil {
		return 0, err
	}
	n, _, err := f.writeAt(t, b, off, end)
	if watching() {
		f.wrote(n)
	}
	return n, err
}

// beyond says whether what is as long as b would end beyond the last offset there is.
func beyond(off int64, b *vm.Buffer) bool { return off > math.MaxInt64-int64(b.Len()) }

func (f *File) positioned(off int64, b *vm.Buffer, need fileMode) error {
	switch {
	case off < 0:
		return unix.EINVAL
	case f.mode&modePath != 0:
		return unix.EBADF
	case f.mode&modeSeek == 0:
		return unix.ESPIPE
	case f.mode&need == 0:
		return unix.EBADF
	case beyond(off, b):
		return unix.EINVAL
	}
	return nil
}

// writeAt writes at off, or at the end, and returns where the write ended. Writes to
// one regular file exclude each other.
func (f *File) writeAt(t *task.Task, b *vm.Buffer, off int64, end bool) (n int, next int64, err error) {
	i := f.inode
	if !i.IsRegular() {
		n, err = f.Ops.Write(t, f, b, off)
		return n, off + int64(n), err
	}
	i.content.Lock()
	defer i.content.Unlock()
	if end {
		off = i.Size()
	}
	if b.Len() == 0 {
		return 0, off, nil
	}
	if limit := FileSizeLimit(t); off >= limit {
		FileSizeExceeded(t)
		return 0, off, unix.EFBIG
	} else if int64(b.Len()) > limit-off {
		b.Limit(int(limit - off))
	}
	n, err = f.Ops.Write(t, f, b, off)
	if n > 0 {
		i.written(t)
	}
	return n, off + int64(n), err
}

// Seek moves the position and returns it (lseek(2)): ESPIPE for files without one,
// EINVAL for a whence that the file does not know or a negative result.
func (f *File) Seek(off int64, whence int) (int64, error) {
	if f.mode&modePath != 0 {
		return 0, unix.EBADF
	}
	if f.mode&modeSeek == 0 {
		return 0, unix.ESPIPE
	}
	f.posLock.Lock()
	defer f.posLock.Unlock()
	pos, err := f.Ops.Seek(f, off, whence)
	if err != nil {
		return 0, err
	}
	f.pos = pos
	return pos, nil
}

// Pos returns the position, for Readdir and Seek operations: it is locked.
func (f *File) Pos() int64 { return f.pos }

// Position returns the position, for everybody else.
func (f *File) Position() int64 {
	f.posLock.Lock()
	defer f.posLock.Unlock()
	return f.pos
}

// SetPos sets the position, for Readdir operations.
func (f *File) SetPos(pos int64) { f.pos = pos }

// SeekSized is the Seek operation of a file of size bytes without holes.
func SeekSized(f *File, off int64, whence int, size int64) (int64, error) {
	switch whence {
	case unix.SEEK_SET:
	case unix.SEEK_CUR:
		off = addSat(f.pos, off)
	case unix.SEEK_END:
		off = addSat(size, off)
	case unix.SEEK_DATA:
		if off < 0 || off >= size {
			return 0, unix.ENXIO
		}
	case unix.SEEK_HOLE:
		if off < 0 || off >= size {
			return 0, unix.ENXIO
		}
		off = size
	default:
		return 0, unix.EINVAL
	}
	if off < 0 {
		return 0, unix.EINVAL
	}
	return off, nil
}

// addSat adds, and gives a negative number for a sum that does not fit.
func addSat(a, b int64) int64 {
	if b > 0 && a > math.MaxInt64-b {
		return -1
	}
	return a + b
}

// Readdir hands entries to s (getdents64(2)): ENOTDIR if the file is not a
// directory, ENOENT if the directory was removed.
func (f *File) Readdir(t *task.Task, s DirSink) error {
	if !f.inode.IsDir() {
		return unix.ENOTDIR
	}
	if f.mode&modeRead == 0 {
		return unix.EBADF
	}
	f.posLock.Lock()
	defer f.posLock.Unlock()
	if d := f.path.Dentry; d != nil && d.Dead() {
		return unix.ENOENT
	}
	o, ok := f.Ops.(Readdirer)
	if !ok {
		return unix.ENOTDIR
	}
	err := o.Readdir(t, f, s)
	if f.mode&modeNoAtime == 0 {
		f.inode.accessed()
	}
	f.happened(unix.IN_ACCESS)
	return err
}

// Ready returns what poll(2) would say now.
func (f *File) Ready() wait.Events {
	if f.mode&modePath != 0 {
		return wait.Nval
	}
	return f.Ops.Ready(f)
}

// Queue returns the queue that is woken when Ready changes, or nil.
func (f *File) Queue() *wait.Queue {
	if f.mode&modePath != 0 {
		return nil
	}
	return f.Ops.Queue(f)
}

// Personal are the operations of files that are not equally ready to all: signalfd(2) is about
// the signals of who asks.
type Personal interface {
	// ReadyTo is FileOps.Ready for t, and QueueOf is FileOps.Queue.
	ReadyTo(t *task.Task) wait.Events
	QueueOf(t *task.Task) *wait.Queue
}

// ReadyTo returns what poll(2) would say now to t. A nil task is nobody in particular.
func (f *File) ReadyTo(t *task.Task) wait.Events {
	if f.mode&modePersonal == 0 || t == nil {
		return f.Ready()
	}
	return f.Ops.(Personal).ReadyTo(t)
}

// QueueOf returns the queue that is woken when ReadyTo changes, or nil.
func (f *File) QueueOf(t *task.Task) *wait.Queue {
	if f.mode&modePersonal == 0 {
		return f.Queue()
	}
	return f.Ops.(Personal).QueueOf(t)
}

// Stat fills in the attributes (fstat(2)). It works with O_PATH too.
func (f *File) Stat(a *Attr) error { return f.inode.Stat(a) }

// Truncate sets the length (ftruncate(2)).
func (f *File) Truncate(t *task.Task, size int64) error {
	if size < 0 {
		return unix.EINVAL
	}
	if f.mode&modePath != 0 {
		return unix.EBADF
	}
	if f.mode&modeWrite == 0 || !f.inode.IsRegular() {
		return unix.EINVAL
	}
	if size > f.inode.Size() && size > FileSizeLimit(t) {
		FileSizeExceeded(t)
		return unix.EFBIG
	}
	f.inode.content.Lock()
	defer f.inode.content.Unlock()
	if err := f.truncate(t, size); err != nil {
		return err
	}
	f.inode.written(t)
	f.happened(unix.IN_MODIFY)
	return nil
}

// Fallocate does fallocate(2).
func (f *File) Fallocate(t *task.Task, mode int, off, n int64) error {
	if off < 0 || n <= 0 {
		return unix.EINVAL
	}
	if err := checkFallocate(mode); err != nil {
		return err
	}
	if f.mode&modeWrite == 0 {
		return unix.EBADF
	}
	switch f.inode.Type() {
	case unix.S_IFIFO:
		return unix.ESPIPE
	case unix.S_IFREG:
	default:
		return f.fallocate(t, mode, off, n)
	}
	if off > math.MaxInt64-n {
		return unix.EFBIG
	}
	if mode&unix.FALLOC_FL_KEEP_SIZE == 0 && off+n > FileSizeLimit(t) {
		FileSizeExceeded(t)
		return unix.EFBIG
	}
	f.inode.content.Lock()
	defer f.inode.content.Unlock()
	if err := f.fallocate(t, mode, off, n); err != nil {
		return err
	}
	f.inode.written(t)
	f.happened(unix.IN_MODIFY)
	return nil
}

// checkFallocate checks that the mode's flags exist and go together.
func checkFallocate(mode int) error {
	const (
		keep, punch, zero          = unix.FALLOC_FL_KEEP_SIZE, unix.FALLOC_FL_PUNCH_HOLE, unix.FALLOC_FL_ZERO_RANGE
		collapse, insert, separate = unix.FALLOC_FL_COLLAPSE_RANGE, unix.FALLOC_FL_INSERT_RANGE, unix.FALLOC_FL_UNSHARE_RANGE
	)
	switch {
	case mode&^(keep|punch|zero|collapse|insert|separate) != 0,
		mode&(punch|zero) == punch|zero,
		mode&(punch|keep) == punch:
		return unix.EOPNOTSUPP
	case mode&collapse != 0 && mode != collapse,
		mode&insert != 0 && mode != insert,
		mode&separate != 0 && mode&^(separate|keep) != 0:
		return unix.EINVAL
	}
	return nil
}

// MaxProt returns what a mapping of the file may ever be protected to, as PROT_
// bits: no writing through a shared mapping of a file that is not open for it,
// no execution on a noexec mount.
func (f *File) MaxProt(shared bool) int {
	prot := unix.PROT_READ | unix.PROT_WRITE | unix.PROT_EXEC
	if shared && f.mode&modeWrite == 0 {
		prot &^= unix.PROT_WRITE
	}
	if f.path.Mount.flagged(unix.MS_NOEXEC) {
		prot &^= unix.PROT_EXEC
	}
	return prot
}

// Map returns the object that mmap(2) maps. prot has the PROT_ bits, shared
// says MAP_SHARED. EACCES if the description's access mode does not allow it,
// EPERM if the mount is noexec or a seal forbids it, ENODEV if the file cannot be mapped. A nil
// object without an error stands for anonymous memory, as /dev/zero is.
func (f *File) Map(prot int, shared bool) (vm.Object, error) {
	if f.mode&modePath != 0 {
		return nil, unix.EBADF
	}
	if trial.Fail() {
		return nil, unix.ENOMEM
	}
	write := shared && prot&unix.PROT_WRITE != 0
	if f.mode&modeRead == 0 || write && (f.mode&modeWrite == 0) {
		return nil, unix.EACCES
	}
	if prot&unix.PROT_EXEC != 0 && f.path.Mount.flagged(unix.MS_NOEXEC) {
		return nil, unix.EPERM
	}
	o, err := f.MapPages(write)
	if err == nil && f.mode&modeNoAtime == 0 {
		f.inode.accessed()
	}
	return o, err
}

// Object returns the object to map privately, or nil if the file cannot be mapped
// (ENODEV).
func (f *File) Object() vm.Object {
	o, err := f.Map(unix.PROT_READ, false)
	if err != nil {
		return nil
	}
	return o
}

// ReadAt reads at off for the kernel itself, whatever the access mode. It
// returns fewer bytes than p holds only at the end of the file or with an error.
func (f *File) ReadAt(p []byte, off int64) (int, error) {
	if trial.Fail() {
		return 0, unix.EIO
	}
	b := vm.NewBuffer(p)
	n := 0
	for n < len(p) {
		k, err := f.Ops.Read(nil, f, b, off+int64(n))
		n += k
		if k == 0 || err != nil {
			return n, err
		}
	}
	return n, nil
}

// accessed notes a read: the access time moves if it is not after the other
// times, or a day old (mount(8), relatime).
func (i *Inode) accessed() {
	if i.SB.noAtime {
		return
	}
	a := i.atime.Load()
	if a > i.mtime.Load() && a > i.ctime.Load() {
		if now := clock.Wall(); now-a >= 24*3600*clock.Second {
			i.atime.Store(now)
		}
		return
	}
	i.atime.Store(clock.Wall())
}

// Pollable says whether poll(2) means anything for the file: regular files and
// directories are always ready, and epoll_ctl(2) refuses them (EPERM).
func (f *File) Pollable() bool { return !f.inode.IsRegular() && !f.inode.IsDir() }

// A Sealer is a FileOps of files that can be sealed (memfd_create(2)).
type Sealer interface {
	// Seals returns the F_SEAL_ bits that are set.
	Seals(f *File) int
	// AddSeals sets more: EPERM with F_SEAL_SEAL, EBUSY for F_SEAL_WRITE on a file
	// that is mapped for writing.
	AddSeals(f *File, seals int) error
}

// Seals returns the seals of the file (F_GET_SEALS): EINVAL if it can have none.
func (f *File) Seals() (int, error) {
	if s, ok := f.Ops.(Sealer); ok {
		return s.Seals(f), nil
	}
	return 0, unix.EINVAL
}

// AddSeals adds seals to the file (F_ADD_SEALS): EINVAL if it can have none or for unknown
// ones, EPERM if it is not open for writing or sealed against sealing.
func (f *File) AddSeals(seals int) error {
	const known = unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW |
		unix.F_SEAL_WRITE | unix.F_SEAL_FUTURE_WRITE
	s, ok := f.Ops.(Sealer)
	switch {
	case f.mode&modeWrite == 0:
		return unix.EPERM
	case !ok || seals&^known != 0:
		return unix.EINVAL
	}
	f.inode.content.Lock()
	defer f.inode.content.Unlock()
	return s.AddSeals(f, seals)
}
