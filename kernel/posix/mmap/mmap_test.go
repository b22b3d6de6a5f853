package mmap_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	_ "cairn/kernel/posix/fs" // ftruncate(2)
	_ "cairn/kernel/posix/mmap"
	_ "cairn/kernel/posix/pipe"
	"cairn/kernel/posix/posixtest"

	"golang.org/x/sys/unix"
)

const (
	page    = 4096
	rw      = unix.PROT_READ | unix.PROT_WRITE
	private = unix.MAP_PRIVATE | unix.MAP_ANONYMOUS
	shared  = unix.MAP_SHARED | unix.MAP_ANONYMOUS
	fixed   = unix.MAP_FIXED
)

// areaBase is where areas are: where neither the kernel nor the Go runtime puts anything that nobody asked for there,
// since the tests make holes.
const areaBase, areaSize = 2 << 32, 1 << 30

// An area is a stretch of reserved address space to try calls in. What is logged is
// relative to it.
type area struct {
	*posixtest.Caller
	base  uint64
	pages int
	file  int // of three pages and a half
	probe int // a file to try memory with
	word  posixtest.Mem
}

func newArea(c *posixtest.Caller, pages int) *area {
	c.Call(unix.SYS_MUNMAP, areaBase, areaSize) // what an earlier test left
	base, e := c.Call(unix.SYS_MMAP, areaBase, pages*page, unix.PROT_NONE, private|unix.MAP_NORESERVE|unix.MAP_FIXED_NOREPLACE, -1, 0)
	if e != 0 {
		c.Log("no area: %v", e)
	}
	var contents []byte
	for i := range 4 {
		contents = append(contents, fmt.Sprintf("%-*s", page, fmt.Sprintf("head %d          page %d", i, i))...)
	}
	return &area{Caller: c, base: uint64(base), pages: pages,
		file: c.Temp(0, string(contents[:7*page/2])), probe: c.Temp(0, ""), word: c.Room(8)}
}

// at returns the address of page i of the area.
func (a *area) at(i int) uint64 { return a.base + uint64(i*page) }

// do makes a call, and logs the error or where in the area the result is.
func (a *area) do(label string, nr uintptr, args ...any) {
	v, e := a.Call(nr, args...)
	switch off := uint64(v) - a.base; {
	case e != 0:
		a.Log("%s: %s", label, unix.ErrnoName(e))
	case v == 0:
		a.Log("%s: 0", label)
	case off <= uint64(a.pages*page):
		a.Log("%s: at %#x", label, off)
	default:
		a.Log("%s: elsewhere", label)
	}
}

// show logs what page i holds, and whether it can be written.
func (a *area) show(i int) {
	if _, e := a.Call(unix.SYS_PWRITE64, a.probe, a.at(i)+16, 8, 0); e != 0 {
		a.Log("page %d: read %s", i, unix.ErrnoName(e))
	} else {
		a.Call(unix.SYS_PREAD64, a.probe, a.word, 8, 0)
		a.Log("page %d: %q", i, a.word.Bytes())
	}
	a.word.Set(fmt.Appendf(nil, "w%-7d", i))
	a.Call(unix.SYS_PWRITE64, a.probe, a.word, 8, 0)
	_, e := a.Call(unix.SYS_PREAD64, a.probe, a.at(i)+64, 8, 0)
	a.Log("page %d: write %v", i, e)
}

// put stores a word in page i, if it can.
func (a *area) put(i int, s string) {
	a.word.Set([]byte(fmt.Sprintf("%-8s", s)))
	a.Call(unix.SYS_PWRITE64, a.probe, a.word, 8, 0)
	_, e := a.Call(unix.SYS_PREAD64, a.probe, a.at(i)+16, 8, 0)
	a.Log("put %q to page %d: %v", s, i, e)
}

