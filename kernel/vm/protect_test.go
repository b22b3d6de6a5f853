package vm

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestProtect(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 6)
	mustWrite(t, as, base, fill('x', 4*page))
	if err := as.Protect(base+page, 2*page, ProtRead); err != nil {
		t.Fatal(err)
	}
	checkRegions(t, as)
	wantAt(t, as, base+page, fill('x', 2*page))
	if n, err := as.CopyOut(base+page-2, []byte("abcd")); n != 2 || err != unix.EFAULT {
		t.Errorf("CopyOut into a read-only page = %d, %v, want 2, EFAULT", n, err)
	}
	if err := as.Protect(base, 6*page, 0); err != nil {
		t.Fatal(err)
	}
	for i := range Addr(6) {
		wantFault(t, as, base+i*page, Read, unix.SIGSEGV, SegvAccErr)
	}
	if got := as.Stats().Resident; got != 4*page {
		t.Errorf("PROT_NONE leaves %d bytes resident, want 4 pages", got)
	}
	if err := as.Protect(base, 6*page, rw); err != nil {
		t.Fatal(err)
	}
	checkRegions(t, as)
	wantAt(t, as, base, fill('x', page-2)+"ab"+fill('x', 3*page)+fill(0, 2*page))
	mustWrite(t, as, base+5*page, "y")
}

func TestProtectKeepsSharing(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 1)
	mustWrite(t, as, base, "both")
	child := fork(t, as)
	for _, prot := range []Prot{0, rw} {
		if err := child.Protect(base, page, prot); err != nil {
			t.Fatal(err)
		}
	}
	mustWrite(t, child, base, "mine")
	wantAt(t, as, base, "both")

	file := newFile(t, "file")
	mustMap(t, as, MapOpts{Addr: base + page, Length: page, Prot: ProtRead, Flags: unix.MAP_PRIVATE | unix.MAP_FIXED, Object: file})
	mustMap(t, as, MapOpts{Addr: base + 2*page, Length: page, Prot: ProtRead, Flags: unix.MAP_SHARED | unix.MAP_FIXED, Object: file})
	wantAt(t, as, base+page, "file")
	wantAt(t, as, base+2*page, "file")
	if err := as.Protect(base+page, 2*page, rw); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, as, base+page, "mine")
	checkFile(t, file, 0, "file")
	mustWrite(t, as, base+2*page, "ours")
	checkFile(t, file, 0, "ours")
	wantAt(t, as, base+page, "mine")
	checkRegions(t, as)
}

func TestProtectErrors(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 2)
	mapAnon(t, as, base+3*page, 1)
	file := newFile(t, "x")
	mustMap(t, as, MapOpts{Addr: base + 4*page, Length: page, Prot: ProtRead, MaxProt: ProtRead | ProtExec,
		Flags: unix.MAP_SHARED | unix.MAP_FIXED, Object: file})
	stack := base + 4*StackGuard
	mustMap(t, as, MapOpts{Addr: stack, Length: 2 * page, Prot: rw, Flags: anonFix | unix.MAP_GROWSDOWN})
	tests := []struct {
		name   string
		a      Addr
		length uint64
		prot   Prot
		want   error
	}{
		{"not aligned", base + 1, page, ProtRead, unix.EINVAL},
		{"no length", base, 0, ProtRead, nil},
		{"no length, nothing there", base + 2*page, 0, ProtRead, nil},
		{"length that wraps", base, ^uint64(0), ProtRead, unix.ENOMEM},
		{"unknown protection", base, page, 0x10, unix.EINVAL},
		{"PROT_SEM", base, page, rw | protSem, nil},
		{"both ways", base, page, unix.PROT_GROWSDOWN | unix.PROT_GROWSUP, unix.EINVAL},
		{"grows up", base, page, rw | unix.PROT_GROWSUP, unix.EINVAL},
		{"grows down, but does not", base, page, rw | unix.PROT_GROWSDOWN, unix.EINVAL},
		{"grows down, nothing there", base + 2*page, page, rw | unix.PROT_GROWSDOWN, unix.ENOMEM},
		{"nothing there", base + 2*page, page, ProtRead, unix.ENOMEM},
		{"into a hole", base, 3 * page, ProtRead, unix.ENOMEM},
		{"more than allowed", base + 4*page, page, rw, unix.EACCES},
		{"as much as allowed", base + 4*page, page, ProtRead | ProtExec, nil},
		{"the rest of a stack", stack + page, page, ProtRead | unix.PROT_GROWSDOWN, nil},
	}
	for _, tt := range tests {
		wantErr(t, tt.name, as.Protect(tt.a, tt.length, tt.prot), tt.want)
		checkRegions(t, as)
	}
	// What was before the hole is changed; and PROT_GROWSDOWN reached the stack's start.
	wantFault(t, as, base+page, Write, unix.SIGSEGV, SegvAccErr)
	wantFault(t, as, stack, Write, unix.SIGSEGV, SegvAccErr)
}

func TestProtectCountsData(t *testing.T) {
	as := newSpace(t)
	mustMap(t, as, MapOpts{Addr: base, Length: 4 * page, Prot: ProtRead, Flags: anonFix})
	as.SetLimits(Limits{AS: ^uint64(0), Data: 2 * page})
	wantErr(t, "Protect beyond RLIMIT_DATA", as.Protect(base, 4*page, rw), unix.ENOMEM)
	wantErr(t, "Protect within RLIMIT_DATA", as.Protect(base, 2*page, rw), nil)
	wantErr(t, "Protect beyond RLIMIT_DATA", as.Protect(base+2*page, page, rw), unix.ENOMEM)
	checkRegions(t, as)
}
