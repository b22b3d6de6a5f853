package random

import (
	"bytes"
	"testing"
)

func TestReadGivesDifferentBytes(t *testing.T) {
	var a, b [64]byte
	Read(a[:])
	Read(b[:])
	if a == b {
		t.Error("two reads gave the same bytes")
	}
	if bytes.Count(a[:], []byte{0}) > 32 {
		t.Errorf("half of the bytes are zero: %x", a)
	}
}

func TestAddChangesWhatFollows(t *testing.T) {
	Read(make([]byte, 1))
	saved := *source.generator
	Add([]byte("one"))
	one := Uint64()
	*source.generator = saved
	Add([]byte("two"))
	if two := Uint64(); one == two {
		t.Error("what was added made no difference")
	}
}
