package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// report has the figures of both systems; nil for one that was not measured.
type report struct{ cairn, linux *figures }

// markdown returns the tables.
func (r *report) markdown() string {
	var b strings.Builder
	for _, f := range []*figures{r.cairn, r.linux} {
		if f != nil {
			fmt.Fprintf(&b, "- %s\n", f.System)
		}
	}
	b.WriteString("\nGuest instructions for one operation:\n\n| operation | Cairn | Linux 6.1 | ratio |\n|---|--:|--:|--:|\n")
	var notes []string
	for _, name := range r.names() {
		c, l := r.cairn.find(name), r.linux.find(name)
		row(&b, name, count(c.Cost), count(l.Cost), ratio(c.Cost, l.Cost))
		for _, o := range []operation{c, l} {
			if o.Skip != "" {
				notes = append(notes, fmt.Sprintf("%s is not measured where it says –: %s.\n", name, o.Skip))
			}
		}
	}
	for _, n := range notes {
		b.WriteString("\n" + n)
	}
	b.WriteString("\nThe machine as a whole:\n\n| | Cairn | Linux 6.1 | ratio |\n|---|--:|--:|--:|\n")
	r.machine(&b)
	if r.cairn != nil {
		r.cairn.configTables(&b)
	}
	return b.String()
}

// configTables writes the tables about configurations of Cairn's kernel.
func (f *figures) configTables(b *strings.Builder) {
	if len(f.Configs) == 0 {
		return
	}
	head, line := []string{""}, []string{"---"}
	size, entry, memory := []string{"kernel image, KiB"}, []string{"kernel entry to first user instruction (microvm), instructions"}, []string{"smallest memory for a static hello, MiB"}
	getpid := []string{"getpid, instructions"}
	for _, g := range f.Configs {
		head, line = append(head, "`"+g.Name+"`"), append(line, "--:")
		size, entry = append(size, count(g.Image>>10)), append(entry, count(g.Entry))
		memory, getpid = append(memory, count(int64(g.MinMemory))), append(getpid, count(g.Getpid))
	}
	b.WriteString("\nThe named configurations:\n\n")
	row(b, head...)
	fmt.Fprintf(b, "|%s|\n", strings.Join(line, "|"))
	for _, cells := range [][]string{size, entry, memory, getpid} {
		row(b, cells...)
	}
	b.WriteString("\nWhat routines at the entry and the exit of system calls add to a getpid:\n\n| routines | instructions |\n|---|--:|\n")
	for _, o := range f.Routines {
		row(b, o.Name, count(o.Cost))
	}
}

// names returns the names of all operations, in order.
func (r *report) names() (names []string) {
	f := r.cairn
	if f == nil {
		f = r.linux
	}
	for _, o := range f.Operations {
		names = append(names, o.Name)
	}
	return names
}

// find returns an operation; one without figures if it was not measured.
func (f *figures) find(name string) operation {
	if f != nil {
		for _, o := range f.Operations {
			if o.Name == name {
				return o
			}
		}
	}
	return operation{}
}

// machine writes the rows of the second table.
func (r *report) machine(b *strings.Builder) {
	var c, l figures
	if r.cairn != nil {
		c = *r.cairn
	}
	if r.linux != nil {
		l = *r.linux
	}
	row(b, "kernel image, bytes", count(c.Image), count(l.Image), ratio(c.Image, l.Image))
	row(b, "power-on to first user instruction (q35), instructions", count(c.PowerOn), count(l.PowerOn), ratio(c.PowerOn, l.PowerOn))
	row(b, "kernel entry to first user instruction (microvm), instructions", count(c.Entry), count(l.Entry), ratio(c.Entry, l.Entry))
	row(b, "smallest memory for a static hello, MiB", count(int64(c.MinMemory)), count(int64(l.MinMemory)), ratio(int64(c.MinMemory), int64(l.MinMemory)))
	row(b, "wall time of a static hello, without counting", seconds(c.Wall), seconds(l.Wall), ratio(int64(c.Wall), int64(l.Wall)))
}

// row writes a row of a table.
func row(b *strings.Builder, cells ...string) {
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

// none stands for what was not measured.
const none = "–"

// count writes a number with commas between thousands.
func count(n int64) string {
	if n == 0 {
		return none
	}
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func seconds(d time.Duration) string {
	if d == 0 {
		return none
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

// ratio writes how much the first is of the second.
func ratio(cairn, linux int64) string {
	switch {
	case cairn == 0 || linux == 0:
		return none
	case cairn*100 < linux:
		return fmt.Sprintf("%.4f", float64(cairn)/float64(linux))
	case cairn*10 < linux:
		return fmt.Sprintf("%.3f", float64(cairn)/float64(linux))
	}
	return fmt.Sprintf("%.2f", float64(cairn)/float64(linux))
}

// Lines of a file between which the tables are.
const (
	beginMark = "<!-- bench: begin -->"
	endMark   = "<!-- bench: end -->"
)

// replaceSection replaces what is between the marks in a file.
func replaceSection(name, text string) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(b), beginMark+"\n")
	_, after, found := strings.Cut(rest, endMark)
	if !ok || !found {
		return fmt.Errorf("%s: no lines %s and %s", name, beginMark, endMark)
	}
	return os.WriteFile(name, []byte(before+beginMark+"\n"+text+endMark+after), 0o644)
}
