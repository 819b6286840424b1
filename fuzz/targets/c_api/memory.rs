//! What a call is given: each thing in an allocation of its own, as long as the program that called.

#[derive(Default)]
pub struct Memory(Vec<Vec<u8>>);

impl Memory {
    /// Zeros, exactly as many as asked for, so that a sanitizer sees an access beyond them.
    pub fn zeros(&mut self, bytes: usize) -> usize {
        self.bytes(&vec![0; bytes])
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> usize {
        let mut own = Vec::with_capacity(bytes.len().max(1));
        own.extend_from_slice(bytes);
        let address = own.as_mut_ptr().expose_provenance();
        self.0.push(own);
        address
    }

    /// With a NUL at its end.
    pub fn text(&mut self, text: &[u8]) -> usize {
        let end = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
        self.bytes(&[&text[..end], b"\0"].concat())
    }
}

/// Writes into what was given out.
pub fn put(address: usize, offset: usize, value: &[u8]) {
    let to = std::ptr::with_exposed_provenance_mut::<u8>(address + offset);
    // SAFETY: the caller stays inside of an allocation of `Memory`.
    unsafe { std::ptr::copy_nonoverlapping(value.as_ptr(), to, value.len()) }
}

/// Reads from there, or from what the library points to.
pub fn get<const N: usize>(address: usize, offset: usize) -> [u8; N] {
    let from = std::ptr::with_exposed_provenance::<u8>(address + offset);
    // SAFETY: as above, or the library's promise.
    unsafe { from.cast::<[u8; N]>().read_unaligned() }
}

pub fn text_at<'a>(address: usize) -> &'a std::ffi::CStr {
    // SAFETY: the library's promise: every text of it ends in a NUL.
    unsafe { std::ffi::CStr::from_ptr(std::ptr::with_exposed_provenance(address)) }
}
