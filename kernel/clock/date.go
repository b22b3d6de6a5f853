package clock

import "cairn/kernel/kfmt"

// Date is a date of the Gregorian calendar with a time of day, in UTC. Package time
// knows more of dates, and is 50 KB large for it.
type Date struct {
	Year, Month, Day     int // month and day from 1
	Hour, Minute, Second int
}

const (
	daySeconds = 24 * 60 * 60
	// epoch is the number of days from 1 March of year 0 to 1 January 1970.
	epoch = 719468
)

// yearStart returns the number of days before a year that begins on 1 March, so that a
// leap day is its last.
func yearStart(year int) int { return 365*year + year/4 - year/100 + year/400 }

// monthStart returns the number of days before a month of such a year; March is 0. The
// months have 31, 30, 31, 30, 31 days, again and again.
func monthStart(month int) int { return (153*month + 2) / 5 }

// Unix returns the seconds since 1970. The year must not be negative.
func (d Date) Unix() int64 {
	year, month := d.Year, d.Month-3
	if month < 0 {
		year, month = year-1, month+12
	}
	days := yearStart(year) + monthStart(month) + d.Day - 1 - epoch
	return int64(days)*daySeconds + int64(d.Hour*3600+d.Minute*60+d.Second)
}

// DateOf returns the date at so many seconds since 1970, which may be negative; the year
// is not.
func DateOf(seconds int64) Date {
	seconds += epoch * daySeconds
	days, rest := int(seconds/daySeconds), int(seconds%daySeconds)
	year := days / 365 // or a later one
	for yearStart(year) > days {
		year--
	}
	days -= yearStart(year)
	month := 11
	for monthStart(month) > days {
		month--
	}
	d := Date{year, month + 3, days - monthStart(month) + 1, rest / 3600, rest / 60 % 60, rest % 60}
	if d.Month > 12 {
		d.Year, d.Month = d.Year+1, d.Month-12
	}
	return d
}

// String returns the date as RFC 3339 has it.
func (d Date) String() string {
	return kfmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02dZ", d.Year, d.Month, d.Day, d.Hour, d.Minute, d.Second)
}
