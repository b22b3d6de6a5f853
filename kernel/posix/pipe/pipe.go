package pipe

import (
	"sync"
	"sync/atomic"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/mem"
	"cairn/kernel/wait"
)

// defaultPages is the capacity of a new pipe in pages: 64 KiB.
const defaultPages = 16

// A pipe is what the ends of a pipe, or the descriptions of a FIFO, share.
type pipe struct {
	inode *vfs.Inode
	order uint64 // of locking, unique

	// Who waits: readers, writers, and in opens those who open a FIFO. Reader and writer have
	// a queue each, so that an edge-triggered epoll(7) of one end does not see the other's edges.
	// A description that is both is in in.
	in, out, opens wait.Queue

	mu      sync.Mutex
	ring    ring
	readers int // descriptions open for reading
	writers int // descriptions open for writing
	both    int // of these, those open for reading as well
	// How often the pipe was opened for reading and for writing, ever: who opens
	// a FIFO waits for one of these to change.
	reads, writes uint32
}

// lastOrder is the order of the youngest pipe.
var lastOrder atomic.Uint64

// newPipe returns an empty pipe that nobody has open.
func newPipe(inode *vfs.Inode) *pipe {
	return &pipe{inode: inode, order: lastOrder.Add(1), ring: ring{size: defaultPages, pages: make([]page, defaultPages)}}
}

// enter counts an end that is opened. The pipe is locked.
func (p *pipe) enter(f *vfs.File) {
	if f.Readable() {
		p.readers++
		p.reads++
	}
	if f.Writable() {
		p.writers++
		p.writes++
	}
	if f.Readable() && f.Writable() {
		p.both++
	}
}

// leave counts an end that is closed, and tells the other side when this side is
// gone. With the last end, a FIFO is empty and of the usual size again.
func (p *pipe) leave(f *vfs.File) {
	p.mu.Lock()
	if f.Readable() {
		p.readers--
	}
	if f.Writable() {
		p.writers--
	}
	if f.Readable() && f.Writable() {
		p.both--
	}
	alone := (p.readers == 0) != (p.writers == 0)
	if p.readers == 0 && p.writers == 0 {
		p.ring.clear()
		if p.ring.size != defaultPages {
			p.ring.resize(defaultPages)
		}
	}
	p.mu.Unlock()
	if alone {
		const all = wait.In | wait.Out | wait.Err | wait.Hup
		p.in.Wake(all)
		p.out.Wake(all)
	}
}

// wakeWriters tells the writers that there is room; both is p.both.
func (p *pipe) wakeWriters(both int) {
	p.out.Wake(wait.Out)
	if both > 0 {
		p.in.Wake(wait.Out)
	}
}

// maxSize is the largest capacity in bytes that a process without
// CAP_SYS_RESOURCE can ask for: /proc/sys/fs/pipe-max-size.
var maxSize atomic.Int64

func init() { maxSize.Store(1 << 20) }

// MaxSize returns /proc/sys/fs/pipe-max-size, in bytes.
func MaxSize() int { return int(maxSize.Load()) }

// SetMaxSize sets /proc/sys/fs/pipe-max-size, in bytes. It is rounded up as F_SETPIPE_SZ
// rounds. It reports whether the size is one that a pipe can have.
func SetMaxSize(n uint64) bool {
	pages := roundSize(n)
	if pages == 0 {
		return false
	}
	maxSize.Store(int64(pages) * mem.PageSize)
	return true
}

// roundSize returns how many pages a pipe of n bytes has: a power of two, or 0
// if n is beyond 2 GiB.
func roundSize(n uint64) int {
	if n > 1<<31 {
		return 0
	}
	pages := 1
	for uint64(pages)*mem.PageSize < n {
		pages *= 2
	}
	return pages
}
