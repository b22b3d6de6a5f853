package vm

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// The model of an address space: for each page of a small window, what is mapped and where its bytes are.
const (
	modelPages = 48
	// modelBase lies across a boundary of page tables.
	modelBase = Addr(1<<30 - 20*page)
)

type modelPage struct {
	mapped, shared bool
	prot           Prot
	object         *modelObject // of a shared page, or of one not copied yet
	off            int
	private        []byte // nil: the object's bytes, or zeros
}

// A modelObject is a file, or shared anonymous memory.
type modelObject struct {
	contents []byte
	file     *Shmem // nil for shared anonymous memory
}

type modelSpace struct {
	as    *AddressSpace
	pages [modelPages]modelPage
}

// A model is several address spaces, related by fork, and the files they map.
type model struct {
	t      *testing.T
	rnd    *rand.Rand
	spaces []*modelSpace
	files  []*modelObject
	log    []string
}

func (m *model) logf(format string, args ...any) { m.log = append(m.log, fmt.Sprintf(format, args...)) }

func (m *model) failf(format string, args ...any) {
	m.t.Helper()
	for _, l := range m.log[max(0, len(m.log)-80):] {
		m.t.Log(l)
	}
	m.t.Fatalf(format, args...)
}

// slice picks a stretch of pages.
func (m *model) slice() (first, n int) {
	first = m.rnd.IntN(modelPages)
	return first, 1 + m.rnd.IntN(min(12, modelPages-first))
}

func address(i int) Addr { return modelBase + Addr(i*page) }

// bytes returns what a read of the page sees; ok is false if it is beyond the file's end.
func (p *modelPage) bytes() (b []byte, ok bool) {
	switch {
	case p.private != nil:
		return p.private, true
	case p.object == nil:
		return make([]byte, page), true
	case p.off >= len(p.object.contents):
		return nil, false
	}
	b = make([]byte, page)
	copy(b, p.object.contents[p.off:])
	return b, true
}

func (m *model) mmap(s *modelSpace) {
	first, n := m.slice()
	prot := Prot(m.rnd.IntN(4))
	o := MapOpts{Addr: address(first), Length: uint64(n) * page, Prot: prot, Flags: unix.MAP_FIXED}
	var object *modelObject
	off := 0
	o.Flags |= unix.MAP_PRIVATE
	if m.rnd.IntN(2) == 0 {
		o.Flags ^= unix.MAP_PRIVATE ^ unix.MAP_SHARED
	}
	isShared := o.Flags&unix.MAP_SHARED != 0
	switch {
	case m.rnd.IntN(2) == 0:
		object = m.files[m.rnd.IntN(len(m.files))]
		off = m.rnd.IntN(8) * page
		o.Object, o.Offset = object.file, uint64(off)
	case isShared:
		object = &modelObject{contents: make([]byte, n*page)}
	}
	if m.rnd.IntN(8) == 0 {
		o.Flags |= unix.MAP_POPULATE
	}
	m.logf("mmap %d +%d prot %d shared %v file %v off %d", first, n, prot, isShared, o.Object != nil, off)
	if _, err := s.as.Map(o); err != nil {
		m.failf("Map: %v", err)
	}
	for i := range n {
		s.pages[first+i] = modelPage{mapped: true, shared: isShared, prot: prot, object: object, off: off + i*page}
	}
	// MAP_POPULATE writes to private memory: it makes the copies.
	for i := first; i < first+n && o.Flags&unix.MAP_POPULATE != 0 && prot&ProtWrite != 0 && !isShared; i++ {
		contents, within := s.pages[i].bytes()
		if !within {
			break
		}
		s.pages[i].private = contents
	}
}

func (m *model) munmap(s *modelSpace) {
	first, n := m.slice()
	m.logf("munmap %d +%d", first, n)
	if err := s.as.Unmap(address(first), uint64(n)*page); err != nil {
		m.failf("Unmap: %v", err)
	}
	clear(s.pages[first : first+n])
}

func (m *model) mprotect(s *modelSpace) {
	first, n := m.slice()
	prot := Prot(m.rnd.IntN(4))
	m.logf("mprotect %d +%d to %d", first, n, prot)
	var want error
	for i := first; i < first+n; i++ {
		if !s.pages[i].mapped {
			want = unix.ENOMEM
			break
		}
		s.pages[i].prot = prot
	}
	if err := s.as.Protect(address(first), uint64(n)*page, prot); err != want {
		m.failf("Protect: %v, want %v", err, want)
	}
}

func (m *model) madvise(s *modelSpace) {
	first, n := m.slice()
	m.logf("discard %d +%d", first, n)
	var want error
	for i := first; i < first+n; i++ {
		if !s.pages[i].mapped {
			want = unix.ENOMEM
		}
		s.pages[i].private = nil
	}
	if err := s.as.Advise(address(first), uint64(n)*page, unix.MADV_DONTNEED); err != want {
		m.failf("Advise: %v, want %v", err, want)
	}
}

// mremap moves one page or a few of one kind to a fixed place.
func (m *model) mremap(s *modelSpace) {
	first, n := m.slice()
	to := m.rnd.IntN(modelPages - n + 1)
	m.logf("mremap %d +%d to %d", first, n, to)
	_, err := s.as.Remap(address(first), uint64(n)*page, uint64(n)*page, unix.MREMAP_MAYMOVE|unix.MREMAP_FIXED, address(to))
	if first < to+n && to < first+n {
		if err != unix.EINVAL && err != unix.EFAULT {
			m.failf("Remap onto itself: %v", err)
		}
		return
	}
	if !s.pages[first].mapped {
		if err != unix.EFAULT {
			m.failf("Remap of nothing: %v", err)
		}
		return
	}
	if err != nil && err != unix.EFAULT {
		m.failf("Remap: %v", err)
	}
	// The target is unmapped even when the source turns out to be two mappings.
	clear(s.pages[to : to+n])
	if err == nil {
		copy(s.pages[to:to+n], s.pages[first:first+n])
		clear(s.pages[first : first+n])
	}
}

