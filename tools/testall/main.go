// Command testall runs everything that decides whether a change lands: formatting,
// vet, staticcheck, generated files, rules about files, unit tests with the race
// detector, and the tests that run programs in machines. It prints what fails, and ends
// with a line "N passed, N failed".
//
//	testall [STEP...]
//
// Without arguments all steps run; see steps for their names.
package main

import (
	"fmt"
	"os"
	"slices"
	"time"
)

// A step is one thing to check. It returns how many tests passed and failed,
// and prints what is wrong.
type step struct {
	name string
	run  func() (passed, failed int)
}

var steps = []step{
	{"modules", check(modules)},
	{"gofmt", check(gofmt)},
	{"vet", check(vet)},
	{"staticcheck", check(staticcheck)},
	{"generated", check(generated)},
	{"rules", check(rules)},
	{"unit", func() (int, int) { return goTest(packages("unit"), "-race", "-timeout=20m") }},
	{"machine", func() (int, int) { return goTest([]string{"./test/..."}, "-p=1", "-timeout=40m") }},
}

func main() {
	passed, failed := 0, 0
	for _, s := range steps {
		if len(os.Args) > 1 && !slices.Contains(os.Args[1:], s.name) {
			continue
		}
		start := time.Now()
		p, f := s.run()
		fmt.Printf("%-12s %4d passed, %d failed (%.0f s)\n", s.name, p, f, time.Since(start).Seconds())
		passed += p
		failed += f
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 || passed == 0 {
		os.Exit(1)
	}
}

// check makes a step of a function that returns complaints.
func check(f func() []string) func() (int, int) {
	return func() (int, int) {
		complaints := f()
		for _, c := range complaints {
			fmt.Println(c)
		}
		if len(complaints) > 0 {
			return 0, 1
		}
		return 1, 0
	}
}