func TestMmapErrors(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		a := newArea(c, 16)
		fd := a.file
		other := c.Temp(0, "other")
		tests := []struct {
			name       string
			addr, n    uint64
			prot, flag int
			fd         int
			off        uint64
		}{
			{"no length", 0, 0, rw, private, -1, 0},
			{"length that wraps", 0, ^uint64(0), rw, private, -1, 0},
			{"huge", 0, 1 << 47, rw, private | unix.MAP_NORESERVE, -1, 0},
			{"no kind", a.base, page, rw, unix.MAP_ANONYMOUS | fixed, -1, 0},
			{"validate and anonymous", a.base, page, rw, unix.MAP_SHARED_VALIDATE | unix.MAP_ANONYMOUS | fixed, -1, 0},
			{"file, no kind", a.base, page, rw, fixed, fd, 0},
			{"bad descriptor", a.base, page, rw, unix.MAP_SHARED | fixed, 999, 0},
			{"bad descriptor, bad offset", a.base, page, rw, unix.MAP_SHARED | fixed, 999, 5},
			{"offset not aligned", a.base, page, rw, private | fixed, -1, 7},
			{"offset that wraps", a.base, 2 * page, rw, unix.MAP_SHARED | fixed, fd, ^uint64(0) &^ (page - 1)},
			{"address not aligned", a.base + 1, page, rw, private | fixed, -1, 0},
			{"address in the kernel", 1 << 63, page, rw, private | fixed, -1, 0},
			{"across the end", 1<<47 - 2*page, 2 * page, rw, private | fixed, -1, 0},
			{"noreplace", a.base, page, rw, private | unix.MAP_FIXED_NOREPLACE, -1, 0},
			{"unknown flag, validated", a.base, page, rw, unix.MAP_SHARED_VALIDATE | fixed | 1<<23, fd, 0},
			{"unknown flag, private", a.base, page, rw, private | fixed | 1<<28, -1, 0},
			{"unknown protection", a.base, page, rw | 1<<20, private | fixed, -1, 0},
			{"grows down and shared", a.base, page, rw, shared | fixed | unix.MAP_GROWSDOWN, -1, 0},
			{"grows down and a file", a.base, page, rw, unix.MAP_PRIVATE | fixed | unix.MAP_GROWSDOWN, fd, 0},
			{"shared file", a.base, page, rw, unix.MAP_SHARED | fixed, fd, page},
			{"validated shared file", a.base, page, rw, unix.MAP_SHARED_VALIDATE | fixed, other, 0},
			{"a descriptor that does not matter", a.base, page, rw, private | fixed, 999, 0},
			{"huge pages", 0, 2 << 20, rw, private | unix.MAP_HUGETLB, -1, 0},
		}
		for _, tt := range tests {
			a.do(tt.name, unix.SYS_MMAP, tt.addr, tt.n, tt.prot, tt.flag, tt.fd, tt.off)
		}
	})
}

func TestMmapPipe(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		a := newArea(c, 8)
		ends := c.Room(8)
		c.Do("pipe", unix.SYS_PIPE2, ends, 0)
		in, out := int(ends.Bytes()[0]), int(ends.Bytes()[4])
		for _, prot := range []int{unix.PROT_NONE, unix.PROT_READ, rw} {
			for _, kind := range []int{unix.MAP_SHARED, unix.MAP_PRIVATE} {
				a.do("read end", unix.SYS_MMAP, a.base, page, prot, kind|fixed, in, 0)
				a.do("write end", unix.SYS_MMAP, a.base, page, prot, kind|fixed, out, 0)
			}
		}
	})
}

