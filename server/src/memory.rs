//! Memory that nothing is in: the allocator keeps it for a while, and a thread that sleeps keeps it for good.

/// Gives it back to the system.
#[expect(unsafe_code, reason = "the allocator is written in C")]
pub fn give_back() {
    // SAFETY: may be called from any thread at any time; it touches nothing that is in use.
    unsafe { libmimalloc_sys::mi_collect(true) }
}
