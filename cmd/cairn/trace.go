package main

import (
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"cairn/build/kconfig"
)

// toStderr is the name of a report's file that stands for standard error.
const toStderr = "-"

// kernelReport is something that a library of the kernel tells while a program runs: its flag, the option that
// selects the library, and the boot parameter that makes it speak.
type kernelReport struct {
	kind, option string
	file         string // "" if it was not asked for
	onStderr     string // boot parameter for standard error
	inFile       string // boot parameter for a file
}

// reportFlags are the flags for reports.
type reportFlags struct{ strace, stats kernelReport }

func (f *reportFlags) add(flags *pflag.FlagSet) {
	f.strace = kernelReport{kind: "strace", option: "LIBSYSCALL_SHIM_STRACE", onStderr: "strace=on", inFile: "strace=file"}
	f.stats = kernelReport{kind: "stats", option: "LIBSYSCALL_SHIM_STATS", onStderr: "stats=on", inFile: "stats=on"}
	flags.StringVar(&f.strace.file, "strace", "", "show system calls and signals as strace(1) does, on standard error or in a `FILE`")
	flags.StringVar(&f.stats.file, "stats", "", "show how often each system call was made and how long it took, at the end")
	for _, name := range []string{"strace", "stats"} {
		flags.Lookup(name).NoOptDefVal = toStderr
	}
}

// asked returns the reports that the user wants.
func (f *reportFlags) asked() (asked []kernelReport) {
	for _, r := range []kernelReport{f.strace, f.stats} {
		if r.file != "" {
			asked = append(asked, r)
		}
	}
	return asked
}

// assignments returns the options that the reports need.
func (f *reportFlags) assignments() (wishes []kconfig.Assignment) {
	for _, r := range f.asked() {
		wishes = append(wishes, kconfig.Assignment{Name: r.option, Value: "y"})
	}
	return wishes
}

// params returns the boot parameters that the reports need.
func (f *reportFlags) params() (params []string) {
	for _, r := range f.asked() {
		if r.file == toStderr {
			params = append(params, r.onStderr)
		} else {
			params = append(params, r.inFile)
		}
	}
	return params
}

// open opens where the reports go, by kind.
func (f *reportFlags) open() (map[string]*os.File, error) {
	files := map[string]*os.File{}
	for _, r := range f.asked() {
		files[r.kind] = os.Stderr
		if r.file == toStderr {
			continue
		}
		file, err := os.Create(r.file)
		if err != nil {
			return nil, fmt.Errorf("--%s: %w", r.kind, err)
		}
		files[r.kind] = file
	}
	return files, nil
}
