package bootpage

import "testing"

func TestRoundTrip(t *testing.T) {
	in := Header{Magic, Phys, 0x800000, Phys + 4096, KernelVirt + 0x300000, KernelVirt + 0x2300000}
	b := in.Encode()
	if got := string(b[:8]); got != "CAIRNBT\x00" {
		t.Errorf("magic %q", got)
	}
	out, ok := Decode(&b)
	if !ok || out != in {
		t.Errorf("decoded %+v, %v, want %+v", out, ok, in)
	}
	b[0]++
	if _, ok := Decode(&b); ok {
		t.Error("a wrong magic was accepted")
	}
}
