//! The part of `--help` that explains faults.

use std::fmt::Write;

use super::known::KNOWN;

/// One section for each place where faults apply.
pub fn help() -> String {
    let mut text = String::from(
        "Faults:\n  \
         --fault sets a fault for all sessions. A credential sets faults for its own sessions: client id\n  \
         (or token) dev~NAME~NAME=VALUE, for example dev~reset_after_ms=500~late_ack=100. MS is in ms. A\n  \
         part that begins with a dot is ignored and makes tokens different, for example\n  \
         dev~never_ready~.7 (each token may open 20 connections a minute). A fault of a credential that\n  \
         does not apply to the product of its stream does nothing; a warning on stderr names it.\n",
    );
    for group in KNOWN {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n  {}:", group.place);
        for known in group.faults {
            let separator = if known.value.is_empty() { "" } else { "=" };
            let written = format!("{}{separator}{}", known.name, known.value);
            let _ = writeln!(text, "    {written:<27} {}", known.help);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_stands_below_its_place() {
        let text = help();
        for group in KNOWN {
            let section = text.split(&format!("  {}:\n", group.place)).nth(1).unwrap();
            let section = section.split("\n\n").next().unwrap();
            assert!(group.faults.iter().all(|known| section.contains(known.name)), "{}", group.place);
        }
    }
}
