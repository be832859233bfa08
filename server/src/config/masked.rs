//! Addresses of databases as they may be shown.

/// Parameters of an address that hold no secret.
const SHOWN: [&str; 9] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "port",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// `postgres://user:secret@host/name?password=secret` without the secrets.
pub(super) fn mask(url: &str) -> String {
    let postgres = url.split_once("://").filter(|(scheme, _)| scheme.starts_with("postgres"));
    let Some((scheme, rest)) = postgres else { return url.to_owned() };
    let (address, query) = rest.find(['?', '#']).map_or((rest, ""), |at| rest.split_at(at));
    let address = match address.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{name}:***@{host}"),
            None => address.to_owned(),
        },
        // a password with a question mark in it is no address, and is not shown for that
        None if query.contains('@') => return format!("{scheme}://***"),
        None => address.to_owned(),
    };
    let mut shown = format!("{scheme}://{address}");
    for (number, parameter) in query.split(['?', '&', '#']).skip(1).enumerate() {
        shown.push(if number == 0 { '?' } else { '&' });
        match parameter.split_once('=') {
            Some((name, _)) if SHOWN.contains(&name) => shown.push_str(parameter),
            Some((name, _)) => shown.push_str(&format!("{name}=***")),
            None => shown.push_str("***"),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked() {
        for (url, shown) in [
            ("postgres://ada:p@ss@db/x", "postgres://ada:***@db/x"),
            ("postgres://ada@db/x", "postgres://ada@db/x"),
            ("postgres://db/x?password=hunter2", "postgres://db/x?password=***"),
            (
                "postgresql://ada:a@db/x?sslmode=require&pass%77ord=b&port=1",
                "postgresql://ada:***@db/x?sslmode=require&pass%77ord=***&port=1",
            ),
            ("postgres://ada:hun/ter2@db/x", "postgres://ada:***@db/x"),
            ("postgres://ada:hun?ter2@db/x", "postgres://***"),
            ("postgres://db/x?password=hun@ter2", "postgres://***"),
            ("postgres://ada@db/x?hunter2", "postgres://ada@db/x?***"),
            ("postgres://ada@db/x#hunter2", "postgres://ada@db/x?***"),
            ("sqlite:data/x.db", "sqlite:data/x.db"),
            ("sqlite:///data/a@b:c.db", "sqlite:///data/a@b:c.db"),
        ] {
            assert_eq!(mask(url), shown, "{url}");
        }
    }
}
