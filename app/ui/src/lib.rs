//! The portal's design system: what every page is made of, drawn on the server, working without script.
//! It knows no server function and nothing of the domain; colours and sizes are in `style/`.
//!
//! Start at [`Shell`], [`Page`] and [`PageHeader`]; lists are [`Table`]s, input is a [`Form`] of
//! [`Field`]s, and what comes from the server is read by [`Load`]. `examples/gallery.rs` draws them all.

mod avatar;
mod badge;
mod button;
mod card;
mod catalogue;
mod chart;
mod code;
mod dialog;
mod diff;
mod entry;
mod facts;
mod field;
mod figure;
mod form;
pub mod format;
mod icon;
mod input;
mod load;
mod mark;
mod menu;
mod meter;
mod notice;
mod page_header;
mod problem;
mod shell;
mod steps;
mod table;
mod tabs;
mod text;
mod time;
mod timeline;
mod tone;
mod words;

pub use avatar::*;
pub use badge::*;
pub use button::*;
pub use card::*;
pub use catalogue::*;
pub use chart::*;
pub use code::*;
pub use dialog::*;
pub use diff::*;
pub use entry::*;
pub use facts::*;
pub use field::{Field, FieldProps};
pub use figure::*;
pub use form::*;
pub use icon::{Glyph, Icon, IconProps};
pub use input::*;
pub use load::*;
pub use mark::*;
pub use menu::*;
pub use meter::*;
pub use notice::*;
pub use page_header::*;
pub use problem::*;
pub use shell::*;
pub use steps::*;
pub use table::*;
pub use tabs::*;
pub use text::{OptionalText, Slot};
pub use time::*;
pub use timeline::*;
pub use tone::Tone;
pub use words::{ENGLISH, Words};
