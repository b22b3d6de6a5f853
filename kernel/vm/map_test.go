package vm

import (
	"testing"

	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

func TestMapErrors(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 4)
	file := newFile(t, "x")
	const private, sharedMap = MapFlags(unix.MAP_PRIVATE), MapFlags(unix.MAP_SHARED)
	tests := []struct {
		name string
		o    MapOpts
		want error
	}{
		{"no length", MapOpts{Flags: anon}, unix.EINVAL},
		{"length that wraps", MapOpts{Length: ^uint64(0), Flags: anon}, unix.ENOMEM},
		{"longer than user space", MapOpts{Length: UserEnd + page, Flags: anon}, unix.ENOMEM},
		{"as long as user space", MapOpts{Length: UserEnd, Flags: anon | unix.MAP_NORESERVE}, unix.ENOMEM},
		{"neither shared nor private", MapOpts{Length: page, Flags: unix.MAP_ANONYMOUS}, unix.EINVAL},
		{"anonymous and SHARED_VALIDATE", MapOpts{Length: page, Flags: unix.MAP_ANONYMOUS | unix.MAP_SHARED_VALIDATE}, unix.EINVAL},
		{"unknown flag with SHARED_VALIDATE", MapOpts{Length: page, Flags: unix.MAP_SHARED_VALIDATE | unix.MAP_SYNC, Object: file}, unix.EOPNOTSUPP},
		{"offset not aligned", MapOpts{Length: page, Flags: private, Object: file, Offset: 1}, unix.EINVAL},
		{"offset that wraps", MapOpts{Length: 2 * page, Flags: private, Object: file, Offset: ^uint64(0) &^ pageMask}, unix.EOVERFLOW},
		{"fixed, not aligned", MapOpts{Addr: base + 1, Length: page, Flags: anonFix}, unix.EINVAL},
		{"fixed, at 0", MapOpts{Addr: 0, Length: page, Flags: anonFix}, unix.EPERM},
		{"fixed, below the lowest", MapOpts{Addr: MinAddr - page, Length: page, Flags: anonFix}, unix.EPERM},
		{"fixed, across the end", MapOpts{Addr: Addr(UserEnd) - page, Length: 2 * page, Flags: anonFix}, unix.ENOMEM},
		{"fixed, in the kernel", MapOpts{Addr: 0xffff_8000_0000_0000, Length: page, Flags: anonFix}, unix.ENOMEM},
		{"noreplace on a mapping", MapOpts{Addr: base + 3*page, Length: 2 * page, Flags: anon | unix.MAP_FIXED_NOREPLACE}, unix.EEXIST},
		{"grows down, shared", MapOpts{Length: page, Flags: unix.MAP_SHARED | unix.MAP_ANONYMOUS | unix.MAP_GROWSDOWN}, unix.EINVAL},
		{"grows down, a file", MapOpts{Length: page, Flags: private | unix.MAP_GROWSDOWN, Object: file}, unix.EINVAL},
		{"more than opened for", MapOpts{Length: page, Prot: rw, MaxProt: ProtRead, Flags: sharedMap, Object: file}, unix.EACCES},
		{"more than the memory", MapOpts{Length: mem.Total() + page, Prot: rw, Flags: anon}, unix.ENOMEM},
		{"more than the memory, shared", MapOpts{Length: mem.Total() + page, Prot: rw, Flags: sharedMap | unix.MAP_ANONYMOUS}, unix.ENOMEM},
	}
	for _, tt := range tests {
		_, err := as.Map(tt.o)
		wantErr(t, tt.name, err, tt.want)
	}
	checkRegions(t, as)
	if got := as.Stats().Mappings; got != 1 {
		t.Errorf("%d mappings after failures only, want 1", got)
	}
	// What does not need memory, or says so, is not refused.
	mustMap(t, as, MapOpts{Length: mem.Total() * 4, Flags: anon})
	mustMap(t, as, MapOpts{Length: mem.Total() * 4, Prot: rw, Flags: anon | unix.MAP_NORESERVE})
	mustMap(t, as, MapOpts{Length: mem.Total() * 4, Prot: ProtRead, Flags: sharedMap, Object: file})
}