func TestFileMappings(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		a := newArea(c, 32)
		a.do("private", unix.SYS_MMAP, a.at(0), 6*page, rw, unix.MAP_PRIVATE|fixed, a.file, 0)
		a.do("shared", unix.SYS_MMAP, a.at(8), 6*page, rw, unix.MAP_SHARED|fixed, a.file, 0)
		for i := range 14 {
			a.show(i)
		}
		a.put(1, "private")
		a.put(10, "shared")
		for _, i := range []int{1, 2, 9, 10} {
			a.show(i)
		}
		c.Do("truncate", unix.SYS_FTRUNCATE, a.file, page+100)
		for i := range 14 {
			a.show(i)
		}
		c.Do("extend", unix.SYS_FTRUNCATE, a.file, 5*page)
		for i := range 14 {
			a.show(i)
		}
		a.put(12, "again")
		a.do("MADV_REMOVE", unix.SYS_MADVISE, a.at(12), page, unix.MADV_REMOVE)
		a.show(12)
		a.do("MADV_DONTNEED", unix.SYS_MADVISE, a.at(0), 6*page, unix.MADV_DONTNEED)
		a.show(1)
		a.do("msync", unix.SYS_MSYNC, a.at(8), 6*page, unix.MS_SYNC)
	})
}

func TestGrowsDown(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		a := newArea(c, 1024)
		a.do("make room", unix.SYS_MUNMAP, a.at(1), 1022*page)
		a.do("below", unix.SYS_MMAP, a.at(100), page, rw, private|fixed, -1, 0)
		a.do("stack", unix.SYS_MMAP, a.at(900), page, rw, private|fixed|unix.MAP_GROWSDOWN, -1, 0)
		for _, i := range []int{900, 899, 880, 500, 357, 356, 101} {
			a.show(i)
		}
		a.do("protect the rest", unix.SYS_MPROTECT, a.at(900), page, unix.PROT_READ|unix.PROT_GROWSDOWN)
		a.show(500)
	})
}

func TestMadviseErrors(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		a := newArea(c, 16)
		a.do("private", unix.SYS_MMAP, a.at(0), 4*page, rw, private|fixed, -1, 0)
		a.do("shared", unix.SYS_MMAP, a.at(4), page, unix.PROT_READ, shared|fixed, -1, 0)
		a.do("file", unix.SYS_MMAP, a.at(5), page, rw, unix.MAP_PRIVATE|fixed, a.file, 0)
		a.do("locked", unix.SYS_MLOCK, a.at(3), page)
		a.do("hole", unix.SYS_MUNMAP, a.at(8), page)
		for advice := -1; advice <= 25; advice++ {
			switch advice {
			case unix.MADV_MERGEABLE, unix.MADV_UNMERGEABLE, unix.MADV_HUGEPAGE, unix.MADV_NOHUGEPAGE, unix.MADV_COLLAPSE:
				continue // depends on the configuration
			case unix.MADV_PAGEOUT, unix.MADV_COLD:
				continue // Linux refuses some pages, where there is nothing to do here
			}
			for i := range 9 {
				a.do(fmt.Sprintf("advice %d of page %d", advice, i), unix.SYS_MADVISE, a.at(i), page, advice)
			}
			a.do(fmt.Sprintf("advice %d, not aligned", advice), unix.SYS_MADVISE, a.at(0)+1, page, advice)
			a.do(fmt.Sprintf("advice %d, no length", advice), unix.SYS_MADVISE, a.at(0), 0, advice)
			a.do(fmt.Sprintf("advice %d, wraps", advice), unix.SYS_MADVISE, a.at(0), -page, advice)
			a.do(fmt.Sprintf("advice %d across a hole", advice), unix.SYS_MADVISE, a.at(7), 3*page, advice)
		}
	})
}

func TestMincore(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		a := newArea(c, 600)
		a.do("private", unix.SYS_MMAP, a.at(0), 600*page, rw, private|fixed, -1, 0)
		a.put(0, "x")
		a.put(300, "x")
		a.do("hole", unix.SYS_MUNMAP, a.at(590), page)
		vec := c.Room(600)
		c.Do("some", unix.SYS_MINCORE, a.base, 301*page-1, vec)
		for i, b := range vec.Bytes() {
			if b != 0 {
				c.Log("page %d: %d", i, b)
			}
		}
		c.Do("across a hole", unix.SYS_MINCORE, a.at(588), 4*page, vec)
		c.Do("nothing", unix.SYS_MINCORE, a.base, 0, vec)
		c.Do("not aligned", unix.SYS_MINCORE, a.base+1, page, vec)
		c.Do("wraps", unix.SYS_MINCORE, a.base, -1, vec)
		c.Do("bad vector", unix.SYS_MINCORE, a.base, page, posixtest.Bad)
	})
}

