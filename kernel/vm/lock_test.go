package vm

import (
	"testing"

	"cairn/kernel/mem"
	"cairn/kernel/syscall/sys"

	"golang.org/x/sys/unix"
)

func TestLock(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 4)
	mustMap(t, as, MapOpts{Addr: base + 4*page, Length: page, Flags: anonFix})
	tests := []struct {
		name   string
		a      Addr
		length uint64
		flags  sys.MlockFlags
		limit  uint64
		want   error
		pages  uint64 // locked afterwards
	}{
		{"unknown flag", base, page, 2, ^uint64(0), unix.EINVAL, 0},
		{"rounds up to none", base, ^uint64(0), 0, ^uint64(0), nil, 0},
		{"wraps", base, ^uint64(2*page - 1), 0, ^uint64(0), unix.EINVAL, 0},
		{"no length", base, 0, 0, 0, nil, 0},
		{"nothing allowed", base, page, 0, 0, unix.EPERM, 0},
		{"too much", base, 2 * page, 0, page, unix.ENOMEM, 0},
		{"parts of two pages", base + 1, page, 0, 2 * page, nil, 2},
		{"the same again", base, 2 * page, 0, 2 * page, nil, 2},
		{"on fault", base + 2*page, page, MlockOnFault, ^uint64(0), nil, 3},
		{"no access", base + 4*page, page, 0, ^uint64(0), unix.ENOMEM, 4},
		{"a hole", base + 4*page, 2 * page, 0, ^uint64(0), unix.ENOMEM, 4},
	}
	for _, tt := range tests {
		as.SetLimits(Limits{AS: ^uint64(0), Data: ^uint64(0), Memlock: tt.limit})
		wantErr(t, tt.name, as.Lock(tt.a, tt.length, tt.flags), tt.want)
		checkRegions(t, as)
		if got := as.Stats().Locked; got != tt.pages*page {
			t.Errorf("%s: %d pages locked, want %d", tt.name, got/page, tt.pages)
		}
	}
	vec := make([]byte, 4)
	if err := as.Resident(base, vec); err != nil || string(vec) != "\x01\x01\x00\x00" {
		t.Errorf("resident after mlock: %v, %v", vec, err)
	}
	wantErr(t, "Unlock", as.Unlock(base, 3*page), nil)
	wantErr(t, "Unlock of nothing", as.Unlock(base+8*page, page), unix.ENOMEM)
	wantErr(t, "Unlock that wraps", as.Unlock(base, ^uint64(2*page-1)), unix.EINVAL)
	if got := as.Stats().Locked; got != page {
		t.Errorf("%d bytes locked at the end, want a page", got)
	}
	mem.SetReserve(mem.Total())
	mapAnon(t, as, base+16*page, 1)
	wantErr(t, "Lock without memory", as.Lock(base+16*page, page, 0), unix.EAGAIN)
	mem.SetReserve(0)
}

func TestLockAll(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 2)
	mustMap(t, as, MapOpts{Addr: base + 2*page, Length: page, Flags: anonFix})
	for _, flags := range []sys.MlockallFlags{0, 8, unix.MCL_ONFAULT} {
		wantErr(t, "LockAll", as.LockAll(flags), unix.EINVAL)
	}
	as.SetLimits(Limits{AS: ^uint64(0), Data: ^uint64(0), Memlock: page})
	wantErr(t, "LockAll beyond the limit", as.LockAll(unix.MCL_CURRENT), unix.ENOMEM)
	as.SetLimits(Limits{AS: ^uint64(0), Data: ^uint64(0), Memlock: 4 * page})
	wantErr(t, "LockAll", as.LockAll(unix.MCL_CURRENT|unix.MCL_FUTURE), nil)
	a := mustMap(t, as, MapOpts{Length: page, Prot: rw, Flags: anon})
	if got := as.Stats(); got.Locked != 4*page || got.Resident != 3*page {
		t.Errorf("Stats = %+v, want 4 pages locked and 3 resident", got)
	}
	_, err := as.Map(MapOpts{Length: page, Prot: rw, Flags: anon})
	wantErr(t, "Map beyond the limit", err, unix.EAGAIN)
	as.SetBrk(elsewhere, 0)
	if got := as.Brk(elsewhere + 1); got != elsewhere {
		t.Errorf("brk beyond RLIMIT_MEMLOCK is %#x", uint64(got))
	}
	wantErr(t, "munmap", as.Unmap(a, page), nil)
	if got := as.Brk(elsewhere + 1); got != elsewhere+1 {
		t.Errorf("brk within RLIMIT_MEMLOCK is %#x", uint64(got))
	}
	vec := make([]byte, 1)
	if err := as.Resident(elsewhere, vec); err != nil || vec[0] != 1 {
		t.Errorf("heap under MCL_FUTURE: %v, %v", vec, err)
	}
	as.UnlockAll()
	checkRegions(t, as)
	if got := as.Stats(); got.Locked != 0 {
		t.Errorf("%d bytes locked after UnlockAll", got.Locked)
	}
}

