package vm

import (
	"testing"

	"cairn/kernel/mem"
	"cairn/kernel/syscall/sys"

	"golang.org/x/sys/unix"
)

func TestAdviseErrors(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 2)
	mapAnon(t, as, base+3*page, 1)
	file := newFile(t, fill('f', page))
	private, ours, plain := base+8*page, base+10*page, base+12*page
	mustMap(t, as, MapOpts{Addr: private, Length: page, Prot: rw, Flags: unix.MAP_PRIVATE | unix.MAP_FIXED, Object: file})
	mustMap(t, as, MapOpts{Addr: ours, Length: 2 * page, Prot: ProtRead, MaxProt: ProtRead, Flags: unix.MAP_SHARED | unix.MAP_FIXED, Object: file})
	mustMap(t, as, MapOpts{Addr: plain, Length: page, Prot: rw, Flags: unix.MAP_SHARED | unix.MAP_FIXED, Object: fixedObject{}})
	mapAnon(t, as, base+16*page, 1)
	if err := as.Lock(base+16*page, page, 0); err != nil {
		t.Fatal(err)
	}
	locked := base + 16*page
	tests := []struct {
		name   string
		a      Addr
		length uint64
		advice sys.Madvice
		want   error
	}{
		{"unknown", base, page, 99, unix.EINVAL},
		{"not configured", base, page, unix.MADV_HUGEPAGE, unix.EINVAL},
		{"not aligned", base + 1, page, unix.MADV_NORMAL, unix.EINVAL},
		{"length that wraps", base, ^uint64(0), unix.MADV_NORMAL, unix.EINVAL},
		{"range that wraps", base, ^uint64(0) &^ pageMask, unix.MADV_NORMAL, unix.EINVAL},
		{"no length", base, 0, unix.MADV_DONTNEED, nil},
		{"no effect", base, 2 * page, unix.MADV_SEQUENTIAL, nil},
		{"nothing there", base + 2*page, page, unix.MADV_NORMAL, unix.ENOMEM},
		{"a hole", base, 4 * page, unix.MADV_DONTNEED, unix.ENOMEM},
		{"DONTNEED of locked memory", locked, page, unix.MADV_DONTNEED, unix.EINVAL},
		{"DONTNEED_LOCKED", locked, page, unix.MADV_DONTNEED_LOCKED, nil},
		{"FREE of locked memory", locked, page, unix.MADV_FREE, unix.EINVAL},
		{"FREE of a file", private, page, unix.MADV_FREE, unix.EINVAL},
		{"WIPEONFORK of a file", private, page, unix.MADV_WIPEONFORK, unix.EINVAL},
		{"REMOVE of anonymous memory", base, page, unix.MADV_REMOVE, unix.EINVAL},
		{"REMOVE of a private file", private, page, unix.MADV_REMOVE, unix.EACCES},
		{"REMOVE without write", ours, page, unix.MADV_REMOVE, unix.EACCES},
		{"REMOVE of what cannot", plain, page, unix.MADV_REMOVE, unix.EOPNOTSUPP},
		{"REMOVE of nothing", base + 2*page, page, unix.MADV_REMOVE, unix.ENOMEM},
		{"POPULATE_WRITE without write", ours, page, unix.MADV_POPULATE_WRITE, unix.EINVAL},
		{"POPULATE_READ beyond the end", ours, 2 * page, unix.MADV_POPULATE_READ, unix.EFAULT},
		{"POPULATE_READ of a hole", base, 3 * page, unix.MADV_POPULATE_READ, unix.ENOMEM},
		{"POPULATE_WRITE", base, 2 * page, unix.MADV_POPULATE_WRITE, nil},
	}
	for _, tt := range tests {
		wantErr(t, tt.name, as.Advise(tt.a, tt.length, tt.advice), tt.want)
		checkRegions(t, as)
	}
}

// fixedObject has no pages and no more than an Object must have.
type fixedObject struct{}

func (fixedObject) Frame(uint64, bool) (mem.Frame, error) { return 0, ErrBeyondEnd }
func (fixedObject) Mapped(*AddressSpace)                  {}
func (fixedObject) Unmapped(*AddressSpace)                {}
func (fixedObject) Identity() Identity                    { return Identity{"/fixed", 0x812, 7} }

