package trial

// What is counted.
var (
	Files    Counter // open file descriptions
	Spaces   Counter // address spaces
	Tables   Counter // descriptor tables
	IDs      Counter // thread ids that are taken
	Programs Counter // executable files that are protected from writing
	Idle     Counter // goroutines that wait for a task to run
)
