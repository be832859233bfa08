//! What moves in the browser. Small; a page works without any of it.

pub mod copy_button;
pub mod live_region;
