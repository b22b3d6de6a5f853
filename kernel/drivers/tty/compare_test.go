package tty

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// A step is something done to a pseudoterminal: to this package's, and to the host's.
type step struct {
	kind byte // 'm': write to the master, 's': write to the slave, 'r': read n bytes from the slave, 't': set termios, 'f': flush
	data string
	n    int
	set  Termios
}

func (s step) String() string {
	switch s.kind {
	case 'r':
		return fmt.Sprintf("read(%d)", s.n)
	case 't':
		return fmt.Sprintf("set(i=%#x o=%#x l=%#x cc=%q)", s.set.Iflag, s.set.Oflag, s.set.Lflag, s.set.Cc[:])
	case 'f':
		return fmt.Sprintf("flush(%d)", s.n)
	}
	return fmt.Sprintf("%c%q", s.kind, s.data)
}

// An outcome is what a step leads to: what the master reads, what the slave's read returns, and what
// FIONREAD says.
type outcome struct {
	out, in string
	queued  int
}

// ours is a pseudoterminal of this package.
type ours struct{ m *master }

func newOurs(t testing.TB) *ours {
	m, err := newPty()
	if err != nil {
		t.Fatal(err)
	}
	m.slave.opens, m.locked = 1, false
	m.slaveOpened()
	t.Cleanup(func() { m.Release(nil) })
	return &ours{m}
}

func (o *ours) do(s step) (st outcome) {
	t := o.m.slave
	t.lock()
	switch s.kind {
	case 't':
		t.setTermios(s.set)
	case 'f':
		t.flush(s.n)
	case 's':
		t.write(strings.NewReader(s.data))
	case 'r':
		p := span{p: make([]byte, s.n)}
		n, err := t.read(nil, &p, true)
		st.in = show(n, p.p, err)
	}
	t.unlock()
	if s.kind == 'm' {
		o.m.Write(nil, nil, vm.NewBuffer([]byte(s.data)), -1)
	}
	st.out = o.output()
	t.lock()
	st.queued = t.buffered()
	t.unlock()
	return st
}

func (o *ours) output() string {
	var out []byte
	for {
		b := make([]byte, 4096)
		n, err := o.m.Read(nil, nil, vm.NewBuffer(b), -1)
		if err != nil || n == 0 {
			return string(out)
		}
		out = append(out, b[:n]...)
	}
}

func show(n int, b []byte, err error) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%q", b[:n])
}

// host is a pseudoterminal of the machine that the test runs on.
type host struct{ master, slave int }

func newHost(t testing.TB) *host {
	m, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skipf("no pseudoterminals here to compare with: %v", err)
	}
	t.Cleanup(func() { unix.Close(m) })
	unix.IoctlSetPointerInt(m, unix.TIOCSPTLCK, 0)
	n, err := unix.IoctlGetInt(m, unix.TIOCGPTN)
	if err != nil {
		t.Skipf("no pseudoterminals here to compare with: %v", err)
	}
	s, err := unix.Open(fmt.Sprintf("/dev/pts/%d", n), unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skipf("no pseudoterminals here to compare with: %v", err)
	}
	t.Cleanup(func() { unix.Close(s) })
	return &host{m, s}
}

// do does a step. The host's driver works in the background: want says when it has settled, and settle
// is how long it gets to take in what was typed, where nothing shows that it did.
func (h *host) do(s step, want outcome, settle time.Duration) (st outcome) {
	switch s.kind {
	case 't':
		unix.IoctlSetTermios(h.slave, unix.TCSETS, &s.set)
	case 'f':
		unix.IoctlSetInt(h.slave, unix.TCFLSH, s.n)
	case 's':
		unix.Write(h.slave, []byte(s.data))
	case 'r':
		b := make([]byte, s.n)
		n, err := unix.Read(h.slave, b)
		st.in = show(max(n, 0), b, err)
	case 'm':
		unix.Write(h.master, []byte(s.data))
		time.Sleep(settle)
	}
	const patience = 300 * time.Millisecond
	for end := time.Now().Add(patience); ; {
		b := make([]byte, 1<<16)
		if n, _ := unix.Read(h.master, b); n > 0 {
			st.out += string(b[:n])
		}
		st.queued, _ = unix.IoctlGetInt(h.slave, unix.TIOCINQ)
		if st == want || time.Now().After(end) {
			return st
		}
		time.Sleep(100 * time.Microsecond)
	}
}

