package image

import (
	"errors"
	"testing"
)

func TestNotes(t *testing.T) {
	segment := pvhNote()
	for _, n := range []Note{{NoteConfig, []byte("CONFIG_A=y\n")}, {NoteParams, []byte("a")}, {7, nil}} {
		segment = append(segment, encodeNote(ownerCairn, uint32(n.Type), n.Data)...)
	}
	for typ, want := range map[NoteType]string{NoteConfig: "CONFIG_A=y\n", NoteParams: "a", 7: ""} {
		if got, ok := findNote(segment, uint32(typ)); !ok || string(got) != want {
			t.Errorf("note %d: %q, %v", typ, got, ok)
		}
	}
	if _, ok := findNote(segment, 18); ok {
		t.Error("another owner's note was taken")
	}
	for n := range segment {
		findNote(segment[:n], 8) // must not panic
	}
	if _, err := ReadNote([]byte("no image"), NoteConfig); !errors.Is(err, ErrNotCairn) {
		t.Errorf("%v", err)
	}
}
