package vm

import (
	"bytes"
	"math/rand/v2"
	"sync"
	"testing"

	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// newPages returns empty pages, freed at the end.
func newPages(t testing.TB, q *Quota) *Pages {
	t.Helper()
	p := new(Pages)
	p.Init(nil, q)
	t.Cleanup(p.Release)
	return p
}

func readAll(t testing.TB, p *Pages) []byte {
	t.Helper()
	b := make([]byte, p.Size())
	if n, err := p.ReadAt(NewBuffer(b), 0); n != len(b) || err != nil {
		t.Fatalf("ReadAt = %d, %v, want %d", n, err, len(b))
	}
	return b
}

func TestPagesReadWrite(t *testing.T) {
	setup(t, 16<<20)
	p := newPages(t, nil)
	if n, err := p.ReadAt(NewBuffer(make([]byte, 10)), 0); n != 0 || err != nil {
		t.Errorf("reading nothing: %d, %v", n, err)
	}
	write := func(off uint64, s string) {
		t.Helper()
		if n, err := p.WriteAt(NewBuffer([]byte(s)), off); n != len(s) || err != nil {
			t.Fatalf("WriteAt = %d, %v", n, err)
		}
	}
	write(page-2, "abcd")
	write(1<<40, "far")
	if p.Size() != 1<<40+3 || p.Resident() != 3*page {
		t.Errorf("Size = %d, Resident = %d, want %d, 3 pages", p.Size(), p.Resident(), 1<<40+3)
	}
	got := make([]byte, 8)
	if n, err := p.ReadAt(NewBuffer(got), page-4); n != 8 || err != nil || string(got) != "\x00\x00abcd\x00\x00" {
		t.Errorf("across pages: %q (%d, %v)", got, n, err)
	}
	if n, err := p.ReadAt(NewBuffer(got), 1<<40+1); n != 2 || err != nil || string(got[:2]) != "ar" {
		t.Errorf("at the end: %q (%d, %v)", got[:n], n, err)
	}
	if n, err := p.WriteAt(NewBuffer([]byte("x")), maxSize); n != 0 || err != unix.EFBIG {
		t.Errorf("write beyond the largest offset: %d, %v", n, err)
	}
	wantErr(t, "Truncate beyond the largest offset", p.Truncate(1<<63), unix.EFBIG)
	wantErr(t, "Allocate beyond the largest offset", p.Allocate(1<<63-1, 1, false), unix.EFBIG)
}

func TestPagesSeek(t *testing.T) {
	setup(t, 16<<20)
	p := newPages(t, nil)
	writeAt(t, p, 100*page, "data")
	writeAt(t, p, 5000*page, "more")
	if err := p.Truncate(9000 * page); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		off        uint64
		data, hole uint64
		err        error
	}{
		{0, 100 * page, 0, nil},
		{100*page + 7, 100*page + 7, 101 * page, nil},
		{101 * page, 5000 * page, 101 * page, nil},
		{5001 * page, 0, 5001 * page, unix.ENXIO},
	}
	for _, tt := range tests {
		if got, err := p.SeekData(tt.off); err != tt.err || got != tt.data {
			t.Errorf("SeekData(%d) = %d, %v, want %d, %v", tt.off, got, err, tt.data, tt.err)
		}
		if got, err := p.SeekHole(tt.off); err != nil || got != tt.hole {
			t.Errorf("SeekHole(%d) = %d, %v, want %d", tt.off, got, err, tt.hole)
		}
	}
	if _, err := p.SeekHole(9000 * page); err != unix.ENXIO {
		t.Errorf("SeekHole at the end: %v", err)
	}
}

func writeAt(t testing.TB, p *Pages, off uint64, s string) {
	t.Helper()
	if n, err := p.WriteAt(NewBuffer([]byte(s)), off); n != len(s) || err != nil {
		t.Fatalf("WriteAt(%d) = %d, %v", off, n, err)
	}
}