// compare does the steps on both and reports the first difference that is there again when the host
// gets more time.
func compare(t *testing.T, name string, steps []step) bool {
	t.Helper()
	if difference(t, steps, time.Millisecond) == "" {
		return true
	}
	d := difference(t, steps, 60*time.Millisecond)
	if d != "" {
		t.Errorf("%s: %s", name, d)
	}
	return d == ""
}

func difference(t *testing.T, steps []step, settle time.Duration) string {
	t.Helper()
	o, h := newOurs(t), newHost(t)
	for i, s := range steps {
		got := o.do(s)
		if want := h.do(s, got, settle); got != want {
			return fmt.Sprintf("after %v:\n got  %+q in %s, %d queued\n host %+q in %s, %d queued", steps[:i+1],
				got.out, got.in, got.queued, want.out, want.in, want.queued)
		}
	}
	return ""
}

func set(change func(v *Termios)) step {
	v := DefaultTermios()
	change(&v)
	return step{kind: 't', set: v}
}

func type_(s string) step { return step{kind: 'm', data: s} }
func write(s string) step { return step{kind: 's', data: s} }
func readN(n int) step    { return step{kind: 'r', n: n} }
func flushQ(n int) step   { return step{kind: 'f', n: n} }
func raw(v *Termios)      { v.Iflag, v.Oflag, v.Lflag = 0, 0, 0 }
func echoPrt(v *Termios)  { v.Lflag |= unix.ECHOPRT }
func utf8(v *Termios)     { v.Iflag |= unix.IUTF8 }
func none(*Termios)       {}
func tabs(v *Termios)     { v.Oflag |= tabExpand }
func off(f uint32) func(v *Termios) {
	return func(v *Termios) { v.Lflag &^= f }
}