func TestMapLimits(t *testing.T) {
	tests := []struct {
		name   string
		limits Limits
		o      MapOpts
		want   error
	}{
		{"RLIMIT_AS kept", Limits{AS: 8 * page, Data: ^uint64(0)}, MapOpts{Length: 4 * page, Flags: anon}, nil},
		{"RLIMIT_AS exceeded", Limits{AS: 7 * page, Data: ^uint64(0)}, MapOpts{Length: 4 * page, Flags: anon}, unix.ENOMEM},
		{"RLIMIT_AS, replacing", Limits{AS: 4 * page, Data: ^uint64(0)}, MapOpts{Addr: base, Length: 4 * page, Flags: anonFix}, nil},
		{"RLIMIT_DATA kept", Limits{AS: ^uint64(0), Data: 8 * page}, MapOpts{Length: 4 * page, Prot: rw, Flags: anon}, nil},
		{"RLIMIT_DATA exceeded", Limits{AS: ^uint64(0), Data: 7 * page}, MapOpts{Length: 4 * page, Prot: rw, Flags: anon}, unix.ENOMEM},
		{"RLIMIT_DATA is not for readers", Limits{AS: ^uint64(0), Data: 4 * page}, MapOpts{Length: 4 * page, Prot: ProtRead, Flags: anon}, nil},
		{"RLIMIT_MEMLOCK none", Limits{AS: ^uint64(0), Data: ^uint64(0)}, MapOpts{Length: page, Prot: rw, Flags: anon | unix.MAP_LOCKED}, unix.EPERM},
		{"RLIMIT_MEMLOCK exceeded", Limits{AS: ^uint64(0), Data: ^uint64(0), Memlock: page}, MapOpts{Length: 2 * page, Prot: rw, Flags: anon | unix.MAP_LOCKED}, unix.EAGAIN},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			as := newSpace(t)
			mapAnon(t, as, base, 4)
			as.SetLimits(tt.limits)
			_, err := as.Map(tt.o)
			wantErr(t, "Map", err, tt.want)
			checkRegions(t, as)
		})
	}
}

func TestMapChoosesPlaces(t *testing.T) {
	as := newSpace(t)
	top := as.Layout().MmapBase
	a := mustMap(t, as, MapOpts{Length: 3 * page, Flags: anon})
	b := mustMap(t, as, MapOpts{Length: page, Prot: rw, Flags: anon})
	if a != top-3*page || b != top-4*page {
		t.Errorf("first mappings at %#x and %#x, want right below %#x", uint64(a), uint64(b), uint64(top))
	}
	hint := mustMap(t, as, MapOpts{Addr: base + 5, Length: page, Flags: anon})
	if hint != base {
		t.Errorf("hint %#x gave %#x", uint64(base+5), uint64(hint))
	}
	if c := mustMap(t, as, MapOpts{Addr: base, Length: page, Prot: rw, Flags: anon}); c != top-5*page {
		t.Errorf("a hint that is taken gave %#x, want %#x", uint64(c), uint64(top-5*page))
	}
	if c := mustMap(t, as, MapOpts{Addr: 5, Length: page, Prot: ProtExec, Flags: anon}); c != MinAddr {
		t.Errorf("a hint below the lowest address gave %#x, want %#x", uint64(c), MinAddr)
	}
	low := mustMap(t, as, MapOpts{Length: page, Flags: anon | unix.MAP_32BIT})
	if low != low32 {
		t.Errorf("MAP_32BIT gave %#x, want %#x", uint64(low), low32)
	}
	if _, err := as.Map(MapOpts{Length: 2 << 30, Flags: anon | unix.MAP_32BIT}); err != unix.ENOMEM {
		t.Errorf("2 GiB below 2 GiB: %v, want ENOMEM", err)
	}
	// When nothing is left below the base, mappings go above it.
	mustMap(t, as, MapOpts{Addr: MinAddr, Length: uint64(top) - MinAddr, Prot: ProtRead, Flags: anonFix})
	if c := mustMap(t, as, MapOpts{Length: page, Flags: anon}); c != top {
		t.Errorf("with all below the base taken, a mapping is at %#x, want %#x", uint64(c), uint64(top))
	}
}

