// Package klog is the kernel's log: lines with the levels of syslog(3), kept in
// a ring that a panic report prints the end of, and handed to a sink (the
// control channel, the serial line) up to a chosen level.
package klog

import (
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/kfmt"
)

// A Level says how bad it is, as in syslog(3): lower is worse.
type Level int

// The levels of syslog(3).
const (
	Emerg Level = iota
	Alert
	Crit
	Err
	Warning
	Notice
	Info
	Debug
)

// ringLines is how many lines the ring keeps.
const ringLines = 128

// A Line is one line of the log.
type Line struct {
	Level Level
	// Time is when the line was logged; 0 before there is a clock.
	Time clock.Time
	Text string
}

var log = struct {
	mu    sync.Mutex
	ring  [ringLines]Line
	next  int // how many lines were ever logged
	level Level
	sink  func(Line)
}{level: Warning}

// SetLevel chooses the least bad level that reaches the sink.
func SetLevel(l Level) {
	log.mu.Lock()
	defer log.mu.Unlock()
	log.level = l
}

// SetSink makes f the receiver of every line from now on, and hands it the lines
// that the ring holds already and the level lets through.
func SetSink(f func(Line)) {
	log.mu.Lock()
	defer log.mu.Unlock()
	log.sink = f
	for i := max(0, log.next-ringLines); i < log.next; i++ {
		if l := log.ring[i%ringLines]; l.Level <= log.level {
			f(l)
		}
	}
}

// Tail returns the last n lines in the ring, oldest first.
func Tail(n int) []Line {
	log.mu.Lock()
	defer log.mu.Unlock()
	var lines []Line
	for i := max(0, log.next-min(n, ringLines)); i < log.next; i++ {
		lines = append(lines, log.ring[i%ringLines])
	}
	return lines
}

// Since returns the lines from number n on that the ring still holds, oldest first, and the number of the next line
// to come. Lines are numbered from 0.
func Since(n int) (lines []Line, next int) {
	log.mu.Lock()
	defer log.mu.Unlock()
	for i := max(n, log.next-ringLines, 0); i < log.next; i++ {
		lines = append(lines, log.ring[i%ringLines])
	}
	return lines, log.next
}

// Logf adds a line.
func Logf(l Level, format string, args ...any) {
	line := Line{Level: l, Text: kfmt.Sprintf(format, args...)}
	if clock.Source.Now != nil {
		line.Time = clock.Now()
	}
	log.mu.Lock()
	defer log.mu.Unlock()
	log.ring[log.next%ringLines] = line
	log.next++
	if log.sink != nil && l <= log.level {
		log.sink(line)
	}
}

// Errf adds a line about something that failed.
func Errf(format string, args ...any) { Logf(Err, format, args...) }

// Warnf adds a line about something the user should know.
func Warnf(format string, args ...any) { Logf(Warning, format, args...) }

// Infof adds a line about what happened.
func Infof(format string, args ...any) { Logf(Info, format, args...) }

// Debugf adds a line for whoever looks for a fault.
func Debugf(format string, args ...any) { Logf(Debug, format, args...) }

// Dump prints the last lines of the log, for a panic report: it takes no lock
// and allocates nothing, so that it works whatever happened.
func Dump(print func(string)) {
	const lines = 16
	for i := max(0, log.next-lines); i < log.next; i++ {
		print("  ")
		print(log.ring[i%ringLines].Text)
		print("\r\n")
	}
}