func TestBrk(t *testing.T) {
	posixtest.Compare(t, func(c *posixtest.Caller) {
		end, _ := c.Call(unix.SYS_BRK, 0)
		for _, to := range []int64{1, -1, end - 1<<40} {
			if now, _ := c.Call(unix.SYS_BRK, to); now != end {
				c.Log("brk(%#x) moved the end by %d", to, now-end)
			}
		}
	})
}

// TestRandomly makes random calls, and looks at every page after each few.
func TestRandomly(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			posixtest.Compare(t, func(c *posixtest.Caller) { randomCalls(newArea(c, 24), seed) })
		})
	}
}

func randomCalls(a *area, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 7))
	pick := func(of ...int) int { return of[rnd.IntN(len(of))] }
	prot := func() int { return pick(0, unix.PROT_READ, unix.PROT_READ, rw, rw, rw) }
	for step := range 120 {
		i := rnd.IntN(a.pages)
		n := 1 + rnd.IntN(min(6, a.pages-i))
		at, length := a.at(i), n*page
		label := fmt.Sprintf("step %d, page %d, %d pages: ", step, i, n)
		switch rnd.IntN(12) {
		case 0:
			kind := pick(private, shared)
			a.do(label+"mmap", unix.SYS_MMAP, at, length, prot(), kind|fixed, -1, 0)
		case 1:
			kind := pick(unix.MAP_PRIVATE, unix.MAP_SHARED)
			a.do(label+"mmap file", unix.SYS_MMAP, at, length, prot(), kind|fixed, a.file, rnd.IntN(4)*page)
		case 2:
			a.do(label+"munmap", unix.SYS_MUNMAP, at, length)
		case 3, 4:
			a.do(label+"mprotect", unix.SYS_MPROTECT, at, length, prot())
		case 5:
			a.do(label+"madvise", unix.SYS_MADVISE, at, length, pick(unix.MADV_DONTNEED, unix.MADV_DONTNEED, unix.MADV_DONTFORK,
				unix.MADV_DOFORK, unix.MADV_WIPEONFORK, unix.MADV_WILLNEED, unix.MADV_POPULATE_READ, unix.MADV_DONTDUMP))
		case 6:
			a.do(label+"mlock", uintptr(pick(unix.SYS_MLOCK, unix.SYS_MUNLOCK)), at+uint64(rnd.IntN(100)), length)
		case 7:
			to, size := rnd.IntN(a.pages), 1+rnd.IntN(6)
			size = min(size, a.pages-to)
			if i+n < a.pages && rnd.IntN(2) == 0 {
				a.do(label+"mremap in place", unix.SYS_MREMAP, at, length, min(size, a.pages-i)*page, 0, 0)
			} else {
				// One page: Linux 6.17 and later moves several mappings at once.
				a.do(label+fmt.Sprintf("mremap to page %d", to), unix.SYS_MREMAP, at, length, page,
					unix.MREMAP_MAYMOVE|unix.MREMAP_FIXED, a.at(to))
			}
		case 8:
			a.do(label+"msync", unix.SYS_MSYNC, at, length, pick(unix.MS_SYNC, unix.MS_ASYNC, unix.MS_ASYNC|unix.MS_INVALIDATE, 0))
		default:
			a.put(i, fmt.Sprint("v", step))
		}
		if step%6 == 0 {
			for i := range a.pages {
				a.show(i)
			}
		}
	}
	a.do("clean up", unix.SYS_MUNMAP, a.base, a.pages*page)
}
