//! The strokes of each icon, as SVG path data on a grid of 24.

use super::Glyph;

/// Path data of a drawing.
#[expect(clippy::too_many_lines, reason = "a table: one line for each drawing")]
pub fn of(glyph: Glyph) -> &'static str {
    match glyph {
        Glyph::Add => "M12 5v14M5 12h14",
        Glyph::Analytics => "M4 4v16h16M8 16v-4M12 16V7M16 16v-6",
        Glyph::Api => "M8 4c-3 0-2 6-4 8 2 2 1 8 4 8M16 4c3 0 2 6 4 8-2 2-1 8-4 8M10 12h.01M14 12h.01",
        Glyph::Application => "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
        Glyph::ArrowDown => "M12 5v14M6 13l6 6 6-6",
        Glyph::ArrowRight => "M5 12h14M13 6l6 6-6 6",
        Glyph::ArrowUp => "M12 19V5M6 11l6-6 6 6",
        Glyph::Audit => "M9 4h6v3H9zM9 5H6v15h12V5h-3M9 12h6M9 16h4",
        Glyph::Bell => "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4",
        Glyph::Calls => "M3 12h4l3-7 4 14 3-7h4",
        Glyph::Catalogue => "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
        Glyph::Check => "M5 12.5l4.5 4.5L19 7.5",
        Glyph::CheckCircle => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM8 12.2l2.8 2.8 5.2-5.4",
        Glyph::ChevronDown => "M6 9l6 6 6-6",
        Glyph::ChevronRight => "M9 6l6 6-6 6",
        Glyph::Clock => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM12 7v5l3.5 2",
        Glyph::Close => "M6 6l12 12M18 6L6 18",
        Glyph::Copy => "M9 9h11v11H9zM15 9V4H4v11h5",
        Glyph::Document => "M6 3h8l5 5v13H6zM14 3v5h5M9.5 13h6M9.5 17h6",
        Glyph::Download => "M12 4v11M7 11l5 5 5-5M5 20h14",
        Glyph::Edit => "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5",
        Glyph::External => "M13 4h7v7M20 4l-9 9M18 14v6H4V6h6",
        Glyph::Eye => {
            "M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5S5 16.5 2.5 12zM12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6z"
        }
        Glyph::Filter => "M4 6h16M7 12h10M10 18h4",
        Glyph::Gateway => "M4 21V11a8 8 0 0 1 16 0v10M4 14h16M9.5 4v17M14.5 4v17",
        Glyph::Home => "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
        Glyph::Inbox => "M4 13l3-8h10l3 8v6H4zM4 13h5l1 2.5h4l1-2.5h5",
        Glyph::Info => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM12 11v5M12 8h.01",
        Glyph::Key => "M8 11a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9zM11.2 12.3L19.5 4M15.5 8l3 3M18 5.5l2 2",
        Glyph::Link => {
            "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7L12 6.5M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7L12 17.5"
        }
        Glyph::Lock => "M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3",
        Glyph::Menu => "M4 7h16M4 12h16M4 17h16",
        Glyph::Model => {
            "M7 7h10v10H7zM10 7V3.5M14 7V3.5M10 20.5V17M14 20.5V17M7 10H3.5M7 14H3.5M20.5 10H17M20.5 14H17"
        }
        Glyph::Moon => "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
        Glyph::More => {
            "M4.5 12a.5.5 0 1 0 1 0a.5.5 0 1 0-1 0zM11.5 12a.5.5 0 1 0 1 0a.5.5 0 1 0-1 0zM18.5 12a.5.5 0 1 0 1 0a.5.5 0 1 0-1 0z"
        }
        Glyph::Pause => "M8 5v14M16 5v14",
        Glyph::Plan => "M4 5h16v14H4zM4 10h16M9 10v9",
        Glyph::Play => "M7 4.5l12 7.5-12 7.5z",
        Glyph::Policy => {
            "M4 7h9M17 7h3M4 17h3M11 17h9M15 5a2 2 0 1 0 0 4a2 2 0 1 0 0-4zM9 15a2 2 0 1 0 0 4a2 2 0 1 0 0-4z"
        }
        Glyph::Problem => "M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM12 8v5M12 16h.01",
        Glyph::Prompt => "M4 5h16v11H11l-4 4v-4H4zM8 9.5h8M8 12.5h5",
        Glyph::Provider => "M7 18a4.5 4.5 0 0 1-.5-8.97A6 6 0 0 1 18 10.2A4 4 0 0 1 17.5 18z",
        Glyph::Publish => "M12 20V9M7 13l5-5 5 5M5 4h14",
        Glyph::Refresh => "M19 12a7 7 0 1 1-2.1-5L20 10M20 5v5h-5",
        Glyph::Revision => "M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4.5l3 1.5",
        Glyph::Route => {
            "M6 16.5a2.25 2.25 0 1 0 0 4.5a2.25 2.25 0 1 0 0-4.5zM18 3a2.25 2.25 0 1 0 0 4.5a2.25 2.25 0 1 0 0-4.5zM8.25 18.75H15a3.5 3.5 0 0 0 0-7H9a3.25 3.25 0 0 1 0-6.5h6.75"
        }
        Glyph::Search => "M11 4a7 7 0 1 0 0 14a7 7 0 1 0 0-14zM16 16l4.5 4.5",
        Glyph::Settings => {
            "M12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M5.6 18.4l2.1-2.1M16.3 7.7l2.1-2.1"
        }
        Glyph::Shield => "M12 3l8 3v6c0 4.5-3.3 7.7-8 9-4.7-1.3-8-4.5-8-9V6z",
        Glyph::SignOut => "M10 4H5v16h5M10 12h10M16 8l4 4-4 4",
        Glyph::Star => "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z",
        Glyph::Sun => {
            "M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"
        }
        Glyph::System => "M3.5 4.5h17v12h-17zM8.5 20.5h7M12 16.5v4",
        Glyph::Team => {
            "M9 4.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7zM2.5 20c.3-3.7 2.8-5.5 6.5-5.5s6.2 1.8 6.5 5.5M16 5a3.3 3.3 0 0 1 0 6.2M18 15c2.2.7 3.3 2.3 3.5 5"
        }
        Glyph::Trash => "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
        Glyph::Upload => "M12 16V5M7 9l5-5 5 5M5 20h14",
        Glyph::User => "M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8zM4.5 20.5c.4-4 3.3-6 7.5-6s7.1 2 7.5 6",
        Glyph::Warning => "M12 4l9 16H3zM12 10v4.5M12 17.2h.01",
    }
}
