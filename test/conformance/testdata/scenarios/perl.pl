# fork, wait, pipes, open3, sockets, alarms, system.
use strict; use warnings; use POSIX qw(:sys_wait_h :signal_h); use IPC::Open3; use Socket; use IO::Select; use Fcntl qw(:flock :seek); use Time::HiRes ();
$| = 1;
my $sum = 0;
for my $n (1 .. 20) { my $p = fork // die; exit $n unless $p; waitpid $p, 0; $sum += $? >> 8 }
print "sum $sum\n";
my %running;
for my $n (1 .. 30) { my $p = fork // die; if (!$p) { Time::HiRes::sleep(0.01 * ($n % 5)); exit $n } $running{$p} = $n }
my $ok = 0;
while ((my $p = wait) > 0) { $ok++ if $? >> 8 == delete $running{$p} }
print "ok $ok left ", scalar(keys %running), " $!\n";
pipe my $r, my $w or die;
if (!fork) { close $r; print $w "x" x 200_000; close $w; exit }
close $w; { local $/; print length(<$r>), "\n" } wait;
my $pid = open3(my $in, my $out, undef, "sh", "-c", "cat; echo err >&2; exit 6");
print $in "to cat\n"; close $in; print sort <$out>; waitpid $pid, 0; print $? >> 8, "\n";
socketpair my $a, my $b, AF_UNIX, SOCK_STREAM, PF_UNSPEC or die;
if (!fork) { close $a; while (<$b>) { syswrite $b, uc } exit }
close $b; for (qw(one two)) { syswrite $a, "$_\n"; print scalar <$a> } close $a; wait;
socket my $s, AF_UNIX, SOCK_STREAM, 0 or die; bind $s, pack_sockaddr_un("/tmp/perl.sock") or die; listen $s, 5;
if (!fork) { socket my $c, AF_UNIX, SOCK_STREAM, 0; connect $c, pack_sockaddr_un("/tmp/perl.sock") or die $!; print $c "connected\n"; exit }
accept my $c, $s or die; print <$c>; wait; unlink "/tmp/perl.sock";
eval { local $SIG{ALRM} = sub { die "alarm\n" }; alarm 1; select undef, undef, undef, 60; }; print $@;
my $got = 0; local $SIG{USR1} = sub { $got++ }; kill USR1 => $$; print "usr1 $got\n";
local $SIG{CHLD} = sub { while (waitpid(-1, WNOHANG) > 0) { $got++ } };
for (1 .. 5) { exit unless fork } my $tries = 0; Time::HiRes::sleep(0.05) while $got < 6 && $tries++ < 200; print "reaped ", $got - 1, "\n"; $SIG{CHLD} = 'DEFAULT';
print system("exit 5;") >> 8, " ", system("kill -9 \$\$") & 127, " ", system("/no/such 2>/dev/null") >> 8, "\n";
print `echo backticks; exit 2`, $? >> 8, "\n";
open my $p, "-|", "seq", 3 or die; print <$p>; close $p;
open $p, "|-", "tr a-z A-Z" or die; print $p "shout\n"; close $p; print "$?\n";
open my $f, "+>", "/tmp/perl.f" or die; flock $f, LOCK_EX; print $f "a" x 10; seek $f, 3, SEEK_SET; print $f "B"; seek $f, 0, SEEK_SET; print scalar(<$f>), "\n"; print -s "/tmp/perl.f", "\n"; truncate $f, 4; print -s $f, "\n";
my $sel = IO::Select->new; pipe $r, $w; $sel->add($r); my @x = $sel->can_read(0.01); print scalar(@x), "\n"; syswrite $w, "x"; @x = $sel->can_read(1); print scalar(@x), "\n";
my $set = POSIX::SigSet->new(SIGUSR2); my $old = POSIX::SigSet->new; local $SIG{USR2} = sub { print "usr2\n" };
sigprocmask(SIG_BLOCK, $set, $old); kill USR2 => $$; print "blocked\n"; sigprocmask(SIG_SETMASK, $old);
my $child = fork; if (!$child) { setpgrp; select undef, undef, undef, 60; exit } Time::HiRes::sleep(0.2);
kill STOP => $child; print waitpid($child, WUNTRACED) == $child ? "stopped " : "", (split " ", do { local (@ARGV, $/) = "/proc/$child/stat"; <> })[2], "\n"; kill -9, $child; waitpid $child, 0; print WTERMSIG($?), "\n";
open my $dup, ">&", \*STDOUT; print $dup "dup\n"; close $dup;
printf "%s %s\n", (getpwuid $>)[0] // "?", join ",", (stat "/")[2] & 040000;
{ local $0 = "renamed"; open my $cf, "<", "/proc/self/cmdline"; local $/ = "\0"; print scalar(<$cf>), "\n" }
exec "/bin/sh", "-c", "echo replaced; exit 11";
