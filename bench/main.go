// Command bench measures the same programs on Cairn and on Debian's Linux, in the same QEMU, and
// prints the figures side by side as Markdown.
//
//	go run ./bench [flags]
//
// Both machines have one emulated processor and count instructions: each takes a nanosecond of the
// machine's time (-icount shift=0,sleep=off). So every clock in the machine counts instructions,
// and figures are alike on every host and at every load. Only what says "wall time" is the host's.
//
// It needs bin/cairn ("make build"), QEMU, gcc, and Debian's kernel, which "scripts/setup bench"
// fetches; "make bench" takes care of all that. Linux boots for half a minute each time, so what
// was measured of it is kept in the cache directory, by kernel, QEMU and the programs' contents.
//
// It asserts nothing, and fails only if a machine did not run.
package main

import (
	"flag"
	"fmt"
	"os"
)

// options are the command's flags.
type options struct {
	cairn string // the cairn command
	only  string // the system to measure, empty for both
	fresh bool   // measure Linux again
	out   string // file with a section to replace, empty for none
}

func main() {
	var o options
	flag.StringVar(&o.cairn, "cairn", "bin/cairn", "the cairn command `FILE`")
	flag.StringVar(&o.only, "only", "", "measure one `SYSTEM`: cairn or linux")
	flag.BoolVar(&o.fresh, "fresh", false, "measure Linux again, even if its figures are in the cache")
	flag.StringVar(&o.out, "o", "", "also write the tables to the Markdown `FILE`, between its lines\n"+beginMark+" and "+endMark)
	flag.Parse()
	if flag.NArg() > 0 || o.only != "" && o.only != "cairn" && o.only != "linux" {
		flag.Usage()
		os.Exit(2)
	}
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures and prints.
func (o *options) run() error {
	p, err := compile()
	if err != nil {
		return err
	}
	defer p.remove()
	var r report
	if o.only != "linux" {
		if r.cairn, err = (&cairn{command: o.cairn, programs: p}).measure(); err != nil {
			return fmt.Errorf("on Cairn: %w", err)
		}
	}
	if o.only != "cairn" {
		if r.linux, err = o.linux(p); err != nil {
			return fmt.Errorf("on Linux: %w", err)
		}
	}
	text := r.markdown()
	fmt.Print(text)
	if o.out == "" {
		return nil
	}
	return replaceSection(o.out, text)
}

// linux returns Linux' figures, from the cache if they are there.
func (o *options) linux(p *programs) (*figures, error) {
	l, err := newLinux(p)
	if err != nil {
		return nil, err
	}
	if !o.fresh {
		if f := l.cached(); f != nil {
			say("linux: from %s", l.cache)
			return f, nil
		}
	}
	f, err := l.measure()
	if err != nil {
		return nil, err
	}
	return f, l.keep(f)
}

// say tells on standard error what is going on.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...)
}