func TestMapReusesTheHighestHole(t *testing.T) {
	as := newSpace(t)
	var at [8]Addr
	for i := range at {
		at[i] = mustMap(t, as, MapOpts{Length: 2 * page, Prot: Prot(i % 2), Flags: anon})
	}
	for _, i := range []int{2, 5} {
		if err := as.Unmap(at[i], 2*page); err != nil {
			t.Fatal(err)
		}
	}
	want := []struct {
		pages uint64
		at    Addr
	}{{3, at[7] - 3*page}, {1, at[2] + page}, {1, at[2]}, {2, at[5]}, {1, at[7] - 4*page}}
	for i, w := range want {
		if got := mustMap(t, as, MapOpts{Length: w.pages * page, Prot: ProtRead, Flags: anon}); got != w.at {
			t.Errorf("mapping %d of %d pages at %#x, want %#x", i, w.pages, uint64(got), uint64(w.at))
		}
	}
}

func TestMapKeepsAwayFromStacks(t *testing.T) {
	as := newSpace(t)
	stack := base + 2*StackGuard
	mustMap(t, as, MapOpts{Addr: stack, Length: page, Prot: rw, Flags: anonFix | unix.MAP_GROWSDOWN})
	near := stack - StackGuard
	if a := mustMap(t, as, MapOpts{Addr: near, Length: page, Flags: anon}); a == near {
		t.Errorf("a hint in the guard gap was followed")
	}
	if a := mustMap(t, as, MapOpts{Addr: near - page, Length: page, Flags: anon}); a != near-page {
		t.Errorf("a hint right below the guard gap gave %#x, want %#x", uint64(a), uint64(near-page))
	}
}

func TestMergeAndSplit(t *testing.T) {
	as := newSpace(t)
	count := func(want int) {
		t.Helper()
		checkRegions(t, as)
		if got := as.Stats().Mappings; got != want {
			t.Errorf("%d mappings, want %d", got, want)
		}
	}
	mapAnon(t, as, base, 2)
	mapAnon(t, as, base+4*page, 2)
	count(2)
	mustWrite(t, as, base, "a")
	mapAnon(t, as, base+2*page, 2) // fills the gap: all one
	count(1)
	wantAt(t, as, base, "a")
	if err := as.Unmap(base+page, page); err != nil {
		t.Fatal(err)
	}
	count(2)
	if err := as.Protect(base+3*page, page, ProtRead); err != nil {
		t.Fatal(err)
	}
	count(4)
	if err := as.Protect(base+3*page, page, rw); err != nil {
		t.Fatal(err)
	}
	count(2)
	// Pages of one object merge only where their offsets follow.
	file := newFile(t, fill('f', 4*page))
	for i, off := range []uint64{0, 1, 3} {
		mustMap(t, as, MapOpts{Addr: base + 16*page + Addr(i*page), Length: page, Prot: ProtRead,
			Flags: unix.MAP_PRIVATE | unix.MAP_FIXED, Object: file, Offset: off * page})
	}
	count(4)
}

func TestMapFixedReplaces(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 4)
	mustWrite(t, as, base, fill('a', 4*page))
	mapAnon(t, as, base+page, 2)
	wantAt(t, as, base, fill('a', page)+fill(0, 2*page)+fill('a', page))
}

func TestMapTooMany(t *testing.T) {
	as := newSpace(t)
	for i := range Addr(MaxMappings) {
		o := MapOpts{Addr: base + i*2*page, Length: page, Prot: rw, Flags: anonFix}
		if i == 0 {
			o.Length = 2 * page // splitting it is refused below
		}
		if i == 1 {
			o.Prot = 0
		}
		if _, err := as.Map(o); err != nil {
			t.Fatalf("mapping %d: %v", i, err)
		}
	}
	_, err := as.Map(MapOpts{Length: page, Flags: anon})
	wantErr(t, "one mapping too many", err, unix.ENOMEM)
	wantErr(t, "unmap that cuts", as.Unmap(base, page), nil)
	wantErr(t, "munmap", as.Unmap(base+4*page, page), nil)
	mustMap(t, as, MapOpts{Addr: base + 1<<40, Length: 3 * page, Prot: rw, Flags: anonFix})
	wantErr(t, "munmap that makes two", as.Unmap(base+1<<40+page, page), unix.ENOMEM)
	wantErr(t, "mprotect that makes three", as.Protect(base+1<<40+page, page, ProtRead), unix.ENOMEM)
	checkRegions(t, as)
}