func TestPagesQuotaAndMemory(t *testing.T) {
	setup(t, 16<<20)
	q := NewQuota(3*page - 1)
	p, other := newPages(t, q), newPages(t, q)
	writeAt(t, p, 0, fill('x', 2*page))
	if n, err := other.WriteAt(NewBuffer(make([]byte, 2*page)), 0); n != page || err != unix.ENOSPC {
		t.Errorf("write beyond the quota: %d, %v, want a page, ENOSPC", n, err)
	}
	wantErr(t, "Allocate beyond the quota", other.Allocate(0, 3*page, true), unix.ENOSPC)
	if other.Resident() != page {
		t.Errorf("%d bytes stay after Allocate failed, want the page that was there", other.Resident())
	}
	if err := other.Truncate(2 * page); err != nil { // a hole
		t.Fatal(err)
	}
	if _, err := other.Frame(page, true); err != ErrBeyondEnd {
		t.Errorf("a mapped page beyond the quota: %v, want SIGBUS", err)
	}
	if limit, used := q.Usage(); limit != 3*page || used != 3*page {
		t.Errorf("Usage = %d, %d, want 3 pages each", limit, used)
	}
	p.Release()
	q.SetLimit(2 * page)
	wantErr(t, "Allocate after a release", other.Allocate(0, 2*page, true), nil)
	mem.SetReserve(mem.Total())
	q.SetLimit(1 << 30)
	if n, err := p.WriteAt(NewBuffer([]byte("x")), 0); n != 0 || err != unix.ENOSPC {
		t.Errorf("write without memory: %d, %v, want ENOSPC", n, err)
	}
	if _, used := q.Usage(); used != 2*page {
		t.Errorf("the quota counts %d bytes, want 2 pages", used)
	}
	mem.SetReserve(0)
}

func TestAllocateFarTooMuch(t *testing.T) {
	setup(t, 16<<20)
	p := newPages(t, NewQuota(8<<20))
	writeAt(t, p, 0, "x")
	for _, size := range []uint64{9 << 20, 1 << 30, maxSize} {
		n := testing.AllocsPerRun(1, func() {
			if err := p.Allocate(0, size, false); err != unix.ENOSPC {
				t.Errorf("Allocate(%d): %v, want ENOSPC", size, err)
			}
		})
		if n != 0 {
			t.Errorf("Allocate(%d) begins with what it cannot end", size)
		}
	}
	if p.Resident() != page {
		t.Errorf("%d bytes are there, want a page", p.Resident())
	}
	wantErr(t, "Allocate", p.Allocate(0, 4<<20, false), nil)
}

func TestPagesEFAULT(t *testing.T) {
	as := newSpace(t)
	p := newPages(t, nil)
	mapAnon(t, as, base, 1)
	mustWrite(t, as, base, fill('u', page))
	var b Buffer
	if err := b.SetUser(as, base+page-3, 10); err != nil {
		t.Fatal(err)
	}
	if n, err := p.WriteAt(&b, 5); n != 3 || err != unix.EFAULT || p.Size() != 8 {
		t.Errorf("write from half a buffer: %d, %v, size %d", n, err, p.Size())
	}
	if err := b.SetUser(as, base+page-3, 10); err != nil {
		t.Fatal(err)
	}
	if n, err := p.ReadAt(&b, 0); n != 3 || err != unix.EFAULT {
		t.Errorf("read into half a buffer: %d, %v", n, err)
	}
}

