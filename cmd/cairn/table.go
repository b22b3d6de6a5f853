package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// table prints columns that are as wide as they need to be.
type table struct{ w *tabwriter.Writer }

func newTable(w io.Writer) *table { return &table{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)} }

// row adds a line.
func (t *table) row(cells ...string) { fmt.Fprintln(t.w, strings.Join(cells, "\t")) }

// flush writes the table.
func (t *table) flush() error { return t.w.Flush() }

// kilobytes formats a size so that a column of them is aligned.
func kilobytes(n int64) string { return fmt.Sprintf("%8.1f kB", float64(n)/1000) }
