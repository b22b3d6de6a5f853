package arch

import "testing"

func TestPVClock(t *testing.T) {
	for _, c := range []struct {
		version uint32
		mul     uint32
		shift   int8
		want    uint64 // to 1 kHz
	}{
		{2, 1 << 31, 1, 1_000_000_000},
		{2, 3435973836, -1, 2_500_000_000}, // 0.8 ns at twice the scale
		{4, 3435973836, 0, 1_250_000_000},
		{1, 1 << 31, 1, 0}, // being written
		{0, 0, 0, 0},       // no KVM wrote it
		{2, 0, 0, 0},
	} {
		var p pvclock
		p[pvclockVersion] = uint64(c.version)
		p[pvclockScale] = uint64(c.mul) | uint64(uint8(c.shift))<<32
		if got := p.hz(); (got+500)/1000 != c.want/1000 {
			t.Errorf("%+v: %d Hz", c, got)
		}
	}
}