// TestLineDiscipline compares what this package's pseudoterminals do with what the host's do.
func TestLineDiscipline(t *testing.T) {
	long := strings.Repeat("0123456789", 500)
	for name, steps := range map[string][]step{
		"a line":               {type_("hello\r"), readN(100), readN(100)},
		"two lines":            {type_("one\ntwo\n"), readN(100), readN(2), readN(1), readN(9), readN(9)},
		"no line yet":          {type_("part"), readN(9), type_("ial\n"), readN(20)},
		"erase":                {type_("ab\x7fc\x7f\x7f\x7f\x7fx\n"), readN(9)},
		"erase control":        {type_("a\x01\x02\x7f\x7fb\n"), readN(9)},
		"erase tabs":           {type_("a\tb\t\t\x7f\x7f\x7f\x7fz\n"), readN(9)},
		"tabs after a prompt":  {write("prompt> "), type_("\tx\t\x7f\x7f\x7f\x15\tq\n"), readN(9)},
		"kill":                 {type_("some words\x15other\n"), readN(50)},
		"kill, no ECHOKE":      {set(off(unix.ECHOKE)), type_("some words\x15other\n"), readN(50)},
		"kill, no ECHOK":       {set(off(unix.ECHOK)), type_("some words\x15other\n"), readN(50)},
		"kill, no ECHO":        {set(off(unix.ECHO)), type_("some words\x15other\n"), readN(50)},
		"no ECHOE":             {set(off(unix.ECHOE)), type_("abc\x7f\x7fd\x15e\n"), readN(50)},
		"no ECHOCTL":           {set(off(unix.ECHOCTL)), type_("a\x01\tb\x7f\x7f\x7f\x16\x03\n"), readN(50)},
		"ECHONL alone":         {set(func(v *Termios) { v.Lflag = unix.ICANON | unix.ECHONL }), type_("quiet\n"), readN(50)},
		"word erase":           {type_("foo bar-baz  \x17\x17!\n"), readN(50)},
		"word erase, spaces":   {type_("   \x17a_b.c\x17\n"), readN(50)},
		"literal next":         {type_("a\x16\x03b\x16\nc\x16\x7f\n"), readN(50), readN(50)},
		"reprint":              {type_("first\nsec\x01ond\x12!\n"), readN(50), readN(50)},
		"end of file":          {type_("\x04"), readN(50), readN(50), type_("abc\x04def\n"), readN(50), readN(50)},
		"end of file, cut":     {type_("abc\x04def\n"), readN(3), readN(50), readN(50)},
		"end of file, shorter": {type_("abc\x04def\n"), readN(2), readN(50), readN(50)},
		"interrupt":            {type_("abc\x03def\n"), readN(50), readN(50)},
		"interrupt, NOFLSH":    {set(func(v *Termios) { v.Lflag |= unix.NOFLSH }), type_("a\nbc\x03def\n"), readN(50), readN(50)},
		"quit and suspend":     {type_("x\x1cy\x1az\n"), readN(50)},
		"stop and start":       {type_("a\x13b\n"), write("held"), type_("\x11"), readN(50)},
		"stop, any starts":     {set(func(v *Termios) { v.Iflag |= unix.IXANY }), type_("\x13"), write("held"), type_("z"), readN(9)},
		"stop, turned off":     {type_("\x13abc\n"), set(func(v *Termios) { v.Iflag &^= unix.IXON }), readN(9)},
		"output NL":            {write("a\nb\r\nc")},
		"output tabs":          {set(tabs), write("a\tbb\t\tc\b\td\n\te\r\tf")},
		"output ONOCR":         {set(func(v *Termios) { v.Oflag |= unix.ONOCR }), write("\r\rab\r\n\r")},
		"output OCRNL":         {set(func(v *Termios) { v.Oflag = unix.OPOST | unix.OCRNL }), write("a\rb\n")},
		"output ONLRET":        {set(func(v *Termios) { v.Oflag = unix.OPOST | unix.ONLRET | tabExpand }), write("abc\n\tx")},
		"output OLCUC":         {set(func(v *Termios) { v.Oflag |= flagOLCUC }), write("abcÄ1z{\n")},
		"input INLCR":          {set(func(v *Termios) { v.Iflag = unix.INLCR }), type_("a\rb\nc"), readN(9)},
		"input IGNCR":          {set(func(v *Termios) { v.Iflag = unix.IGNCR }), type_("a\rb\nc"), readN(9)},
		"input ISTRIP":         {set(func(v *Termios) { v.Iflag |= unix.ISTRIP }), type_("\xe1\xe2\x8d"), readN(9)},
		"input IUCLC":          {set(func(v *Termios) { v.Iflag |= flagIUCLC }), type_("ABCÄz\n"), readN(19)},
		"input PARMRK":         {set(func(v *Termios) { v.Iflag |= unix.PARMRK }), type_("a\xffb\n"), readN(19)},
		"EOL characters":       {set(func(v *Termios) { v.Cc[unix.VEOL], v.Cc[unix.VEOL2] = ';', '!' }), type_("a;b!c\n"), readN(9), readN(9), readN(9)},
		"UTF-8 erase":          {set(utf8), type_("aäö€\x7f\x7fx\x7f\x7f\n"), readN(19)},
		"UTF-8 word erase":     {set(utf8), type_("ab äö\x17c\n"), readN(19)},
		"Latin-1 erase":        {type_("aä\x7f\n"), readN(19)},
		"UTF-8 columns":        {set(func(v *Termios) { utf8(v); tabs(v) }), write("äöü\tx\n")},
		"ECHOPRT":              {set(echoPrt), type_("hello\x7f\x7fp\x17\x15new\n"), readN(19)},
		"ECHOPRT, UTF-8":       {set(func(v *Termios) { utf8(v); echoPrt(v) }), type_("aäö\x7f\x7fb\n"), readN(19)},
		"raw":                  {set(raw), type_("a\r\n\x03\x04\x13"), write("b\n\t"), readN(3), readN(9), readN(9)},
		"raw, VMIN 0":          {set(func(v *Termios) { raw(v); v.Cc[unix.VMIN] = 0 }), readN(5), type_("abc"), readN(2), readN(2), readN(2)},
		"raw with echo":        {set(func(v *Termios) { v.Lflag &^= unix.ICANON }), type_("ab\x7f\r\x04\x17\t"), readN(20)},
		"to raw with a part":   {type_("line\npart"), set(raw), readN(50)},
		"to lines with bytes":  {set(raw), type_("bytes"), set(none), readN(50), type_("x\n"), readN(50)},
		"flush input":          {type_("line\npart"), flushQ(unix.TCIFLUSH), readN(9), type_("x\n"), readN(9)},
		"a long line":          {type_(long[:3000]), type_(long[:1094] + "\n"), readN(5000)},
		"a line at the limit":  {type_(long[:3000]), type_(long[:1095] + "\n"), readN(5000), readN(5000)},
		"a line too long":      {type_(long[:3000]), type_(long[:1999] + "Z\n"), readN(5000), readN(5000)},
		"full raw buffer":      {set(raw), type_(long[:3000]), type_(long[:2000]), readN(5000), readN(5000)},
		"EXTPROC":              {set(func(v *Termios) { v.Lflag |= unix.EXTPROC }), type_("a\x7f\x03\n"), readN(9)},
		"disabled characters":  {set(func(v *Termios) { v.Cc = [19]uint8{} }), type_("a\x00\x03\x7f\n"), readN(9)},
	} {
		compare(t, name, steps)
	}
}

