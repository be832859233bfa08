//! Addresses of databases as they may be shown.

/// `postgres://user:secret@host/name` without the secret.
pub(super) fn mask(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split_once(':').map_or(user, |(name, _)| name);
            format!("{scheme}://{user}:***@{host}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked() {
        assert_eq!(mask("postgres://ada:p@ss@db/x"), "postgres://ada:***@db/x");
        assert_eq!(mask("sqlite:data/x.db"), "sqlite:data/x.db");
    }
}
