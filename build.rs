//! Gives the shared library its name at run time; rustc alone sets none.

#![allow(clippy::disallowed_methods, reason = "it is no part of the library")]

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let abi = abi_version(&variable("CARGO_PKG_VERSION_MAJOR"), &variable("CARGO_PKG_VERSION_MINOR"));
    match variable("CARGO_CFG_TARGET_OS").as_str() {
        "linux" => {
            link(&format!("-Wl,-soname,libpalabra.so.{abi}"));
            // The runtime's thread may outlive dlclose(), so its code stays mapped.
            link("-Wl,-z,nodelete");
        }
        "android" => {
            // An APK takes files named lib*.so alone, so there is no version in the name.
            link("-Wl,-soname,libpalabra.so");
            link("-Wl,-z,nodelete");
            // Devices with Android 15 or later may have pages of 16 kB; linkers of older NDKs align segments to 4 kB.
            link("-Wl,-z,max-page-size=16384");
        }
        "macos" | "ios" => link(&format!("-Wl,-install_name,@rpath/libpalabra.{abi}.dylib")),
        _ => {}
    }
}

/// Every minor version may break the ABI before 1.0, only major ones after it.
fn abi_version(major: &str, minor: &str) -> String {
    if major == "0" { format!("0.{minor}") } else { major.to_owned() }
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"))
}

fn link(argument: &str) {
    println!("cargo:rustc-cdylib-link-arg={argument}");
}
