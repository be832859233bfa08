//! Light, dark, or as the system has it: kept in a cookie of the browser.

use crate::done::Done;
use crate::error::AppError;
use crate::server::{Theme, incoming};
use domain::check::Invalid;
use http::header::{HeaderValue, SET_COOKIE};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

/// The cookie with the choice. It holds nothing about the person.
pub const COOKIE: &str = "gatehouse-theme";

#[server(prefix = "/api", endpoint = "theme/update")]
pub async fn update(theme: String) -> Result<Done, AppError> {
    let theme =
        Theme::parse(&theme).ok_or_else(|| Invalid::one("theme", "expected system, light or dark"))?;
    let secure = if incoming().control.portal_url().starts_with("https:") { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}", theme.as_str());
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(SET_COOKIE, value);
    }
    Ok(Done::here())
}