func TestPagesTruncateUnmaps(t *testing.T) {
	as := newSpace(t)
	file := newFile(t, fill('f', 4*page))
	private, shared := base, base+16*page
	mustMap(t, as, MapOpts{Addr: private, Length: 4 * page, Prot: rw, Flags: unix.MAP_PRIVATE | unix.MAP_FIXED, Object: file})
	mustMap(t, as, MapOpts{Addr: shared, Length: 4 * page, Prot: rw, Flags: unix.MAP_SHARED | unix.MAP_FIXED, Object: file})
	mustWrite(t, as, private+2*page, "copy")
	mustWrite(t, as, shared+3*page, "S")
	wantAt(t, as, private, "f")
	child := fork(t, as)
	if err := file.Truncate(page + 10); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*AddressSpace{as, child} {
		for _, a := range []Addr{private + 2*page, private + 3*page, shared + 2*page, shared + 3*page} {
			wantFault(t, s, a, Read, unix.SIGBUS, BusAdrErr)
		}
		wantAt(t, s, shared+page, fill('f', 10)+"\x00\x00")
		checkRegions(t, s)
	}
	// What is written beyond the end in the last page is not the file's.
	mustWrite(t, as, shared+page+20, "beyond")
	if err := file.Truncate(4 * page); err != nil {
		t.Fatal(err)
	}
	wantAt(t, as, shared+page, fill('f', 10)+fill(0, 3*page-10-page))
}

func TestPagesPunchHoleKeepsCopies(t *testing.T) {
	as := newSpace(t)
	file := newFile(t, fill('f', 4*page))
	mustMap(t, as, MapOpts{Addr: base, Length: 4 * page, Prot: rw, Flags: unix.MAP_PRIVATE | unix.MAP_FIXED, Object: file})
	wantAt(t, as, base, fill('f', 4*page))
	mustWrite(t, as, base+page, "copy")
	if err := file.PunchHole(page/2, 2*page); err != nil {
		t.Fatal(err)
	}
	wantAt(t, as, base, fill('f', page/2)+fill(0, page/2)+"copy"+fill('f', page-4)+fill(0, page/2)+fill('f', page/2))
	checkFile(t, file, page, "\x00\x00\x00\x00")
	if got := file.Resident(); got != 3*page {
		t.Errorf("%d bytes resident, want 3 pages", got)
	}
	checkRegions(t, as)
}

// adopt makes pages of a RAM disk's file with the contents, followed by foreign bytes.
// It returns the frame of the last page.
func adopt(t *testing.T, p *Pages, contents string, whose int) mem.Frame {
	t.Helper()
	n := int(pages(pageUp(uint64(len(contents)))))
	start, ok := mem.AllocContiguous(n)
	if !ok {
		t.Fatal("no memory")
	}
	disk := mem.Physical(uint64(start), uintptr(n*page))
	copy(disk, contents+fill('#', n*page-len(contents)))
	last := start + mem.Frame((n-1)*page)
	for range whose {
		last.Get()
	}
	p.Adopt(start, uint64(len(contents)))
	return last
}

func TestPagesAdopt(t *testing.T) {
	contents := fill('a', page) + fill('b', page) + "tail"
	for _, users := range []int{0, 1} { // others that use the last frame
		setup(t, 16<<20)
		p := newPages(t, nil)
		before := mem.Free()
		last := adopt(t, p, contents, users)
		if got := string(readAll(t, p)); got != contents {
			t.Errorf("contents differ: %d bytes", len(got))
		}
		if p.Resident() != 3*page || before-mem.Free() != 3*page {
			t.Errorf("Resident = %d, %d bytes used, want 3 pages", p.Resident(), before-mem.Free())
		}
		f, err := p.Frame(2*page, false)
		if err != nil || string(f.Bytes()[:8]) != "tail\x00\x00\x00\x00" || (f == last) != (users == 0) {
			t.Errorf("last page with %d other users: %v, %q, same frame %v", users, err, f.Bytes()[:8], f == last)
		}
		f.Put()
		if users > 0 && last.Bytes()[4] != '#' {
			t.Error("the other user's bytes were changed")
		}
		writeAt(t, p, page-1, "XY")
		if err := p.PunchHole(0, page); err != nil {
			t.Fatal(err)
		}
		if got := string(readAll(t, p)); got != fill(0, page)+"Y"+fill('b', page-1)+"tail" {
			t.Errorf("after changes: %d bytes, begins %q", len(got), got[:4])
		}
		writeAt(t, p, 0, "new")
		if p.Resident() != 3*page {
			t.Errorf("Resident = %d, want 3 pages", p.Resident())
		}
		p.Release()
		for range users {
			last.Put()
		}
		if mem.Free() != before {
			t.Errorf("%d bytes missing after Release", before-mem.Free())
		}
	}
}