func (m *model) write(s *modelSpace) {
	i, off, n := m.rnd.IntN(modelPages), m.rnd.IntN(page), 1+m.rnd.IntN(100)
	n = min(n, page-off)
	data := bytes.Repeat([]byte{byte(1 + m.rnd.IntN(255))}, n)
	p := &s.pages[i]
	m.logf("write %d bytes of %#x to page %d at %d", n, data[0], i, off)
	got, err := s.as.CopyOut(address(i)+Addr(off), data)
	old, within := p.bytes()
	if !p.mapped || p.prot&ProtWrite == 0 || !within {
		if got != 0 || err != unix.EFAULT {
			m.failf("CopyOut where it is not allowed = %d, %v", got, err)
		}
		return
	}
	if err != nil {
		m.failf("CopyOut = %d, %v", got, err)
	}
	if p.shared {
		copy(p.object.contents[p.off:], old)
		copy(p.object.contents[min(p.off+off, len(p.object.contents)):], data)
		return
	}
	p.private = old
	copy(p.private[off:], data)
}

func (m *model) truncate() {
	o := m.files[m.rnd.IntN(len(m.files))]
	n := m.rnd.IntN(12) * page
	m.logf("truncate a file to %d", n)
	if err := o.file.Truncate(uint64(n)); err != nil {
		m.failf("Truncate: %v", err)
	}
	if n < len(o.contents) {
		for _, s := range m.spaces {
			for i := range s.pages {
				if p := &s.pages[i]; p.object == o && p.off >= n {
					p.private = nil
				}
			}
		}
	}
	o.contents = append(o.contents[:min(n, len(o.contents))], make([]byte, max(n-len(o.contents), 0))...)
}

func (m *model) fork(s *modelSpace) {
	if len(m.spaces) == 5 {
		return
	}
	m.logf("fork")
	child, err := s.as.Fork()
	if err != nil {
		m.failf("Fork: %v", err)
	}
	c := &modelSpace{as: child, pages: s.pages}
	for i := range c.pages {
		c.pages[i].private = bytes.Clone(c.pages[i].private)
	}
	m.spaces = append(m.spaces, c)
}

func (m *model) exit(i int) {
	if len(m.spaces) == 1 {
		return
	}
	m.logf("exit of %d", i)
	m.spaces[i].as.Put()
	m.spaces = append(m.spaces[:i], m.spaces[i+1:]...)
}

// check compares every page of every address space with the model.
func (m *model) check() {
	m.t.Helper()
	for k, s := range m.spaces {
		checkRegions(m.t, s.as)
		for i := range s.pages {
			p := &s.pages[i]
			want, within := p.bytes()
			readable := p.mapped && p.prot != 0 && within
			got := make([]byte, page)
			n, err := s.as.CopyIn(got, address(i))
			if readable != (err == nil) {
				m.failf("space %d, page %d: read %d bytes, %v, want success: %v", k, i, n, err, readable)
			}
			for j := range want {
				if readable && got[j] != want[j] {
					m.failf("space %p, page %d (%+v): byte %d is %#x, want %#x", s, i, p, j, got[j], want[j])
				}
			}
		}
	}
	if m.t.Failed() {
		m.failf("after this")
	}
}

// TestModel does random things to address spaces and to the model, and compares. Set
// VM_MODEL_SEED to repeat a run, VM_MODEL_ROUNDS for a longer one.
func TestModel(t *testing.T) {
	rounds, seed := 10, uint64(1)
	if n, err := strconv.Atoi(os.Getenv("VM_MODEL_ROUNDS")); err == nil {
		rounds = n
	}
	if n, err := strconv.ParseUint(os.Getenv("VM_MODEL_SEED"), 0, 64); err == nil {
		seed, rounds = n, 1
	}
	for round := range uint64(rounds) {
		t.Run(fmt.Sprint(seed+round), func(t *testing.T) {
			mem.InitHosted(16 << 20)
			before := mem.Free()
			runModel(t, seed+round)
			if after := mem.Free(); after != before {
				t.Errorf("%d bytes leaked", int64(before-after))
			}
		})
	}
}

func runModel(t *testing.T, seed uint64) {
	m := &model{t: t, rnd: rand.New(rand.NewPCG(seed, 0))}
	for i := range 2 {
		o := &modelObject{contents: bytes.Repeat([]byte{byte('A' + i)}, (5+i)*page)}
		o.file = NewShmem("file", 0)
		defer o.file.Put()
		writeFile(t, o.file, 0, string(o.contents))
		m.files = append(m.files, o)
	}
	as, err := New()
	if err != nil {
		t.Fatal(err)
	}
	m.spaces = []*modelSpace{{as: as}}
	defer func() {
		for _, s := range m.spaces {
			s.as.Put()
		}
	}()
	for step := range 400 {
		k := m.rnd.IntN(len(m.spaces))
		s := m.spaces[k]
		m.logf("space %p:", s)
		switch m.rnd.IntN(16) {
		case 0, 1, 2:
			m.mmap(s)
		case 3:
			m.munmap(s)
		case 4, 5:
			m.mprotect(s)
		case 6:
			m.madvise(s)
		case 7:
			m.mremap(s)
		case 8:
			m.fork(s)
		case 9:
			if m.rnd.IntN(2) == 0 {
				m.exit(k)
			} else {
				m.truncate()
			}
		default:
			m.write(s)
		}
		if step%8 == 0 {
			m.check()
		}
	}
	m.check()
}
