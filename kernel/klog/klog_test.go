package klog

import (
	"fmt"
	"testing"
)

func TestRingAndSink(t *testing.T) {
	SetLevel(Warning)
	Warnf("early %d", 1)
	Infof("quiet")
	var got []string
	SetSink(func(l Line) { got = append(got, l.Text) })
	Errf("late")
	Debugf("quieter")
	if fmt.Sprint(got) != "[early 1 late]" {
		t.Errorf("sink got %q", got)
	}
	for i := range 2 * ringLines {
		Infof("%d", i)
	}
	tail := Tail(3)
	for i := range tail {
		if tail[i].Time == 0 {
			t.Error("a line has no time")
		}
		tail[i].Time = 0
	}
	if want := []Line{{Info, 0, "253"}, {Info, 0, "254"}, {Info, 0, "255"}}; fmt.Sprint(tail) != fmt.Sprint(want) {
		t.Errorf("Tail(3) = %v, want %v", tail, want)
	}
	if n := len(Tail(10 * ringLines)); n != ringLines {
		t.Errorf("Tail gives %d lines, the ring has %d", n, ringLines)
	}
}
