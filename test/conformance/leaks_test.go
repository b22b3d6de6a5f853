package conformance_test

import (
	"fmt"
	"strings"
	"testing"

	"cairn/test/harness"
)

// lookScript defines a shell's function that looks at what the machine has: tasks and free memory are written to standard
// output, goroutines to the kernel's log.
const lookScript = `
look() { echo 3 >/proc/sys/vm/drop_caches; set -- $(cat /proc/loadavg); echo "look: tasks ${4#*/}"; grep MemFree: /proc/meminfo | sed 's/^/look: /'; echo t >/proc/sysrq-trigger; }`

// leaks compares the two looks of a run. A little memory may be gone: the kernel's own, which grows
// until it is collected.
func leaks(t *testing.T, r harness.Result) {
	t.Helper()
	const slack = 6 << 10 // kB
	tasks := figures(r.Stdout, "look: tasks %d")
	free := figures(r.Stdout, "look: MemFree: %d kB")
	goroutines := figures(strings.Join(r.Log, "\n"), "sysrq: Show State: tasks:%d goroutines:%d")
	if len(free) != 2 || len(tasks) != 2 || len(goroutines) != 2 {
		t.Fatalf("no figures in %q and %q", r.Stdout, r.Log)
	}
	if tasks[1] > tasks[0] {
		t.Errorf("%d tasks before, %d after", tasks[0], tasks[1])
	}
	if goroutines[1] > goroutines[0] {
		t.Errorf("%d goroutines before, %d after", goroutines[0], goroutines[1])
	}
	if free[1] < free[0]-slack {
		t.Errorf("%d kB of memory free before, %d kB after", free[0], free[1])
	}
	t.Logf("tasks %d, goroutines %d, free memory %d kB before and %d kB after", tasks[1], goroutines[1], free[0], free[1])
}

// figures returns the last number that the format matches in each line that it matches.
func figures(text, format string) []int {
	var all []int
	for line := range strings.Lines(text) {
		n := make([]int, strings.Count(format, "%d"))
		to := make([]any, len(n))
		for i := range n {
			to[i] = &n[i]
		}
		if _, err := fmt.Sscanf(strings.TrimSpace(line), format, to...); err == nil {
			all = append(all, n[len(n)-1])
		}
	}
	return all
}

// withoutLooks removes what the looks wrote.
func withoutLooks(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if !strings.HasPrefix(line, "look: ") {
			b.WriteString(line)
		}
	}
	return b.String()
}
