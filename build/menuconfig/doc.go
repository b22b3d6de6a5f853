// Package menuconfig lets a user edit a kconfig.Config in a terminal.
//
// The screen shows one menu at a time, as Linux's menuconfig does, with the same
// keys and the same marks: [*] and [ ] for options that are on and off, -*- for
// those that another option holds on, (value) for numbers and texts, ---> for
// menus. A column on the right shows what each library adds to the image, if the
// caller knows ([Options].Sizes); the title line shows the sum.
//
// Keys: up, down, j, k, page up, page down, home and end move; enter, right and
// l open a menu, a choice or an editor, or toggle; space toggles; y and n set; left,
// h and esc go back; ? shows everything about an option; / searches; z shows
// hidden options too; s saves, o opens another file; q quits.
//
// [Run] runs it in the terminal. [Model] is the Bubble Tea model behind it, which
// tests drive without a terminal through Update and [Model.Screen].
package menuconfig
