package strace

import (
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"
)

// TestIP compares addresses with what package netip makes of them.
func TestIP(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		var a [16]byte
		for i := range 8 {
			if random.IntN(2) == 0 {
				a[2*i], a[2*i+1] = byte(random.Uint32()), byte(random.Uint32()>>8)
			}
		}
		if random.IntN(20) == 0 {
			copy(a[:], "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff")
		}
		size := 4 + 12*random.IntN(2)
		p := &printer{}
		p.ip(a[:size])
		if want, _ := netip.AddrFromSlice(a[:size]); string(p.out) != want.String() {
			t.Fatalf("% x is printed as %s, want %s", a[:size], p.out, want)
		}
	}
}

// TestDate compares moments with what package time makes of them.
func TestDate(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		sec, nsec := random.Int64N(253402300800+62167219200)-62167219200, random.Int64N(1e9)
		p := &printer{}
		p.dateComment(sec, nsec, "000000")
		if want := time.Unix(sec, nsec).UTC().Format(" /* 2006-01-02T15:04:05.000000-0700 */"); string(p.out) != want {
			t.Fatalf("%d.%09d is printed as %s, want %s", sec, nsec, p.out, want)
		}
	}
	for _, m := range [][2]int64{{-1 << 62, 0}, {1 << 62, 0}, {0, -1}, {0, 1e9}} {
		p := &printer{}
		if p.dateComment(m[0], m[1], "000000"); len(p.out) != 0 {
			t.Errorf("%d s, %d ns is printed as %s", m[0], m[1], p.out)
		}
	}
}
