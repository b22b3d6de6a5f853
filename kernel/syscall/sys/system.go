package sys

// OutUtsname is the address of a struct utsname that the call writes.
type OutUtsname Addr

// OutSysinfo is the address of a struct sysinfo that the call writes.
type OutSysinfo Addr

// GetrandomFlags are the GRND_ flags of getrandom(2).
type GetrandomFlags uint32

// SyslogAction is the SYSLOG_ACTION_ of syslog(2).
type SyslogAction int32

// RebootMagic is one of the two numbers that reboot(2) wants to see.
type RebootMagic uint32

// RebootCmd is the RB_ operation of reboot(2).
type RebootCmd uint32
