package clock

import (
	"testing"
	"time"
)

func TestDate(t *testing.T) {
	first := time.Date(1600, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	last := time.Date(2500, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	for s := first; s < last; s += 3 * 86399 {
		d := DateOf(s)
		if got, want := d.String(), time.Unix(s, 0).UTC().Format(time.RFC3339); got != want {
			t.Fatalf("%d seconds since 1970 are %s, want %s", s, got, want)
		}
		if got := d.Unix(); got != s {
			t.Fatalf("%v is %d seconds since 1970, want %d", d, got, s)
		}
	}
}