func TestAdviseDontNeed(t *testing.T) {
	for _, advice := range []sys.Madvice{unix.MADV_DONTNEED, unix.MADV_FREE} {
		as := newSpace(t)
		mapAnon(t, as, base, 4)
		mustWrite(t, as, base, fill('x', 4*page))
		before := mem.Free()
		if err := as.Advise(base+page, 2*page, advice); err != nil {
			t.Fatal(err)
		}
		if got := mem.Free() - before; got != 2*page {
			t.Errorf("advice %d freed %d bytes, want 2 pages", advice, got)
		}
		wantAt(t, as, base, fill('x', page)+fill(0, 2*page)+fill('x', page))
		checkRegions(t, as)
	}
	as := newSpace(t)
	file := newFile(t, "file")
	mustMap(t, as, MapOpts{Addr: base, Length: page, Prot: rw, Flags: unix.MAP_PRIVATE | unix.MAP_FIXED, Object: file})
	mustWrite(t, as, base, "mine")
	if err := as.Advise(base, page, unix.MADV_DONTNEED); err != nil {
		t.Fatal(err)
	}
	wantAt(t, as, base, "file")
}

func TestAdviseRemove(t *testing.T) {
	as := newSpace(t)
	mustMap(t, as, MapOpts{Addr: base, Length: 3 * page, Prot: rw, Flags: shmFix})
	mustWrite(t, as, base, fill('s', 3*page))
	child := fork(t, as)
	wantAt(t, child, base, fill('s', 3*page))
	before := mem.Free()
	if err := as.Advise(base+page, page, unix.MADV_REMOVE); err != nil {
		t.Fatal(err)
	}
	if got := mem.Free() - before; got != page {
		t.Errorf("MADV_REMOVE freed %d bytes, want a page", got)
	}
	for _, s := range []*AddressSpace{as, child} {
		wantAt(t, s, base, fill('s', page)+fill(0, page)+fill('s', page))
		checkRegions(t, s)
	}
}

// synced notes what msync asked for.
type synced struct {
	*Shmem
	ranges [][2]uint64
}

func (s *synced) SyncRange(off, n uint64) error {
	s.ranges = append(s.ranges, [2]uint64{off, n})
	return nil
}

func TestSync(t *testing.T) {
	as := newSpace(t)
	file := &synced{Shmem: newFile(t, fill('f', 4*page))}
	mustMap(t, as, MapOpts{Addr: base, Length: 2 * page, Prot: rw, Flags: unix.MAP_SHARED | unix.MAP_FIXED, Object: file, Offset: page})
	mapAnon(t, as, base+2*page, 1)
	mapAnon(t, as, base+8*page, 1)
	if err := as.Lock(base+8*page, page, 0); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		a      Addr
		length uint64
		flags  sys.MsyncFlags
		want   error
	}{
		{"unknown flag", base, page, 8, unix.EINVAL},
		{"both ways", base, page, unix.MS_SYNC | unix.MS_ASYNC, unix.EINVAL},
		{"not aligned", base + 1, page, unix.MS_SYNC, unix.EINVAL},
		{"length that rounds up to none", base, ^uint64(0), unix.MS_SYNC, nil},
		{"end that wraps", base, ^uint64(2*page - 1), unix.MS_SYNC, unix.ENOMEM},
		{"nothing there", base + 3*page, page, unix.MS_SYNC, unix.ENOMEM},
		{"locked and invalidated", base + 8*page, page, unix.MS_SYNC | unix.MS_INVALIDATE, unix.EBUSY},
		{"no length", base, 0, unix.MS_SYNC, nil},
		{"asynchronous", base, page, unix.MS_ASYNC, nil},
		{"a hole after it", base + page, 4 * page, unix.MS_SYNC, unix.ENOMEM},
		{"all", base, 3 * page, unix.MS_SYNC, nil},
	}
	for _, tt := range tests {
		wantErr(t, tt.name, as.Sync(tt.a, tt.length, tt.flags), tt.want)
	}
	want := [][2]uint64{{2 * page, page}, {page, 2 * page}}
	if len(file.ranges) != 2 || file.ranges[0] != want[0] || file.ranges[1] != want[1] {
		t.Errorf("msync wrote %v, want %v", file.ranges, want)
	}
}

func TestSetName(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 3)
	wantErr(t, "SetName", as.SetName(base+page, page, "[anon:heap]"), nil)
	checkRegions(t, as)
	if got := as.Mappings(false); len(got) != 3 || got[1].Identity.Path != "[anon:heap]" {
		t.Errorf("mappings after SetName: %+v", got)
	}
	wantErr(t, "SetName of nothing", as.SetName(base+8*page, page, "x"), unix.ENOMEM)
	wantErr(t, "SetName, not aligned", as.SetName(base+1, page, "x"), unix.EINVAL)
	wantErr(t, "SetName to nothing", as.SetName(base, 3*page, ""), nil)
	if got := as.Stats().Mappings; got != 1 {
		t.Errorf("%d mappings after the name went, want 1", got)
	}
}
