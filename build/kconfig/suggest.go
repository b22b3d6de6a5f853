package kconfig

import (
	"fmt"
	"strings"
)

// suggest returns "; did you mean X?" when the tree has a symbol of a name
// like the given one, and else "".
func (t *Tree) suggest(name string) string {
	var names []string
	for _, s := range t.order {
		if len(s.Nodes) > 0 {
			names = append(names, s.Name)
		}
	}
	return Nearest(name, names)
}

// Nearest returns "; did you mean X?" with the candidate nearest to the word,
// or "" when none is near. A candidate is near if few letters differ or if it
// starts with the word.
func Nearest(word string, candidates []string) string {
	best, found := len(word)/3+1, ""
	for _, c := range candidates {
		if d := distance(word, c, best); d < best {
			best, found = d, c
		}
	}
	for _, c := range candidates {
		if found == "" && len(word) >= 3 && strings.HasPrefix(c, word) {
			found = c
		}
	}
	if found == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", found)
}

// distance returns the number of single-byte edits between two words, or limit
// if it is no less.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return min(row[len(b)], limit)
}
