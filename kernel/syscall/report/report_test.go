package report

import (
	"testing"

	"cairn/kernel/klog"
)

func TestLine(t *testing.T) {
	Line("strace", "to the log")
	if tail := klog.Tail(1); len(tail) != 1 || tail[0].Text != "strace: to the log" || tail[0].Level != klog.Notice {
		t.Errorf("without a sink the log ends with %v", tail)
	}
	var got string
	SetSink(func(kind, line string) { got = kind + "|" + line })
	Line("stats", "to the sink")
	if got != "stats|to the sink" {
		t.Errorf("the sink received %q", got)
	}
	if tail := klog.Tail(1); tail[0].Text != "strace: to the log" {
		t.Errorf("with a sink the log received %q", tail[0].Text)
	}
}
