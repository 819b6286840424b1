//go:build race

package palabra

// What the tests themselves were built with.
var raceFlags = []string{"-race"}
