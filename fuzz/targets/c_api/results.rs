//! What a call returned.

use palabra::error::Status;

use super::api::{Function, Struct};
use super::arguments::Call;
use super::memory::{get, text_at};
use super::state::Program;

pub fn check(program: &mut Program<'_>, function: &Function, call: &Call, returned: usize) {
    let name = &function.name;
    match function.returns.as_str() {
        "const char *" => assert!(text_at(returned).to_str().is_ok(), "{name}"),
        "uint32_t" => {}
        kind => {
            let status = returned as i32;
            let is_documented = function.statuses.contains(&status);
            let is_an_end = function.tells_the_end && status != Status::Internal.code();
            assert!(
                status >= 0 || is_documented || is_an_end,
                "{name} returned {status}: {}",
                named(program, status)
            );
            assert!(kind != "palabra_status" || status <= 0, "{name} returned {status}");
            check_error(program, function, call, status);
            if status >= 0 {
                accept(program, function, call, status);
            } else {
                check_out_handle(function, call);
            }
        }
    }
}

fn named(program: &Program<'_>, status: i32) -> String {
    let found = program.api.codes.iter().find(|(_, code)| **code == status);
    found.map_or_else(|| "no code".to_owned(), |(name, _)| name.clone())
}

/// The explanation fits the code, and is one line.
fn check_error(program: &Program<'_>, function: &Function, call: &Call, status: i32) {
    let of = &program.api.structs["palabra_error"];
    for (place, kind) in &call.structs {
        let address = call.arguments[*place];
        if kind != "palabra_error" || address == 0 || function.name == "palabra_cancel" {
            continue;
        }
        if u32::from_ne_bytes(get(address, 0)) as usize != of.size {
            continue;
        }
        let at = |name: &str| of.fields.iter().find(|field| field.name == name).expect("a field").offset;
        let code = i32::from_ne_bytes(get(address, at("code")));
        if !function.name.ends_with("_get_error") {
            assert_eq!(code, status.min(0), "the error of {}", function.name);
        }
        for text in ["text", "service_code"] {
            let text = text_at(address + at(text)).to_str().expect("a text of an error is UTF-8");
            assert!(!text.contains(|c: char| c.is_control()), "{text:?}");
            assert!(code < 0 || text.is_empty(), "{text:?} without an error");
        }
    }
}

fn check_out_handle(function: &Function, call: &Call) {
    let handles =
        ["palabra_session **", "palabra_queue **", "palabra_client **", "palabra_call **", "palabra_leg **"];
    let place = function.params.iter().position(|param| handles.contains(&param.kind.as_str()));
    if let Some(cell) = place.map(|place| call.arguments[place]).filter(|&cell| cell != 0) {
        assert_eq!(usize::from_ne_bytes(get(cell, 0)), 0, "{} failed with a handle", function.name);
    }
}

/// Keeps what was made, and reads what was filled.
fn accept(program: &mut Program<'_>, function: &Function, call: &Call, status: i32) {
    for (param, &argument) in function.params.iter().zip(&call.arguments) {
        for pool in &mut program.pools {
            if param.kind == format!("{} **", pool.kind) {
                let handle = usize::from_ne_bytes(get(argument, 0));
                assert!(handle != 0, "{} succeeded without a handle", function.name);
                pool.open.push(handle);
            } else if matches!(
                function.name.as_str(),
                "palabra_session_close"
                    | "palabra_queue_free"
                    | "palabra_client_free"
                    | "palabra_call_close"
                    | "palabra_leg_close"
            ) && param.kind == format!("{} *", pool.kind)
                && argument != 0
            {
                let place = pool
                    .open
                    .iter()
                    .position(|&open| open == argument)
                    .expect("only an open handle is closed");
                pool.open.swap_remove(place);
                pool.closed.push(argument);
            }
        }
    }
    if function.name == "palabra_call_close" {
        program.note_closed_legs();
    }
    if function.name.ends_with("_release") || (function.name.ends_with("_poll_event") && status == 0) {
        return;
    }
    for (place, kind) in &call.structs {
        let (address, of) = (call.arguments[*place], &program.api.structs[kind]);
        let is_output = !function.params[*place].kind.starts_with("const ") && kind != "palabra_error";
        if address == 0 || !is_output || u32::from_ne_bytes(get(address, 0)) as usize != of.size {
            continue;
        }
        check_texts(function, of, address);
        if of.fields.iter().any(|field| field.name == "payload") {
            program.held.push((kind.clone(), address));
        }
    }
}

/// Each text is there and ends where its length says.
fn check_texts(function: &Function, of: &Struct, address: usize) {
    for field in of.fields.iter().filter(|field| field.kind == "const char *") {
        let text = usize::from_ne_bytes(get(address, field.offset));
        if text == 0 {
            assert!(
                field.name.starts_with("reserved") || function.name.ends_with("_list"),
                "{} of {}",
                field.name,
                function.name
            );
            continue;
        }
        let read = text_at(text).to_str().expect("the texts of the library are UTF-8");
        let length = of.fields.iter().find(|other| other.name == format!("{}_len", field.name));
        if let Some(length) = length {
            assert_eq!(read.len() as i32, i32::from_ne_bytes(get(address, length.offset)), "{}", field.name);
        }
    }
}
