//go:build !race

package palabra

var raceFlags []string