func TestUnmapErrors(t *testing.T) {
	as := newSpace(t)
	tests := []struct {
		name   string
		a      Addr
		length uint64
		want   error
	}{
		{"not aligned", base + 1, page, unix.EINVAL},
		{"no length", base, 0, unix.EINVAL},
		{"length that wraps", base, ^uint64(0), unix.EINVAL},
		{"across the end", Addr(UserEnd) - page, 2 * page, unix.EINVAL},
		{"in the kernel", 0xffff_8000_0000_0000, page, unix.EINVAL},
		{"nothing there", base, page, nil},
		{"everything", 0, UserEnd, nil},
	}
	for _, tt := range tests {
		wantErr(t, tt.name, as.Unmap(tt.a, tt.length), tt.want)
	}
}

func TestUnmapFreesPageTables(t *testing.T) {
	as := newSpace(t)
	before := mem.Free()
	mapAnon(t, as, base, 1)
	mapAnon(t, as, base+2*page, 1)
	mapAnon(t, as, base+1<<30, 1)
	for _, a := range []Addr{base, base + 2*page, base + 1<<30} {
		mustWrite(t, as, a, "x")
	}
	if got := as.Stats().PageTables; got != 5*page { // one below the top, then two and two
		t.Errorf("%d bytes of page tables, want 5 pages", got)
	}
	for i, a := range []Addr{base, base + 1<<30, base + 2*page} {
		if err := as.Unmap(a, page); err != nil {
			t.Fatal(err)
		}
		checkRegions(t, as)
		if i == 1 && as.Stats().PageTables != 3*page {
			t.Errorf("%d bytes of page tables for one page, want 3 pages", as.Stats().PageTables)
		}
	}
	if mem.Free() != before || as.Stats().PageTables != 0 {
		t.Errorf("%d bytes are missing after all was unmapped", before-mem.Free())
	}
}

func TestPopulate(t *testing.T) {
	as := newSpace(t)
	a := mustMap(t, as, MapOpts{Length: 5 * page, Prot: rw, Flags: anon | unix.MAP_POPULATE})
	vec := make([]byte, 5)
	if err := as.Resident(a, vec); err != nil || string(vec) != "\x01\x01\x01\x01\x01" {
		t.Errorf("after MAP_POPULATE: %v, %v", vec, err)
	}
	if got := as.Stats(); got.Resident != 5*page || got.Anon != 5*page {
		t.Errorf("Stats = %+v, want 5 pages resident", got)
	}
	mustMap(t, as, MapOpts{Length: page, Prot: 0, Flags: anon | unix.MAP_POPULATE})
	b := mustMap(t, as, MapOpts{Length: page, Prot: rw, Flags: anon | unix.MAP_POPULATE | unix.MAP_NONBLOCK})
	if err := as.Resident(b, vec[:1]); err != nil || vec[0] != 0 {
		t.Errorf("after MAP_POPULATE|MAP_NONBLOCK: %v, %v", vec[:1], err)
	}
}

// sealed is an object that refuses shared writable mappings.
type sealed struct{ *Shmem }

func (sealed) CheckMap(shared bool, prot, max Prot) (Prot, error) {
	switch {
	case shared && prot&ProtWrite != 0:
		return 0, unix.EPERM
	case shared:
		return max &^ ProtWrite, nil
	}
	return max, nil
}

func TestMapChecker(t *testing.T) {
	as := newSpace(t)
	o := &sealed{newFile(t, "x")}
	_, err := as.Map(MapOpts{Length: page, Prot: rw, Flags: unix.MAP_SHARED, Object: o})
	wantErr(t, "a writable mapping", err, unix.EPERM)
	a := mustMap(t, as, MapOpts{Length: page, Prot: ProtRead, Flags: unix.MAP_SHARED, Object: o})
	wantErr(t, "Protect", as.Protect(a, page, rw), unix.EACCES)
	if as.MapsWritable(o) {
		t.Error("MapsWritable is true for a mapping that is read-only for good")
	}
	if got := len(o.Mappers()); got != 1 {
		t.Errorf("%d mappers, want 1", got)
	}
}
