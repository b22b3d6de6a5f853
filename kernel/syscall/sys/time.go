package sys

// ClockID is a CLOCK_ clock. See clock_gettime(2).
type ClockID int32

// Timespec is the address of a struct timespec that the call reads.
type Timespec Addr

// OutTimespec is the address of a struct timespec that the call writes.
type OutTimespec Addr

// RemTimespec is the address of a struct timespec that the call writes only
// if a signal interrupts it, as nanosleep(2) writes the time that is left.
type RemTimespec Addr

// UTimespec is the address of two struct timespec. See utimensat(2).
type UTimespec Addr

// Timeval is the address of a struct timeval that the call reads.
type Timeval Addr

// OutTimeval is the address of a struct timeval that the call writes.
type OutTimeval Addr

// UTimeval is the address of two struct timeval. See utimes(2).
type UTimeval Addr

// Timezone is the address of a struct timezone that the call reads.
type Timezone Addr

// OutTimezone is the address of a struct timezone that the call writes.
type OutTimezone Addr

// OutTime is the address of a time_t that the call writes.
type OutTime Addr

// ItimerWhich is the ITIMER_ timer of setitimer(2).
type ItimerWhich int32

// Itimerval is the address of a struct itimerval that the call reads.
type Itimerval Addr

// OutItimerval is the address of a struct itimerval that the call writes.
type OutItimerval Addr

// Itimerspec is the address of a struct itimerspec that the call reads.
type Itimerspec Addr

// OutItimerspec is the address of a struct itimerspec that the call writes.
type OutItimerspec Addr

// TimerFlags are the flags of clock_nanosleep(2) and timer_settime(2):
// TIMER_ABSTIME.
type TimerFlags int32

// TimerID is a timer made by timer_create(2).
type TimerID int32

// OutTimerID is the address of a [TimerID] that the call writes.
type OutTimerID Addr

// TimerfdFlags are the TFD_ flags of timerfd_create(2).
type TimerfdFlags int32

// TimerfdSetFlags are the TFD_TIMER_ flags of timerfd_settime(2).
type TimerfdSetFlags int32

// OutTimex is the address of a struct timex that the call reads and writes.
// See adjtimex(2).
type OutTimex Addr

// OutTms is the address of a struct tms that the call writes. See times(2).
type OutTms Addr
