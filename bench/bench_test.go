package main

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		output string
		ops    []operation
		first  int64
		err    string
	}{
		{"=first instruction\t12\n=a b\t34\n=c\tskip\tno such thing\n=end\t0\n", []operation{{Name: "a b", Cost: 34}, {Name: "c", Skip: "no such thing"}}, 12, ""},
		{"[ 0.1] kernel\r\n=first instruction\t1\r\n= not ours\r\n=x\t2\r\n=end\t0\r\n[ 0.2] restart\r\n", []operation{{Name: "x", Cost: 2}}, 1, ""},
		{"=x\t2\n", nil, 0, "did not get to its end"},
		{"", nil, 0, "did not get to its end"},
		{"=error\tpipe: Too many open files\n", nil, 0, "Too many open files"},
		{"=x\tsoon\n=end\t0\n", nil, 0, `printed "x\tsoon"`},
	} {
		ops, first, err := parse(c.output)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q: %v, want %q", c.output, err, c.err)
			}
			continue
		}
		if err != nil || first != c.first || !reflect.DeepEqual(ops, c.ops) {
			t.Errorf("%q: %v, %d, %v", c.output, ops, first, err)
		}
	}
}

func TestEntryToUser(t *testing.T) {
	n, err := entryToUser(`cairn: memory: 64M
cairn: boot: entry    4.85µs after power-on, 4.85µs in all; 547.9ms on the host's clock
cairn: boot: runtime  967.143µs after entry, 971.993µs in all; 548ms on the host's clock
cairn: boot: user     5.88µs after ready, 1.589092ms in all; 548ms on the host's clock
`)
	if n != 1589092-4850 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := entryToUser("hello\n"); err == nil {
		t.Error("no timeline, but no error")
	}
}

func TestSmallest(t *testing.T) {
	for want := 3; want <= 20; want++ {
		got, err := smallest(3, 20, func(n int) (bool, error) { return n >= want, nil })
		if got != want || err != nil {
			t.Errorf("%d, %v, want %d", got, err, want)
		}
	}
	failed := errors.New("failed")
	if _, err := smallest(1, 9, func(int) (bool, error) { return true, failed }); err != failed {
		t.Errorf("%v, want the function's error", err)
	}
}

func TestMedianTime(t *testing.T) {
	sleeps := []time.Duration{200 * time.Millisecond, 0, 20 * time.Millisecond}
	d, err := medianTime(3, func() error {
		time.Sleep(sleeps[0])
		sleeps = sleeps[1:]
		return nil
	})
	if d < 20*time.Millisecond || d >= 200*time.Millisecond || err != nil {
		t.Errorf("%v, %v", d, err)
	}
}

func TestMarkdown(t *testing.T) {
	r := report{
		cairn: &figures{System: "Cairn 1", Operations: []operation{{Name: "getpid", Cost: 150}, {Name: "talk", Skip: "not there"}}, Image: 1234567, MinMemory: 8, Wall: 500 * time.Millisecond,
			Configs:  []configFigures{{"small", 2 << 20, 100, 7, 0}, {"large", 3 << 20, 2000, 9, 150}},
			Routines: []operation{{Name: "none", Cost: 150}}},
		linux: &figures{System: "Linux 6", Operations: []operation{{Name: "getpid", Cost: 300}, {Name: "talk", Cost: 1000}}, PowerOn: 1e9, MinMemory: 64, Wall: 10 * time.Second},
	}
	for _, want := range []string{
		"- Cairn 1\n- Linux 6\n",
		"| getpid | 150 | 300 | 0.50 |\n",
		"| talk | – | 1,000 | – |\n",
		"talk is not measured where it says –: not there.\n",
		"| kernel image, bytes | 1,234,567 | – | – |\n",
		"instructions | – | 1,000,000,000 | – |\n",
		"MiB | 8 | 64 | 0.12 |\n",
		"counting | 0.50 s | 10.00 s | 0.050 |\n",
		"|  | `small` | `large` |\n|---|--:|--:|\n| kernel image, KiB | 2,048 | 3,072 |\n",
		"| getpid, instructions | – | 150 |\n",
		"| none | 150 |\n",
	} {
		if text := r.markdown(); !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for _, alone := range []report{{cairn: r.cairn}, {linux: r.linux}} {
		if text := alone.markdown(); !strings.Contains(text, "| getpid |") {
			t.Errorf("no operations in\n%s", text)
		}
	}
	if got := ratio(1, 1000); got != "0.0010" {
		t.Errorf("ratio %s", got)
	}
}

func TestReplaceSection(t *testing.T) {
	name := filepath.Join(t.TempDir(), "page.md")
	for _, c := range []struct{ before, after string }{
		{"a\n" + beginMark + "\nold\n" + endMark + "\nb\n", "a\n" + beginMark + "\nnew\n" + endMark + "\nb\n"},
		{"a\n", ""},
		{beginMark + "\nold\n", ""},
	} {
		if err := os.WriteFile(name, []byte(c.before), 0o644); err != nil {
			t.Fatal(err)
		}
		err := replaceSection(name, "new\n")
		if c.after == "" {
			if err == nil {
				t.Errorf("%q: no error", c.before)
			}
			continue
		}
		if b, _ := os.ReadFile(name); string(b) != c.after || err != nil {
			t.Errorf("%q: %q, %v", c.before, b, err)
		}
	}
}
