//! People and teams by their initials: no picture is ever fetched.

use crate::text::OptionalText;
use leptos::prelude::*;

/// Initials on a colour that stays with the name. Decoration: the name stands beside it.
#[component]
pub fn Avatar(
    #[prop(into)] name: String,
    #[prop(optional)] large: bool,
    /// A team or application: a square.
    #[prop(optional)]
    team: bool,
) -> AnyView {
    let class = format!(
        "avatar hue-{}{}{}",
        hue(&name),
        if large { " avatar-large" } else { "" },
        if team { " avatar-square" } else { "" }
    );
    view! { <span class=class aria-hidden="true">{initials(&name)}</span> }.into_any()
}

/// A person with avatar and name.
#[component]
pub fn Person(
    #[prop(into)] name: String,
    /// E-mail or role, below.
    #[prop(optional, into)]
    detail: OptionalText,
) -> AnyView {
    view! {
        <span class="person">
            <Avatar name=name.clone()/>
            <span>{name} {detail.get().map(|detail| view! { <span class="cell-sub">{detail}</span> })}</span>
        </span>
    }
    .into_any()
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let letter = |word: &str| word.chars().find(|letter| letter.is_alphanumeric());
    let mut words = name.split_whitespace().filter_map(letter);
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

/// One of six colours, from 1.
fn hue(name: &str) -> u32 {
    name.bytes().fold(7u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 6 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_two_letters_at_most() {
        assert_eq!(
            ["Ada Lovelace", "grace brewster murray hopper", "plato", "李 雷", "  ", "(ops) team"]
                .map(initials),
            ["AL", "GH", "P", "李雷", "", "OT"]
        );
    }

    #[test]
    fn hue_is_one_of_six() {
        assert!(["", "a", "Ada Lovelace", "李雷"].iter().all(|name| (1..=6).contains(&hue(name))));
    }
}