func TestPagesAdoptedTail(t *testing.T) {
	const contents = "0123456789"
	tests := []struct {
		name string
		do   func(p *Pages) error
		want string
	}{
		{"grow", func(p *Pages) error { return p.Truncate(13) }, "0123456789\x00\x00\x00"},
		{"shrink and grow", func(p *Pages) error { _ = p.Truncate(4); return p.Truncate(8) }, "0123\x00\x00\x00\x00"},
		{"empty and grow", func(p *Pages) error { _ = p.Truncate(0); return p.Truncate(3) }, "\x00\x00\x00"},
		{"write after a gap", func(p *Pages) error { _, err := p.WriteAt(NewBuffer([]byte("x")), 12); return err }, "0123456789\x00\x00x"},
		{"punch the middle", func(p *Pages) error { return p.PunchHole(2, 3) }, "01\x00\x00\x0056789"},
		{"punch the end", func(p *Pages) error { return p.PunchHole(5, 1<<40) }, "01234\x00\x00\x00\x00\x00"},
		{"allocate", func(p *Pages) error { return p.Allocate(0, 12, false) }, "0123456789\x00\x00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			setup(t, 16<<20)
			p := newPages(t, nil)
			last := adopt(t, p, contents, 1)
			defer last.Put()
			if err := tt.do(p); err != nil {
				t.Fatal(err)
			}
			if got := string(readAll(t, p)); got != tt.want {
				t.Errorf("contents %q, want %q", got, tt.want)
			}
			if last.Bytes()[len(contents)] != '#' {
				t.Error("the other user's bytes were changed")
			}
		})
	}
}

func TestPagesAdoptedTailWithoutMemory(t *testing.T) {
	setup(t, 16<<20)
	p := newPages(t, nil)
	last := adopt(t, p, "0123456789", 1)
	mem.SetReserve(mem.Total())
	_, err := p.Frame(0, false)
	wantErr(t, "Frame", err, unix.ENOMEM)
	wantErr(t, "PunchHole", p.PunchHole(1, 1), unix.ENOMEM)
	var none [1]mem.Frame
	if p.Around(0, none[:]); none[0] != 0 {
		t.Error("Around offers a page that is not the file's alone")
	}
	mem.SetReserve(0)
	last.Put()
}

func wholePages(n int) int { return int(pageUp(uint64(n))) }

// TestPagesRandomly compares pages with a plain slice of bytes.
func TestPagesRandomly(t *testing.T) {
	setup(t, 16<<20)
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range 12 {
		p := newPages(t, nil)
		var want []byte
		if round%2 == 0 {
			want = make([]byte, rnd.IntN(6*page)+1)
			for i := range want {
				want[i] = byte(rnd.Uint32())
			}
			last := adopt(t, p, string(want), round%4/2)
			for range round % 4 / 2 {
				defer last.Put()
			}
		}
		for range 60 {
			off, n := rnd.IntN(80*page), rnd.IntN(3*page)
			if rnd.IntN(2) == 0 {
				off, n = off&^pageMask, wholePages(n)
			}
			switch rnd.IntN(5) {
			case 0, 1:
				data := bytes.Repeat([]byte{byte(rnd.Uint32())}, n)
				writeAt(t, p, uint64(off), string(data))
				if n > 0 && off+n > len(want) {
					want = append(want, make([]byte, off+n-len(want))...)
				}
				copy(want[min(off, len(want)):], data)
			case 2:
				if err := p.Truncate(uint64(off)); err != nil {
					t.Fatal(err)
				}
				want = append(want[:min(off, len(want))], make([]byte, off-min(off, len(want)))...)
			case 3:
				if err := p.PunchHole(uint64(off), uint64(n)); err != nil {
					t.Fatal(err)
				}
				clear(want[min(off, len(want)):min(off+n, len(want))])
			case 4: // somebody maps a page
				if f, err := p.Frame(uint64(off), false); err == nil {
					f.Put()
				}
			}
			if got := readAll(t, p); !bytes.Equal(got, want) {
				t.Fatalf("round %d: contents differ (%d bytes, want %d)", round, len(got), len(want))
			}
		}
	}
}

