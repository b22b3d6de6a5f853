package param

import (
	"slices"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
		ok   bool
	}{
		{"", nil, true},
		{"  a\tb \n", []string{"a", "b"}, true},
		{`a'b c'd`, []string{"ab cd"}, true},
		{`'' ""`, []string{"", ""}, true},
		{`"a\"b\\\x41\x0a" \ x`, []string{"a\"b\\A\n", " x"}, true},
		{`'a\x41'`, []string{`a\x41`}, true},
		{`"\xzz"`, []string{`\xzz`}, true},
		{`a 'b`, []string{"a", "b"}, false},
	} {
		got, err := split(c.in)
		if !slices.Equal(got, c.want) || (err == nil) != c.ok {
			t.Errorf("split(%q) = %q, %v, want %q", c.in, got, err, c.want)
		}
	}
}

func TestParse(t *testing.T) {
	s := String("test.s", "x", "")
	list := Strings("test.list", "")
	n := Int("test.n", 3, "")
	b := Bool("test.b", false, "")
	size := Size("test.size", 1, "")
	prog, ok, problems := Parse(`test.s=y test.list=1 test.list=2 test.b test.size=16k bogus=1 test.n=zz -- /bin/echo "a b" test.n=9`)
	if !ok || !slices.Equal(prog, []string{"/bin/echo", "a b", "test.n=9"}) {
		t.Errorf("program = %q, %v", prog, ok)
	}
	if s.Value() != "y" || !slices.Equal(list.Value(), []string{"1", "2"}) || n.Value() != 3 || !b.Value() || size.Value() != 16<<10 {
		t.Errorf("values: %q %q %d %v %d", s.Value(), list.Value(), n.Value(), b.Value(), size.Value())
	}
	if len(problems) != 2 || !strings.Contains(problems[0], "bogus") || !strings.Contains(problems[1], "zz") {
		t.Errorf("problems = %q", problems)
	}
	if _, ok, _ := Parse("test.s=z"); ok || s.Value() != "z" {
		t.Errorf("without --: ok %v, s %q", ok, s.Value())
	}
}

func TestEnum(t *testing.T) {
	v := Enum("test.enum", "off|on", "off", "")
	if _, _, problems := Parse("test.enum=on test.enum=bad"); v.Value() != "on" || len(problems) != 1 || !strings.Contains(problems[0], "off, on") {
		t.Errorf("value %q, problems %q", v.Value(), problems)
	}
}

func TestCheck(t *testing.T) {
	for typ, values := range map[string][2]string{ // a good one and a bad one
		"int": {"-3", "x"}, "bool": {"yes", "2"}, "size": {"4K", "K"}, "a|b": {"b", "c"}, "a|b|": {"", "c"},
	} {
		if err := Check(typ, values[0]); err != nil {
			t.Errorf("%s %q: %v", typ, values[0], err)
		}
		if err := Check(typ, values[1]); err == nil {
			t.Errorf("%s %q: no error", typ, values[1])
		}
	}
	if err := Check("string", "anything"); err != nil {
		t.Error(err)
	}
}

func TestParseSize(t *testing.T) {
	for in, want := range map[string]uint64{"0": 0, "4096": 4096, "1M": 1 << 20, "2g": 2 << 30, "0x10": 16} {
		if got, err := ParseSize(in); err != nil || got != want {
			t.Errorf("ParseSize(%q) = %d, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "M", "-1", "1T", "99999999999G"} {
		if got, err := ParseSize(in); err == nil {
			t.Errorf("ParseSize(%q) = %d, want an error", in, got)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(`a "b\x41" 'c' \d`)
	f.Fuzz(func(t *testing.T, line string) { split(line) })
}
