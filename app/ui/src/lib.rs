//! The portal's design system: what every page is made of, drawn on the server, working without script.
//! It knows no server function and nothing of the domain; colours and sizes are in `style/`.
//!
//! Start at [`Shell`], [`Page`] and [`PageHeader`]; lists are [`Table`]s, input is a [`Form`] of
//! [`Field`]s, and what comes from the server is read by [`Load`]. `examples/gallery.rs` draws them all.

mod badge;
mod button;
mod card;
mod field;
mod form;
mod icon;
mod input;
mod load;
mod mark;
mod notice;
mod page_header;
mod problem;
mod shell;
mod table;
mod tabs;
mod text;
mod tone;
mod words;

pub use badge::*;
pub use button::*;
pub use card::*;
pub use field::{Field, FieldProps};
pub use form::*;
pub use icon::{Glyph, Icon, IconProps};
pub use input::*;
pub use load::*;
pub use mark::*;
pub use notice::*;
pub use page_header::*;
pub use problem::*;
pub use shell::*;
pub use table::*;
pub use tabs::*;
pub use text::{OptionalText, Slot};
pub use tone::Tone;
pub use words::{ENGLISH, Words};