func TestPagesConcurrently(t *testing.T) {
	as := newSpace(t)
	file := newFile(t, fill('f', 16*page))
	mustMap(t, as, MapOpts{Addr: base, Length: 16 * page, Prot: rw, Flags: unix.MAP_SHARED | unix.MAP_FIXED, Object: file})
	var wg sync.WaitGroup
	work := []func(i uint64){
		func(i uint64) { _ = file.Truncate(i % 16 * page) },
		func(i uint64) { _ = file.PunchHole(i%16*page, 2*page) },
		func(i uint64) { _, _ = file.WriteAt(NewBuffer(make([]byte, page)), i%15*page+7) },
		func(i uint64) { _, _ = as.CopyOut(base+Addr(i%16*page), []byte("user")) },
		func(i uint64) {
			if child, err := as.Fork(); err == nil {
				_, _ = child.CopyIn(make([]byte, 10), base+Addr(i%16*page))
				child.Put()
			}
		},
		func(i uint64) {
			// A write from memory that maps the very file.
			var b Buffer
			if err := b.SetUser(as, base+Addr(i%8*page), 2*page); err == nil {
				_, _ = file.WriteAt(&b, 3*page)
			}
		},
	}
	for _, w := range work {
		wg.Go(func() {
			for i := range uint64(300) {
				w(i)
			}
		})
	}
	wg.Wait()
	checkRegions(t, as)
}

// TestPagesWriteWhole writes a whole page that was a hole when the write began.
func TestPagesWriteWhole(t *testing.T) {
	setup(t, 16<<20)
	q := NewQuota(page)
	p := newPages(t, q)
	f, fresh, err := p.take(0, page)
	if err != nil || !fresh {
		t.Fatalf("take of a hole: fresh %v, %v", fresh, err)
	}
	writeAt(t, p, page-4, "late") // meanwhile
	copy(f.Bytes()[:], "first")
	if err := p.finish(f, fresh, 0, 5); err != nil {
		t.Fatal(err)
	}
	if got := string(readAll(t, p)); got != "first"+fill(0, page-9)+"late" {
		t.Errorf("contents begin %q and end %q", got[:8], got[len(got)-8:])
	}
	if n, err := p.WriteAt(NewBuffer(make([]byte, page)), page); n != 0 || err != unix.ENOSPC || p.Size() != page {
		t.Errorf("a whole page beyond the quota: %d, %v, size %d", n, err, p.Size())
	}
	if f, fresh, err = p.take(4*page, page); err != nil || !fresh {
		t.Fatalf("take of a hole: fresh %v, %v", fresh, err)
	}
	if err := p.finish(f, fresh, 4*page, 0); err != nil || p.Size() != page {
		t.Errorf("a write of nothing: %v, size %d", err, p.Size())
	}
}

func TestMapsWritable(t *testing.T) {
	as := newSpace(t)
	file, other := newFile(t, "x"), newFile(t, "y")
	tests := []struct {
		flags MapFlags
		prot  Prot
		max   Prot
		want  bool
	}{
		{unix.MAP_PRIVATE, rw, 0, false},
		{unix.MAP_SHARED, ProtRead, ProtRead, false},
		{unix.MAP_SHARED, ProtRead, 0, true},
		{unix.MAP_SHARED, rw, rw, true},
	}
	for i, tt := range tests {
		mustMap(t, as, MapOpts{Addr: base, Length: page, Prot: tt.prot, MaxProt: tt.max, Flags: tt.flags | unix.MAP_FIXED, Object: file})
		if as.MapsWritable(file) != tt.want || as.MapsWritable(other) {
			t.Errorf("mapping %d: MapsWritable is not %v", i, tt.want)
		}
	}
	var anonymous Object = new(Pages)
	if anonymous.Identity() != (Identity{}) {
		t.Error("pages without an owner have a name")
	}
}
