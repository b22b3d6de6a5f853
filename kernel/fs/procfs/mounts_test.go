package procfs

import "testing"

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"":               "",
		"/plain/path-1":  "/plain/path-1",
		"/a b\tc\nd\\e#": `/a\040b\011c\012d\134e\043`,
		"/é":             "/é",
	} {
		if got := escape(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