// TestRandomSettings types random keys at terminals with random settings.
func TestRandomSettings(t *testing.T) {
	rounds := 250
	if testing.Short() {
		rounds = 30
	}
	keys := "abz AZ_9-.\t\t\n\n\r\x01\x7f\x7f\x7f\x15\x17\x17\x16\x12\x04\x03\x1c\x13\x11;\xc3\xa4\xff\x00\b"
	for seed := range uint64(rounds) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var steps []step
		for range 3 {
			steps = append(steps, set(func(v *Termios) { randomize(rnd, v) }))
			for range 4 {
				b := make([]byte, rnd.IntN(12))
				for i := range b {
					b[i] = keys[rnd.IntN(len(keys))]
				}
				switch rnd.IntN(4) {
				case 0:
					steps = append(steps, write(string(b)))
				case 1:
					steps = append(steps, readN(1+rnd.IntN(20)))
				default:
					steps = append(steps, type_(string(b)))
				}
			}
		}
		if !compare(t, fmt.Sprint("seed ", seed), steps) && seed > 20 {
			return
		}
	}
}

// randomize turns some flags over. VMIN stays low, and VTIME 0, so that reads do not wait.
func randomize(rnd *rand.Rand, v *Termios) {
	turn := func(p *uint32, flags ...uint32) {
		for _, f := range flags {
			if rnd.IntN(5) == 0 {
				*p ^= f
			}
		}
	}
	turn(&v.Iflag, unix.ICRNL, unix.INLCR, unix.IGNCR, unix.ISTRIP, unix.IXON, unix.IXANY, unix.IUTF8, unix.PARMRK, flagIUCLC)
	turn(&v.Oflag, unix.OPOST, unix.ONLCR, unix.OCRNL, unix.ONOCR, unix.ONLRET, tabExpand, flagOLCUC)
	turn(&v.Lflag, unix.ICANON, unix.ECHO, unix.ECHOE, unix.ECHOK, unix.ECHOKE, unix.ECHOCTL, unix.ECHONL, unix.ECHOPRT,
		unix.IEXTEN, unix.ISIG, unix.NOFLSH)
	if rnd.IntN(3) == 0 {
		v.Cc[unix.VEOL] = ';'
	}
	v.Cc[unix.VMIN] = uint8(rnd.IntN(2))
}

// TestTermiosRoundTrip compares the settings themselves.
func TestTermiosDefaults(t *testing.T) {
	h := newHost(t)
	want, err := unix.IoctlGetTermios(h.slave, unix.TCGETS2)
	if err != nil {
		t.Fatal(err)
	}
	got := DefaultTermios()
	if got.Iflag != want.Iflag || got.Oflag != want.Oflag || got.Lflag != want.Lflag || !bytes.Equal(got.Cc[:], want.Cc[:]) ||
		got.Ispeed != want.Ispeed || got.Ospeed != want.Ospeed {
		t.Errorf("fresh terminal:\n got  %+v\n host %+v", got, *want)
	}
}
