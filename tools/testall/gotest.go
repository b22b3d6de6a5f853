package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// event is a line of go test -json (cmd/test2json).
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// packages returns the packages with unit tests: all but those that boot machines.
func packages(string) []string {
	var list []string
	for _, p := range output(nil, "go", "list", "./...") {
		if !strings.HasPrefix(p, "cairn/test/") {
			list = append(list, p)
		}
	}
	return list
}

// goTest runs the tests of packages, prints the output of those that fail, and counts tests.
func goTest(packages []string, flags ...string) (passed, failed int) {
	args := append(append([]string{"test", "-json"}, flags...), packages...)
	cmd := exec.Command("go", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Println(err)
		return 0, 1
	}
	passed, failed = countEvents(bufio.NewScanner(out))
	if err := cmd.Wait(); err != nil && failed == 0 {
		fmt.Println("go test:", err)
		failed = 1
	}
	return passed, failed
}

// countEvents reads the events. Output is kept by test until it is known whether it matters.
func countEvents(lines *bufio.Scanner) (passed, failed int) {
	lines.Buffer(nil, 16<<20)
	kept := map[string][]string{}
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Println(lines.Text()) // a compiler's complaint
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output", "build-output":
			kept[key] = append(kept[key], e.Output)
		case "fail":
			if e.Test != "" || !hasTests(kept, e.Package) {
				failed++
			}
			fmt.Printf("--- %s failed:\n%s", key, strings.Join(kept[key], ""))
			delete(kept, key)
		case "pass":
			if e.Test != "" {
				passed++
			}
			delete(kept, key)
		case "build-fail":
			fmt.Print(strings.Join(kept[key], ""))
		}
	}
	return passed, failed
}

// hasTests says whether a failed package had failing tests of its own to count.
func hasTests(kept map[string][]string, pkg string) bool {
	for _, line := range kept[pkg+" "] {
		if strings.HasPrefix(line, "FAIL") && !strings.Contains(line, "[") {
			return true
		}
	}
	return false
}
