package vm

import (
	"bytes"
	"testing"

	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

const (
	page = mem.PageSize
	base = Addr(0x10_0000) // where tests map with MAP_FIXED

	rw      = ProtRead | ProtWrite
	anon    = MapFlags(unix.MAP_PRIVATE | unix.MAP_ANONYMOUS)
	anonFix = anon | unix.MAP_FIXED
	shmFix  = MapFlags(unix.MAP_SHARED | unix.MAP_ANONYMOUS | unix.MAP_FIXED)
)

// setup makes a machine of that many bytes, and checks at the end that every frame came back.
func setup(t testing.TB, size int) {
	t.Helper()
	mem.InitHosted(size)
	before := mem.Free()
	t.Cleanup(func() {
		if after := mem.Free(); after != before && !t.Failed() {
			t.Errorf("%d bytes of memory leaked", int64(before-after))
		}
	})
}

// newSpace makes a machine and an address space on it.
func newSpace(t testing.TB) *AddressSpace {
	t.Helper()
	setup(t, 64<<20)
	return spaceOn(t)
}

// spaceOn makes an address space on the machine there is.
func spaceOn(t testing.TB) *AddressSpace {
	t.Helper()
	as, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(as.Put)
	return as
}

func mustMap(t testing.TB, as *AddressSpace, o MapOpts) Addr {
	t.Helper()
	a, err := as.Map(o)
	if err != nil {
		t.Fatalf("Map(%+v): %v", o, err)
	}
	checkRegions(t, as)
	return a
}

// mapAnon maps n pages of private memory at a.
func mapAnon(t testing.TB, as *AddressSpace, a Addr, n uint64) {
	t.Helper()
	mustMap(t, as, MapOpts{Addr: a, Length: n * page, Prot: rw, Flags: anonFix})
}

func fork(t testing.TB, as *AddressSpace) *AddressSpace {
	t.Helper()
	child, err := as.Fork()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(child.Put)
	return child
}

func mustWrite(t testing.TB, as *AddressSpace, a Addr, s string) {
	t.Helper()
	if n, err := as.CopyOut(a, []byte(s)); err != nil || n != len(s) {
		t.Fatalf("CopyOut(%#x, %q) = %d, %v", uint64(a), s, n, err)
	}
}

func wantAt(t testing.TB, as *AddressSpace, a Addr, want string) {
	t.Helper()
	p := make([]byte, len(want))
	if _, err := as.CopyIn(p, a); err != nil || string(p) != want {
		t.Errorf("at %#x: %q, %v, want %q", uint64(a), p, err, want)
	}
}

func wantErr(t testing.TB, what string, got, want error) {
	t.Helper()
	if got != want {
		t.Errorf("%s: error %v, want %v", what, got, want)
	}
}

// wantFault checks that an access gets the signal.
func wantFault(t testing.TB, as *AddressSpace, a Addr, access Access, signal unix.Signal, code int32) {
	t.Helper()
	err := as.Fault(a, access)
	f, ok := err.(*FaultError)
	if !ok || f.Signal != signal || f.Code != code || f.Addr != a {
		t.Errorf("%v at %#x: %v, want signal %v code %d", access, uint64(a), err, signal, code)
	}
}

// checkRegions checks what must always hold of the list of regions and the counters.
func checkRegions(t testing.TB, as *AddressSpace) {
	t.Helper()
	as.mu.Lock()
	defer as.mu.Unlock()
	var want usage
	end := uint64(0)
	for i, r := range as.regions {
		if r.start < end || r.start >= r.end || r.end > UserEnd || r.start&pageMask != 0 || r.end&pageMask != 0 {
			t.Fatalf("region %d [%#x, %#x) is empty, unaligned, or overlaps what ends at %#x", i, r.start, r.end, end)
		}
		if i > 0 && as.regions[i-1].joins(r) {
			t.Errorf("regions %d and %d at %#x should be one", i-1, i, r.start)
		}
		end = r.end
		want.add(r, r.size())
		countTables(as, r, &want)
	}
	got := as.usage
	if got.size != want.size || got.data != want.data || got.stack != want.stack || got.text != want.text ||
		got.locked != want.locked || got.resident != want.resident {
		t.Errorf("usage %+v, want %+v", got, want)
	}
	if as.gather.n != 0 || as.gather.changed != 0 {
		t.Errorf("%d frames and %d flushes were left behind", as.gather.n, as.gather.changed)
	}
}

// countTables counts the resident pages of r by looking at every page.
func countTables(as *AddressSpace, r *region, u *usage) {
	for a := r.start; a < r.end; {
		t, next := as.leaf(a)
		if t == nil {
			a = next
			continue
		}
		if e := load(as.entry(a)); e != 0 {
			u.resident[r.kindOfEntry(e)]++
		}
		a += page
	}
}

// newFile returns an object with the contents.
func newFile(t testing.TB, contents string) *Shmem {
	t.Helper()
	s := NewShmem("/file", 0)
	t.Cleanup(s.Put)
	if n, err := s.WriteAt(NewBuffer([]byte(contents)), 0); n != len(contents) || err != nil {
		t.Fatalf("WriteAt = %d, %v", n, err)
	}
	return s
}

// fill returns n bytes of c.
func fill(c byte, n int) string { return string(bytes.Repeat([]byte{c}, n)) }

func TestNewIsEmpty(t *testing.T) {
	as := newSpace(t)
	if got := as.Stats(); got.Size != 0 || got.Resident != 0 || got.Mappings != 0 {
		t.Errorf("Stats of a new address space: %+v", got)
	}
	wantFault(t, as, base, Read, unix.SIGSEGV, SegvMapErr)
	other := spaceOn(t)
	if other.ID() == as.ID() || other.Root() == as.Root() {
		t.Error("two address spaces are alike")
	}
}

func TestPutFreesEverything(t *testing.T) {
	setup(t, 16<<20)
	before := mem.Free()
	as, err := New()
	if err != nil {
		t.Fatal(err)
	}
	// Far apart, so that there are many page tables.
	for i := range Addr(8) {
		mapAnon(t, as, base+i<<40, 3)
		mustWrite(t, as, base+i<<40+page, "x")
	}
	as.Get().Put()
	wantAt(t, as, base+page, "x")
	as.Put()
	if mem.Free() != before {
		t.Errorf("%d bytes are missing after the last Put", before-mem.Free())
	}
}

func TestNewFailsWhenMemoryIsOut(t *testing.T) {
	setup(t, 1<<20)
	mem.SetReserve(1 << 20)
	if _, err := New(); err != unix.ENOMEM {
		t.Errorf("New: %v, want ENOMEM", err)
	}
}