func TestResident(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 2)
	mustWrite(t, as, base+page, "x")
	file := newFile(t, fill('f', 2*page))
	mustMap(t, as, MapOpts{Addr: base + 2*page, Length: 3 * page, Prot: ProtRead, Flags: unix.MAP_SHARED | unix.MAP_FIXED, Object: file})
	vec := make([]byte, 5)
	if err := as.Resident(base, vec); err != nil || string(vec) != "\x00\x01\x01\x01\x00" {
		t.Errorf("Resident = %v, %v", vec, err)
	}
	wantErr(t, "not aligned", as.Resident(base+1, vec), unix.EINVAL)
	wantErr(t, "a hole", as.Resident(base+page, vec), unix.ENOMEM)
	wantErr(t, "in the kernel", as.Resident(Addr(UserEnd), vec), unix.ENOMEM)
	wantErr(t, "no pages", as.Resident(base+64*page, nil), nil)
}

func TestBrk(t *testing.T) {
	as := newSpace(t)
	start := base + 123
	as.SetBrk(start, 3*page)
	steps := []struct {
		name string
		to   Addr
		want Addr
	}{
		{"asking", 0, start},
		{"below the start", start - 1, start},
		{"within the first page", base + 200, base + 200},
		{"grow", base + 5*page, base + 5*page},
		{"grow a little", base + 5*page + 1, base + 5*page + 1},
		{"shrink", base + 2*page, base + 2*page},
		{"beyond user space", Addr(UserEnd) + page, base + 2*page},
		{"onto a mapping", base + 65*page, base + 2*page},
		{"up to a mapping", base + 64*page, base + 64*page},
		{"back to the start", start, start},
	}
	mustMap(t, as, MapOpts{Addr: base + 64*page, Length: page, Flags: anonFix})
	for _, s := range steps {
		if got := as.Brk(s.to); got != s.want {
			t.Errorf("%s: brk is %#x, want %#x", s.name, uint64(got), uint64(s.want))
		}
		checkRegions(t, as)
	}
	if got := as.Brk(base + 8*page); got != base+8*page {
		t.Fatalf("brk is %#x", uint64(got))
	}
	mustWrite(t, as, base+page, fill('h', 7*page))
	as.Brk(base + 2*page)
	as.Brk(base + 8*page)
	wantAt(t, as, base+2*page-1, "h\x00")
	if got := as.Mappings(false); got[0].Identity.Path != "[heap]" || len(got) != 2 {
		t.Errorf("mappings with a heap: %+v", got)
	}
	as.SetLimits(Limits{AS: ^uint64(0), Data: 10 * page})
	if got := as.Brk(start + 7*page + 1); got != base+8*page { // and 3 pages of data
		t.Errorf("brk beyond RLIMIT_DATA is %#x", uint64(got))
	}
	as.SetLimits(Limits{AS: 2 * page, Data: ^uint64(0)})
	if got := as.Brk(base + 9*page); got != base+8*page {
		t.Errorf("brk beyond RLIMIT_AS is %#x", uint64(got))
	}
}
